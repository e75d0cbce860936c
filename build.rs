//! Turns the catalogue's data (`src/catalog/*.json`) into the Rust table behind `src/catalog.rs`.

#[path = "src/precheck/hash.rs"]
mod hash;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::{Map, Value};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The features that make a module beside the core: see `[features]` in Cargo.toml.
const OTHER_MODULES: [&str; 4] = ["TASKS", "OBJECTS", "OPENAI", "VECTORS"];

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // `cfg(core_module)`: none of the other modules is being made.
    println!("cargo::rustc-check-cfg=cfg(core_module)");
    if OTHER_MODULES.iter().all(|name| env::var_os(format!("CARGO_FEATURE_{name}")).is_none()) {
        println!("cargo::rustc-cfg=core_module");
    }
    println!("cargo::rerun-if-changed=src/precheck/hash.rs");
    let models = read("src/catalog/models.json")?;
    let shapes = read("src/catalog/shapes.json")?;
    let mut out = String::new();
    tasks(&mut out, object(&models, "tasks")?)?;
    capabilities(&mut out, list(&models, "models")?)?;
    let inputs = object(&shapes, "inputs")?;
    methods(&mut out, inputs)?;
    shape_enum(&mut out, "InputShape", "What a model takes.", inputs)?;
    shape_enum(&mut out, "OutputShape", "What a model gives.", object(&shapes, "outputs")?)?;
    input_tables(&mut out, inputs, object(&shapes, "groups")?)?;
    entries(&mut out, list(&models, "models")?)?;
    let path = Path::new(&env::var("OUT_DIR")?).join("catalog.rs");
    fs::write(path, out)?;
    let mut out = String::new();
    efforts(&mut out, list(&models, "models")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("efforts.rs"), out)?;
    let mut out = String::new();
    object_modes(&mut out, list(&read("src/catalog/quirks.json")?, "quirks")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("object_modes.rs"), out)?;
    let mut out = String::new();
    precheck(&mut out, inputs, object(&shapes, "groups")?)?;
    other_tasks(&mut out, list(&models, "models")?, inputs, object(&shapes, "groups")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("precheck.rs"), out)?;
    let mut out = String::new();
    quirks(&mut out, list(&read("src/catalog/quirks.json")?, "quirks")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("quirks.rs"), out)?;
    let mut out = String::new();
    languages(&mut out, &read("src/catalog/languages.json")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("languages.rs"), out)?;
    let numbers = read("src/codes/service.json")?;
    let (mut table, mut meanings) = (String::new(), String::new());
    codes(&mut table, &mut meanings, list(&numbers, "codes")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("codes.rs"), table)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("meanings.rs"), meanings)?;
    Ok(())
}

/// The tables of src/tasks/languages.rs. Where a language has two scripts, the first one stands for the language.
fn languages(out: &mut String, models: &Value) -> Result<()> {
    for (model, languages) in models.as_object().into_iter().flatten() {
        let languages = languages.as_array().ok_or("languages are a list")?;
        let names =
            languages.iter().map(|names| names.as_array().into_iter().flatten().filter_map(Value::as_str));
        let languages: Vec<Vec<&str>> = names.map(Iterator::collect).collect();
        let text = languages.iter().map(|names| names.join(",")).collect::<Vec<_>>().join("|");
        writeln!(out, "/// `{model}` of src/catalog/languages.json.")?;
        writeln!(out, "pub const {}: Languages = Languages({text:?});", model.to_uppercase())?;
    }
    Ok(())
}

/// The tables of src/codes.rs and src/codes/meanings.rs: the service's error numbers.
fn codes(table: &mut String, meanings: &mut String, codes: &[Value]) -> Result<()> {
    writeln!(table, "/// Every number that is known.\npub const TABLE: &[Row] = &[")?;
    writeln!(
        meanings,
        "/// One for each row of [`super::TABLE`], in the same order.\npub const MEANINGS: &[Meaning] = &["
    )?;
    for row in codes {
        let number = row.get("number").and_then(Value::as_u64).ok_or("a code without a number")?;
        let code = pascal(&string(row, "code")?.to_lowercase().replace('_', "-"));
        let advice = string(row, "advice")?;
        // A text, or the name of one that is there already.
        let advice = if advice.ends_with('.') { format!("{advice:?}") } else { advice.to_owned() };
        writeln!(table, "    Row {{ number: {number}, code: Code::{code}, advice: {advice} }},")?;
        let statuses: Vec<_> = list(row, "statuses")?.iter().filter_map(Value::as_u64).collect();
        let text = string(row, "meaning")?;
        writeln!(meanings, "    Meaning {{ number: {number}, statuses: &{statuses:?}, text: {text:?} }},")?;
    }
    writeln!(table, "];")?;
    writeln!(meanings, "];")?;
    Ok(())
}

/// The table of src/quirks.rs: each fact with its models and its parameter. Facts about outputs are in the
/// catalogue.
fn quirks(out: &mut String, quirks: &[Value]) -> Result<()> {
    let mut facts: BTreeMap<&str, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    for quirk in quirks.iter().filter(|quirk| quirk.get("models").is_some()) {
        let (models, names) = facts.entry(string(quirk, "fact")?).or_default();
        models.extend(strings(quirk, "models")?);
        for member in ["names", "name", "suffix"] {
            match quirk.get(member) {
                Some(Value::String(name)) => names.push(name),
                Some(Value::Array(list)) => names.extend(list.iter().filter_map(Value::as_str)),
                _ => {}
            }
        }
    }
    for (fact, (models, names)) in facts {
        let constant = fact.replace('-', "_").to_uppercase();
        writeln!(out, "/// `{fact}` of src/catalog/quirks.json.")?;
        writeln!(out, "pub const {constant}: Quirk = Quirk {{ models: &{models:?}, names: &{names:?} }};")?;
    }
    Ok(())
}

/// The table of src/tasks/object/mode.rs: how each family of models is requested to give structured output. The
/// first row that matches a model applies.
fn object_modes(out: &mut String, quirks: &[Value]) -> Result<()> {
    writeln!(out, "static FAMILIES: &[Family] = &[")?;
    for quirk in quirks.iter().filter(|quirk| quirk.get("fact").is_some_and(|fact| fact == "object-mode")) {
        let ids: Vec<&str> = strings(quirk, "models")?;
        if let Some(whole) = ids.iter().find(|id| !id.ends_with('*')) {
            return Err(format!("object-mode of {whole}: the table holds beginnings of ids").into());
        }
        let ids: Vec<&str> = ids.iter().map(|id| id.trim_end_matches('*')).collect();
        let mode = |name| Ok::<_, Box<dyn Error>>(pascal(string(quirk, name)?));
        writeln!(
            out,
            "    Family {{ ids: &{ids:?}, whole: Mode::{}, streamed: Mode::{} }},",
            mode("whole")?,
            mode("streamed")?
        )?;
    }
    writeln!(out, "];")?;
    Ok(())
}

/// The table of src/tasks/reasoning.rs: how much each model can be told to think.
fn efforts(out: &mut String, models: &[Value]) -> Result<()> {
    writeln!(out, "static EFFORTS: &[Effort] = &[")?;
    for model in models {
        let Some(effort) = model.get("reasoningEffort") else { continue };
        let mut aliases = Vec::new();
        for (word, own) in effort.get("aliases").and_then(Value::as_object).into_iter().flatten() {
            aliases.push((word.as_str(), own.as_str().ok_or("an alias that is no text")?));
        }
        writeln!(
            out,
            "    Effort {{ id: {:?}, levels: &{:?}, can_disable: {}, aliases: &{aliases:?} }},",
            string(model, "id")?,
            strings(effort, "levels")?,
            effort.get("canDisable").and_then(Value::as_bool).unwrap_or(false),
        )?;
    }
    writeln!(out, "];")?;
    Ok(())
}

/// Names that only few models accept, and that others would ignore silently: they are always looked up in the
/// catalogue. Other models have another name for them, or another place: `instructions`, `input` and `model`.
const OF_FEW: [&str; 8] =
    ["max_output_tokens", "steps", "num_steps", "language", "lang", "input", "instructions", "model"];

/// The table of src/precheck.rs: what holds for a parameter whatever the model, as far as one rule can say it.
fn precheck(out: &mut String, inputs: &Map<String, Value>, groups: &Map<String, Value>) -> Result<()> {
    let mut parameters: BTreeMap<String, Vec<(bool, Value)>> = BTreeMap::new();
    for shape in inputs.values() {
        let methods = strings(shape, "methods")?;
        for variant in list(shape, "variants")? {
            for (name, property) in properties_of(variant, groups)? {
                if name != "$body" {
                    // Models of decisions, and those of connections, share names but not meanings.
                    let shares = methods != ["decide"] && methods != ["connect"];
                    parameters.entry(name).or_default().push((shares, property));
                }
            }
        }
    }
    let mut rules: BTreeMap<String, String> = BTreeMap::new();
    for (name, found) in &parameters {
        let shared: Vec<&Value> =
            found.iter().filter(|(shares, _)| *shares).map(|(_, found)| found).collect();
        let shared = if OF_FEW.contains(&name.as_str()) { Vec::new() } else { shared };
        let rule = rules.entry(common_rule(&shared)?).or_default();
        rule.push_str(name);
        rule.push(' ');
    }
    writeln!(out, "static RULES: &[Rule] = &[")?;
    for (rule, names) in rules {
        writeln!(out, "    Rule {{ names: {names:?}, {rule} }},")?;
    }
    writeln!(out, "];\n")?;
    Ok(())
}

/// For each variant of an input, the names of its required properties, each followed by a space.
fn required(shape: &Value, groups: &Map<String, Value>) -> Result<BTreeSet<String>> {
    let mut forms = BTreeSet::new();
    for variant in list(shape, "variants")? {
        let mut names: Vec<String> = Vec::new();
        for (name, property) in properties_of(variant, groups)? {
            if property.get("required") == Some(&Value::Bool(true)) {
                // The name under which callers pass it.
                names.push(if name == "$body" { "body ".to_owned() } else { format!("{name} ") });
            }
        }
        names.sort();
        forms.insert(names.concat());
    }
    Ok(forms)
}

/// The kinds that some model takes, the bounds that all have.
fn common_rule(found: &[&Value]) -> Result<String> {
    let mut kinds = BTreeSet::new();
    let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut words: Option<BTreeSet<&str>> = None;
    let mut free = false;
    for property in found {
        kinds.extend(kinds_of(property)?);
        let number = |key: &str| property.get(key).and_then(Value::as_f64);
        for bound in [number("minimum"), number("minItems")].into_iter().flatten() {
            least = least.max(bound);
        }
        for bound in [number("maximum"), number("maxItems")].into_iter().flatten() {
            most = most.min(bound);
        }
        match strings(property, "enum")? {
            none if none.is_empty() => free = true,
            list => {
                let list: BTreeSet<&str> = list.into_iter().collect();
                words = Some(match words {
                    Some(known) => known.intersection(&list).copied().collect(),
                    None => list,
                });
            }
        }
    }
    if kinds.contains("integer") {
        kinds.remove("number");
    }
    // Long lists of words, and those of one model alone, are the catalogue's.
    const MOST_WORDS: usize = 6;
    let kinds: u32 = match &words {
        Some(words) if words.is_empty() || words.len() > MOST_WORDS || (!free && found.len() < 3) => 0,
        _ if kinds.contains("media") => 64,
        _ => {
            let number = |kind: &&str| match *kind {
                "string" => 1,
                "number" => 2,
                "integer" => 4,
                "boolean" => 8,
                "array" => 16,
                _ => 32,
            };
            kinds.iter().map(number).sum()
        }
    };
    let words: String =
        words.filter(|_| kinds != 0).into_iter().flatten().map(|word| format!("{word} ")).collect();
    let bound = |bound: f64| match bound {
        f64::INFINITY => "f64::INFINITY".to_owned(),
        f64::NEG_INFINITY => "f64::NEG_INFINITY".to_owned(),
        bound => format!("{bound:?}"),
    };
    Ok(format!("kinds: {kinds}, least: {}, most: {}, words: {words:?}", bound(least), bound(most)))
}

/// The required properties of inputs: of models that the methods for language models do not serve, and of
/// those that take no prompt, with their ids as short hashes; and of all other language models. An id with the
/// hash of another one is only looked up in the catalogue needlessly.
fn other_tasks(
    out: &mut String,
    models: &[Value],
    inputs: &Map<String, Value>,
    groups: &Map<String, Value>,
) -> Result<()> {
    let mut rows: BTreeMap<(bool, BTreeSet<String>), BTreeSet<u16>> = BTreeMap::new();
    // The property of models without a known schema.
    let mut of_text = BTreeSet::from(["input ".to_owned()]);
    for model in models {
        let shape = inputs.get(string(model, "input")?).ok_or("no such shape")?;
        let forms = required(shape, groups)?;
        let is_text = strings(shape, "methods")?.contains(&"generateText");
        if is_text && forms.contains("prompt ") {
            of_text.extend(forms);
        } else {
            rows.entry((is_text, forms)).or_default().insert(hash::short_hash(string(model, "id")?));
        }
    }
    writeln!(out, "static OTHERS: &[(bool, &[&str], &[u16])] = &[")?;
    for ((is_text, forms), hashes) in rows {
        let list = |items: Vec<String>| items.join(", ");
        let forms = list(forms.iter().map(|form| format!("{form:?}")).collect());
        let hashes = list(hashes.iter().map(u16::to_string).collect());
        writeln!(out, "    ({is_text}, &[{forms}], &[{hashes}]),")?;
    }
    let of_text: Vec<String> = of_text.into_iter().filter(|form| !form.is_empty()).collect();
    writeln!(out, "];\n\nstatic OF_TEXT: &[&str] = &{of_text:?};")?;
    Ok(())
}

fn read(path: &str) -> Result<Value> {
    println!("cargo::rerun-if-changed={path}");
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

fn tasks(out: &mut String, tasks: &Map<String, Value>) -> Result<()> {
    let names: Vec<&str> = tasks.keys().map(String::as_str).collect();
    plain_enum(out, "Task", "What a model is for, as the service sorts its models.", &names)?;
    writeln!(out, "impl Task {{\n    /// Requests that an account may make in a minute, as published.")?;
    writeln!(out, "    pub const fn requests_per_minute(self) -> Option<u32> {{\n        match self {{")?;
    for (name, task) in tasks {
        let limit = task.get("requestsPerMinute").and_then(Value::as_u64);
        let limit = limit.map_or("None".to_owned(), |limit| format!("Some({limit})"));
        writeln!(out, "            Self::{} => {limit},", pascal(name))?;
    }
    writeln!(out, "        }}\n    }}\n}}\n")?;
    Ok(())
}

fn capabilities(out: &mut String, models: &[Value]) -> Result<()> {
    let mut names = BTreeSet::new();
    for model in models {
        names.extend(strings(model, "capabilities")?);
    }
    let names: Vec<&str> = names.into_iter().collect();
    plain_enum(out, "Capability", "What a model can do, or what it asks for.", &names)
}

fn methods(out: &mut String, inputs: &Map<String, Value>) -> Result<()> {
    let mut names = BTreeSet::new();
    for shape in inputs.values() {
        names.extend(strings(shape, "methods")?);
    }
    let names: Vec<&str> = names.into_iter().collect();
    plain_enum(out, "Method", "The method of the client that speaks to a model.", &names)
}

/// An enum of names, with the names as they are written.
fn plain_enum(out: &mut String, name: &str, doc: &str, variants: &[&str]) -> Result<()> {
    writeln!(out, "/// {doc}\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub enum {name} {{")?;
    for variant in variants {
        writeln!(out, "    /// `{variant}`\n    {},", pascal(variant))?;
    }
    writeln!(out, "}}\n\nimpl {name} {{")?;
    writeln!(out, "    /// All of them.\n    pub const ALL: &'static [Self] = &[")?;
    for variant in variants {
        writeln!(out, "        Self::{},", pascal(variant))?;
    }
    writeln!(out, "    ];\n\n    /// The name, as it is written outside of Rust.")?;
    writeln!(out, "    pub const fn name(self) -> &'static str {{\n        match self {{")?;
    for variant in variants {
        writeln!(out, "            Self::{} => {variant:?},", pascal(variant))?;
    }
    writeln!(out, "        }}\n    }}\n}}\n")?;
    Ok(())
}

fn shape_enum(out: &mut String, name: &str, doc: &str, shapes: &Map<String, Value>) -> Result<()> {
    let names: Vec<&str> = shapes.keys().map(String::as_str).collect();
    plain_enum(out, name, doc, &names)
}

/// Each input shape's methods, bodies and variants.
fn input_tables(out: &mut String, inputs: &Map<String, Value>, groups: &Map<String, Value>) -> Result<()> {
    writeln!(out, "impl InputShape {{")?;
    writeln!(
        out,
        "    /// The methods that take it.\n    pub const fn methods(self) -> &'static [Method] {{"
    )?;
    writeln!(out, "        match self {{")?;
    for (name, shape) in inputs {
        let methods: Vec<String> =
            strings(shape, "methods")?.into_iter().map(|name| format!("Method::{}", pascal(name))).collect();
        writeln!(out, "            Self::{} => &[{}],", pascal(name), methods.join(", "))?;
    }
    writeln!(out, "        }}\n    }}\n")?;
    writeln!(
        out,
        "    /// The bodies that the service takes it in.\n    pub const fn bodies(self) -> &'static [Body] {{"
    )?;
    writeln!(out, "        match self {{")?;
    for (name, shape) in inputs {
        let bodies: Vec<String> = strings(shape, "body")?
            .into_iter()
            .map(|body| {
                format!("Body::{}", if body == "websocket" { "WebSocket".to_owned() } else { pascal(body) })
            })
            .collect();
        writeln!(out, "            Self::{} => &[{}],", pascal(name), bodies.join(", "))?;
    }
    writeln!(out, "        }}\n    }}\n")?;
    writeln!(
        out,
        "    /// The forms that it has; an input is one of them.\n    pub const fn variants(self) -> &'static [Variant] {{"
    )?;
    writeln!(out, "        match self {{")?;
    let mut properties = Properties::default();
    for (name, shape) in inputs {
        writeln!(out, "            Self::{} => &[", pascal(name))?;
        for variant in list(shape, "variants")? {
            variant_row(out, variant, groups, &mut properties)?;
        }
        writeln!(out, "            ],")?;
    }
    writeln!(out, "        }}\n    }}\n}}\n")?;
    properties.write(out)
}

/// The properties of all variants and their bounds, each kept once: most are the same in many variants.
#[derive(Default)]
struct Properties {
    rows: Vec<String>,
    bounds: Vec<String>,
}

impl Properties {
    /// The place of a property's row.
    fn place(&mut self, name: &str, property: &Value) -> Result<usize> {
        let kinds = kinds_of(property).map_err(|error| format!("{name} {error}"))?;
        let list = |members: &[&str], of: &str| {
            let members = members.iter().map(|member| format!("{of}::{}", pascal(member)));
            format!("&[{}]", members.collect::<Vec<_>>().join(", "))
        };
        let flag = |key: &str| property.get(key).and_then(Value::as_bool).unwrap_or(false);
        let number = |key: &str| match property.get(key).and_then(Value::as_f64) {
            Some(value) => format!("Some({value:?})"),
            None => "None".to_owned(),
        };
        let count = |key: &str| match property.get(key).and_then(Value::as_u64) {
            Some(value) => format!("Some({value})"),
            None => "None".to_owned(),
        };
        let bounds = format!(
            "Bounds {{ minimum: {}, maximum: {}, min_length: {}, max_length: {}, min_items: {}, max_items: {} }}",
            number("minimum"),
            number("maximum"),
            count("minLength"),
            count("maxLength"),
            count("minItems"),
            count("maxItems"),
        );
        let bounds = place(&mut self.bounds, bounds);
        let row = format!(
            "Property {{ name: {name:?}, kinds: {}, required: {}, nullable: {}, bounds: &BOUNDS[{bounds}], values: &{:?}, wire: {} }}",
            list(&kinds, "Kind"),
            flag("required"),
            flag("nullable"),
            strings(property, "enum")?,
            list(&strings(property, "wire")?, "Wire"),
        );
        Ok(place(&mut self.rows, row))
    }

    fn write(&self, out: &mut String) -> Result<()> {
        for (name, kind, rows) in [("PROPERTIES", "Property", &self.rows), ("BOUNDS", "Bounds", &self.bounds)]
        {
            writeln!(out, "static {name}: [{kind}; {}] = [", rows.len())?;
            for row in rows {
                writeln!(out, "    {row},")?;
            }
            writeln!(out, "];\n")?;
        }
        Ok(())
    }
}

/// The place of a row, which is added if it is not there.
fn place(rows: &mut Vec<String>, row: String) -> usize {
    rows.iter().position(|known| *known == row).unwrap_or_else(|| {
        rows.push(row);
        rows.len() - 1
    })
}

fn variant_row(
    out: &mut String,
    variant: &Value,
    groups: &Map<String, Value>,
    all: &mut Properties,
) -> Result<()> {
    let properties = properties_of(variant, groups)?;
    let name = string(variant, "name")?;
    let places: Vec<usize> =
        properties.iter().map(|(name, property)| all.place(name, property)).collect::<Result<_>>()?;
    writeln!(out, "                Variant {{ name: {name:?}, places: &{places:?} }},")?;
    Ok(())
}

/// A property's kinds.
fn kinds_of(property: &Value) -> Result<Vec<&str>> {
    match property.get("kind") {
        Some(Value::String(kind)) => Ok(vec![kind.as_str()]),
        Some(Value::Array(kinds)) => Ok(kinds.iter().filter_map(Value::as_str).collect()),
        _ => Err("has no kind".into()),
    }
}

/// A variant's own properties and those of its groups.
fn properties_of(variant: &Value, groups: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut properties = Map::new();
    for group in strings(variant, "use")? {
        let group =
            groups.get(group).and_then(Value::as_object).ok_or_else(|| format!("no group {group}"))?;
        properties.extend(group.clone());
    }
    properties.extend(object(variant, "properties")?.clone());
    Ok(properties)
}

/// The models, sorted by id.
fn entries(out: &mut String, models: &[Value]) -> Result<()> {
    let mut models: Vec<(&str, &Value)> =
        models.iter().map(|model| Ok((string(model, "id")?, model))).collect::<Result<_>>()?;
    models.sort_by_key(|(id, _)| *id);
    for pair in models.windows(2) {
        if pair[0].0 == pair[1].0 {
            return Err(format!("{} is there twice", pair[0].0).into());
        }
    }
    writeln!(out, "static ENTRIES: [Entry; {}] = [", models.len())?;
    for (id, model) in models {
        let text = |key: &str| match model.get(key).and_then(Value::as_str) {
            Some(value) => format!("Some({value:?})"),
            None => "None".to_owned(),
        };
        let count = |key: &str| match model.get(key).and_then(Value::as_u64) {
            Some(value) => format!("Some({value})"),
            None => "None".to_owned(),
        };
        let capabilities: Vec<String> = strings(model, "capabilities")?
            .into_iter()
            .map(|name| format!("Capability::{}", pascal(name)))
            .collect();
        writeln!(
            out,
            "    Entry {{ id: {id:?}, task: Task::{}, status: Status::{}, deprecated_on: {}, successor: {}, context_window: {}, max_input_tokens: {}, max_output_tokens: {}, dimensions: {}, requests_per_minute: {}, streams: {}, capabilities: &[{}], input: InputShape::{}, output: OutputShape::{} }},",
            pascal(string(model, "task")?),
            pascal(string(model, "status")?),
            text("deprecatedOn"),
            text("successor"),
            count("contextWindow"),
            count("maxInputTokens"),
            count("maxOutputTokens"),
            count("dimensions"),
            count("requestsPerMinute"),
            model.get("streams").and_then(Value::as_bool).unwrap_or(false),
            capabilities.join(", "),
            pascal(string(model, "input")?),
            pascal(string(model, "output")?),
        )?;
    }
    writeln!(out, "];")?;
    Ok(())
}

/// `text.gpt-oss` and `Text-to-Image` to `TextGptOss` and `TextToImage`.
fn pascal(name: &str) -> String {
    let mut result = String::new();
    for word in name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        result.push_str(&first.to_ascii_uppercase());
        result.push_str(rest);
    }
    result
}

fn object<'a>(value: &'a Value, key: &str) -> Result<&'a Map<String, Value>> {
    Ok(value.get(key).and_then(Value::as_object).ok_or_else(|| format!("no object {key}"))?)
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value]> {
    Ok(value.get(key).and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| format!("no list {key}"))?)
}

fn string<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    Ok(value.get(key).and_then(Value::as_str).ok_or_else(|| format!("no text {key}"))?)
}

/// A list of texts, empty if it isn't there.
fn strings<'a>(value: &'a Value, key: &str) -> Result<Vec<&'a str>> {
    match value.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| Ok(item.as_str().ok_or_else(|| format!("{key} is no list of texts"))?))
            .collect(),
        Some(_) => Err(format!("{key} is no list").into()),
    }
}
