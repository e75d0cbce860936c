//! Parses tool calls that a model has written into its text, in its training format, because the server did
//! not recognise them. A text is interpreted so only if the request has tools, the whole text consists of
//! calls, and each names an existing tool.
//!
//! | family | form |
//! |---|---|
//! | llama 3 | `{"name": …, "parameters": {…}}`, several with `;` between them, `<|python_tag|>` before them |
//! | hermes, qwen | `<tool_call>{"name": …, "arguments": {…}}</tool_call>` |
//! | qwen3-coder, llama 3.1 | `<function=name>{…}</function>`, with `<parameter=p>…</parameter>` in place of JSON |
//! | glm | `<tool_call>name<arg_key>k</arg_key><arg_value>v</arg_value></tool_call>` |
//! | llama 3.2 and 4 | `[name(p=…, …)]`, parsed by [`super::python_calls`] |
//! | llama's own tools | `<|python_tag|>name.call(p=…)` |
//! | gemma | a fence named `tool_code` with `name(p=…)`, `print(name(p=…))`, one per line |
//! | mistral | `[TOOL_CALLS][{"name": …, "arguments": {…}}]`, `[TOOL_CALLS]name[CALL_ID]id[ARGS]{…}` |
//! | nemotron | `<TOOLCALL>[{"name": …, "arguments": {…}}]</TOOLCALL>` |
//! | phi | `functools[{"name": …, "arguments": {…}}]` |
//! | apertus | `<|tools_prefix|>[{"name": {…}}]<|tools_suffix|>` |
//! | gpt-oss | `<|channel|>commentary to=functions.name <|constrain|>json<|message|>{…}<|call|>` |
//! | gpt-oss, if one tool is forced | `{"name": …, …the arguments beside it}` |
//! | kimi | `<|tool_call_begin|>functions.name:0<|tool_call_argument_begin|>{…}<|tool_call_end|>` in a section |
//! | deepseek | `<｜tool▁call▁begin｜>name<｜tool▁sep｜>{…}<｜tool▁call▁end｜>` in a section |

use super::arguments::{self, cut, fenced, trim, without_token};
use super::names::Names;
use super::python_calls;
use crate::text::{find, is_word};
use crate::wire::dialect::MAX_TOOL_CALLS;
use crate::wire::json::{self, Value};
use crate::wire::write::quote;

/// A call in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextCall {
    /// The name as written.
    pub name: String,
    /// JSON text, unparsed.
    pub arguments: String,
}

/// The known tools.
pub struct Known<'a> {
    /// Their names.
    pub names: &'a Names,
    /// The tool that the model must call, if any.
    pub forced: Option<usize>,
    /// True if a parameter must be a string; used only for values that are written without JSON.
    pub is_text: &'a dyn Fn(usize, &str) -> bool,
}

/// The calls that a text consists of.
pub fn read(text: &str, known: &Known<'_>) -> Option<Vec<TextCall>> {
    // A stream has already emitted text that could not become a call.
    if !may_become(text) {
        return None;
    }
    let text = ended(text);
    if text.is_empty() {
        return None;
    }
    let calls = tagged(text, known)
        .or_else(|| functions(text, known))
        .or_else(|| mistral(text))
        .or_else(|| harmony(text))
        .or_else(|| sections(text))
        .or_else(|| apertus(text))
        .or_else(|| pythonic(text))
        .or_else(|| bare(text, known))?;
    // The same limit as for calls in the reply itself.
    if calls.len() >= MAX_TOOL_CALLS as usize {
        return None;
    }
    let all_known = !calls.is_empty() && calls.iter().all(|call| known.names.find(&call.name).is_some());
    all_known.then_some(calls)
}

/// The beginnings of calls, without leading white space.
const BEGINNINGS: [&str; 14] = [
    "{\"name\"",
    "{\"type\"",
    "{\"function\"",
    "{\"arguments\"",
    "{\"parameters\"",
    "{\"id\"",
    "<tool_call>",
    "<TOOLCALL>",
    "functools[",
    "<function=",
    "[TOOL_CALLS]",
    "<|",
    "<\u{ff5c}",
    "```",
];
/// Length of the longest beginning, including white space within JSON.
const LONGEST: usize = 256;

/// True if a text with this beginning may consist of calls. A stream withholds it while this is true.
pub fn may_become(text: &str) -> bool {
    let head: String = text.chars().take(LONGEST).collect();
    let head = trim(&head);
    let head = match head.strip_prefix("```") {
        // A fence contains JSON, or a language's name and then JSON.
        Some(rest) => {
            let language = rest.bytes().take_while(|byte| is_word(*byte, b"_")).count();
            let inner = trim(rest.get(language..).unwrap_or_default());
            if inner.is_empty() || rest.get(..language) == Some(PROGRAM) {
                return true;
            }
            inner
        }
        None => head,
    };
    if head.strip_prefix('[').is_some_and(|list| python_calls::may_begin(trim(list))) {
        return true;
    }
    let is_json = head.starts_with('{')
        || head.starts_with('[') && !"[TOOL_CALLS]".starts_with(head) && !head.starts_with("[TOOL");
    let dense: String = if is_json {
        head.chars().filter(|char| !char.is_ascii_whitespace()).skip_while(|char| *char == '[').collect()
    } else {
        head.to_owned()
    };
    BEGINNINGS.iter().any(|begins| {
        if dense.len() >= begins.len() {
            dense.starts_with(begins)
        } else {
            begins.starts_with(dense.as_str())
        }
    })
}

/// Removes the tokens that end an answer.
fn ended(text: &str) -> &str {
    let mut text = trim(text);
    loop {
        let cut = ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|endoftext|>", "</s>"]
            .iter()
            .find_map(|token| text.strip_suffix(token));
        match cut {
            Some(rest) => text = trim(rest),
            None => return text,
        }
    }
}

/// Gemma's language name for the fence of a program that calls tools.
const PROGRAM: &str = "tool_code";

/// Calls in Python's form.
fn pythonic(text: &str) -> Option<Vec<TextCall>> {
    if let Some(inner) = fenced(text) {
        let is_program = text.strip_prefix("```").is_some_and(|rest| rest.starts_with(PROGRAM));
        return python_calls::lines(inner).or_else(|| python_calls::list(inner)).filter(|_| is_program);
    }
    if let Some(inner) = text.strip_prefix("<|python_tag|>") {
        return python_calls::lines(inner);
    }
    let mut text = text;
    while let Some(inner) = without_token(text) {
        text = trim(inner);
    }
    python_calls::list(text)
}

/// Apertus has the tool's name as a member's name.
fn apertus(text: &str) -> Option<Vec<TextCall>> {
    let inner = text.strip_prefix("<|tools_prefix|>")?;
    let inner = inner.strip_suffix("<|tools_suffix|>").unwrap_or(inner);
    let list = json::parse(trim(inner).as_bytes()).ok().filter(Value::is_array)?;
    let mut calls = Vec::new();
    for item in list.items() {
        let mut entries = item.entries();
        let (name, arguments) = entries.next().filter(|(_, arguments)| arguments.is_object())?;
        if entries.next().is_some() {
            return None;
        }
        let mut own = Vec::new();
        json::unescape(name.raw(), &mut own);
        calls.push(TextCall {
            name: crate::text::lossy(&own),
            arguments: crate::text::lossy(arguments.raw()),
        });
    }
    Some(calls)
}

/// JSON, possibly in a fence or with control tokens.
fn bare(text: &str, known: &Known<'_>) -> Option<Vec<TextCall>> {
    let mut text = text.strip_prefix("functools").filter(|list| list.starts_with('[')).unwrap_or(text);
    while let Some(inner) = fenced(text).or_else(|| without_token(text)) {
        text = trim(inner);
    }
    json_calls(text, known, false)
}

/// Calls as JSON; `is_tagged` if the format proves that a call is meant.
fn json_calls(text: &str, known: &Known<'_>, is_tagged: bool) -> Option<Vec<TextCall>> {
    let values = arguments::values(text, b";,", &mut Vec::new())?;
    let mut calls = Vec::new();
    for text in &values {
        let value = json::parse(text.as_bytes()).ok()?;
        if value.is_array() {
            for item in value.items() {
                calls.push(json_call(item, known, is_tagged)?);
            }
        } else {
            calls.push(json_call(value, known, is_tagged)?);
        }
    }
    Some(calls)
}

fn json_call(value: Value<'_>, known: &Known<'_>, is_tagged: bool) -> Option<TextCall> {
    let [name, function, arguments, parameters] =
        value.pick(&["name", "function", "arguments", "parameters"]);
    let (name, arguments) = match function.filter(Value::is_object) {
        Some(function) => {
            let [name, arguments, parameters] = function.pick(&["name", "arguments", "parameters"]);
            (name, arguments.or(parameters))
        }
        None => (name.or(function), arguments.or(parameters)),
    };
    let name = name.filter(Value::is_string)?.text()?;
    let is_name = |key: &json::Key<'_>, names: &[&str]| names.iter().any(|name| key.is(name));
    let own = ["name", "type", "id", "index", "function", "arguments", "parameters"];
    let has_more = value.entries().any(|(key, _)| !is_name(&key, &own));
    match arguments {
        Some(arguments) if !has_more && (arguments.is_object() || arguments.is_string()) => {
            let json = arguments.text().filter(|_| arguments.is_string());
            let json = json.unwrap_or_else(|| crate::text::lossy(arguments.raw()));
            Some(TextCall { name, arguments: json })
        }
        Some(_) => None,
        // The arguments of the forced tool are beside its name.
        None if known.forced.is_some() && known.names.find(&name) == known.forced => {
            let mut json = String::from("{");
            for (key, member) in value.entries().filter(|(key, _)| !key.is("name")) {
                if json.len() > 1 {
                    json.push(',');
                }
                json.push('"');
                json.push_str(&crate::text::lossy(key.raw()));
                json.push_str("\":");
                json.push_str(&crate::text::lossy(member.raw()));
            }
            json.push('}');
            Some(TextCall { name, arguments: json })
        }
        None if is_tagged && !has_more => Some(TextCall { name, arguments: "{}".to_owned() }),
        None => None,
    }
}

/// The texts between pairs of marks, with only white space outside. The last one may lack its end mark, which
/// may be the token that ends an answer.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<Vec<&'a str>> {
    let (mut rest, mut found) = (text, Vec::new());
    while !rest.is_empty() {
        let inner = rest.strip_prefix(begin)?;
        let (inner, behind) = cut(inner, end).unwrap_or((inner, ""));
        found.push(inner);
        rest = trim(behind);
    }
    Some(found)
}

fn tagged(text: &str, known: &Known<'_>) -> Option<Vec<TextCall>> {
    let mut calls = Vec::new();
    let inners = between(text, "<tool_call>", "</tool_call>");
    for inner in inners.or_else(|| between(text, "<TOOLCALL>", "</TOOLCALL>"))? {
        let inner = trim(inner);
        let found = json_calls(inner, known, true)
            .or_else(|| functions(inner, known))
            .or_else(|| glm(inner, known).map(|call| vec![call]))?;
        calls.extend(found);
    }
    Some(calls)
}

fn functions(text: &str, known: &Known<'_>) -> Option<Vec<TextCall>> {
    let one = |inner: &str| {
        let (name, body) = cut(inner, ">")?;
        let (name, body) = (trim(name).to_owned(), trim(body));
        if body.is_empty() || body.starts_with('{') {
            return Some(TextCall { name, arguments: body.to_owned() });
        }
        let tool = known.names.find(&name)?;
        let mut pairs = Vec::new();
        for parameter in between(body, "<parameter=", "</parameter>")? {
            let (key, value) = cut(parameter, ">")?;
            pairs.push((trim(key), value));
        }
        Some(TextCall { name, arguments: object_of(tool, &pairs, known) })
    };
    between(text, "<function=", "</function>")?.into_iter().map(one).collect()
}

fn glm(text: &str, known: &Known<'_>) -> Option<TextCall> {
    let (name, mut rest) = match find(text, "<arg_key>", 0) {
        Some(at) => (text.get(..at)?, text.get(at..)?),
        None => (text, ""),
    };
    let name = trim(name).to_owned();
    let tool = known.names.find(&name)?;
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        let (key, behind) = cut(rest.strip_prefix("<arg_key>")?, "</arg_key>")?;
        let (value, behind) = cut(trim(behind).strip_prefix("<arg_value>")?, "</arg_value>")?;
        pairs.push((trim(key), value));
        rest = trim(behind);
    }
    Some(TextCall { name, arguments: object_of(tool, &pairs, known) })
}

/// An object of unquoted values: a text if the tool requires a string, or if it is not JSON.
fn object_of(tool: usize, pairs: &[(&str, &str)], known: &Known<'_>) -> String {
    let mut json = String::from("{");
    for (place, (key, value)) in pairs.iter().enumerate() {
        if place > 0 {
            json.push(',');
        }
        quote(key, &mut json);
        json.push(':');
        // One line break on either side belongs to the format.
        let value = value.strip_prefix("\n").unwrap_or(value);
        let value = value.strip_suffix("\n").unwrap_or(value);
        let is_json = !(known.is_text)(tool, key) && json::parse(value.as_bytes()).is_ok();
        if is_json { json.push_str(trim(value)) } else { quote(value, &mut json) }
    }
    json.push('}');
    json
}

fn mistral(text: &str) -> Option<Vec<TextCall>> {
    const TAG: &str = "[TOOL_CALLS]";
    let rest = trim(text.strip_prefix(TAG)?);
    if rest.starts_with('[') {
        let nothing = Names::default();
        let known = Known { names: &nothing, forced: None, is_text: &|_, _| false };
        return json_calls(rest, &known, true);
    }
    let one = |call: &str| {
        let at = call.bytes().position(|byte| matches!(byte, b'{' | b'['))?;
        let (name, arguments) = (call.get(..at)?, call.get(at..)?);
        let arguments = match arguments.strip_prefix("[CALL_ID]") {
            Some(behind) => behind.get(find(behind, "[ARGS]", 0)?..)?,
            None => arguments,
        };
        let arguments = arguments.strip_prefix("[ARGS]").unwrap_or(arguments);
        whole_object(arguments).map(|arguments| TextCall { name: trim(name).to_owned(), arguments })
    };
    let (mut rest, mut calls) = (rest, Vec::new());
    while let Some((call, behind)) = cut(rest, TAG) {
        calls.push(one(trim(call))?);
        rest = behind;
    }
    calls.push(one(trim(rest))?);
    Some(calls)
}

/// A text that is exactly one JSON object.
fn whole_object(text: &str) -> Option<String> {
    let text = trim(text);
    (arguments::values(text, &[], &mut Vec::new())?.len() == 1 && text.starts_with('{'))
        .then(|| text.to_owned())
}

fn harmony(text: &str) -> Option<Vec<TextCall>> {
    let text = trim(text.strip_prefix("<|start|>assistant").unwrap_or(text));
    let (head, message) = cut(text.strip_prefix("<|channel|>")?, "<|message|>")?;
    let (_, to) = cut(head, "to=")?;
    let end = to.bytes().position(|byte| byte.is_ascii_whitespace() || byte == b'<').unwrap_or(to.len());
    let name = to.get(..end)?;
    let message = message.strip_suffix("<|call|>").unwrap_or(message);
    Some(vec![TextCall { name: name.to_owned(), arguments: whole_object(message)? }])
}

/// Begin and end of a section, begin of a call, mark before its arguments, end of a call.
const SECTIONS: [[&str; 5]; 2] = [
    [
        "<|tool_calls_section_begin|>",
        "<|tool_calls_section_end|>",
        "<|tool_call_begin|>",
        "<|tool_call_argument_begin|>",
        "<|tool_call_end|>",
    ],
    [
        "<\u{ff5c}tool\u{2581}calls\u{2581}begin\u{ff5c}>",
        "<\u{ff5c}tool\u{2581}calls\u{2581}end\u{ff5c}>",
        "<\u{ff5c}tool\u{2581}call\u{2581}begin\u{ff5c}>",
        "<\u{ff5c}tool\u{2581}sep\u{ff5c}>",
        "<\u{ff5c}tool\u{2581}call\u{2581}end\u{ff5c}>",
    ],
];

/// Sections of Kimi and DeepSeek.
fn sections(text: &str) -> Option<Vec<TextCall>> {
    SECTIONS.iter().find_map(|[section, section_end, begin, separator, end]| {
        let inner = trim(text.strip_prefix(section).unwrap_or(text));
        let inner = inner.strip_suffix(section_end).unwrap_or(inner);
        let calls = between(trim(inner), begin, end)?;
        let one = |call: &&str| {
            let (mut name, mut arguments) = cut(call, separator)?;
            // The older form: the type, then the separator, the name and fenced JSON.
            if trim(name) == "function"
                && let Some((own, fence)) = cut(trim(arguments), "\n")
            {
                (name, arguments) = (own, fence);
            }
            let arguments = fenced(trim(arguments)).unwrap_or(arguments);
            Some(TextCall { name: trim(name).to_owned(), arguments: whole_object(arguments)? })
        };
        calls.iter().map(one).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str, forced: Option<usize>) -> Option<Vec<(String, String)>> {
        let names = Names::new(["get_weather", "search"]);
        let is_text = |_: usize, parameter: &str| parameter == "city";
        let known = Known { names: &names, forced, is_text: &is_text };
        let found = read(text, &known)?;
        Some(found.into_iter().map(|call| (call.name, call.arguments)).collect())
    }

    fn one(name: &str, arguments: &str) -> Option<Vec<(String, String)>> {
        Some(vec![(name.to_owned(), arguments.to_owned())])
    }

    #[test]
    fn every_family_writes_its_own_way() {
        let weather = one("get_weather", r#"{"city":"Paris"}"#);
        for text in [
            r#"{"name":"get_weather","parameters":{"city":"Paris"}}"#,
            r#"{"type":"function","name":"get_weather","parameters":{"city":"Paris"}}"#,
            r#"{"type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}"#,
            r#"[{"name":"get_weather","arguments":{"city":"Paris"}}]"#,
            "```json\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}\n```",
            r#"<|python_tag|>{"name":"get_weather","parameters":{"city":"Paris"}}<|eom_id|>"#,
            "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\":\"Paris\"}}\n</tool_call>",
            r#"<tool_call>{"name":"get_weather","arguments":{"city":"Paris"}}"#,
            r#"<function=get_weather>{"city":"Paris"}</function>"#,
            "<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>",
            "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call>",
            r#"[TOOL_CALLS][{"name":"get_weather","arguments":{"city":"Paris"}}]"#,
            r#"[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}}]</s>"#,
            r#"[TOOL_CALLS]get_weather[ARGS]{"city":"Paris"}"#,
            r#"[TOOL_CALLS]get_weather{"city":"Paris"}"#,
            r#"[TOOL_CALLS]get_weather[CALL_ID]a1b2c3d4e[ARGS]{"city":"Paris"}"#,
            r#"[get_weather(city="Paris")]"#,
            "[get_weather(city='Paris')]<|eot_id|>",
            r#"<|python_start|>[get_weather(city="Paris")]<|python_end|>"#,
            r#"<|python_tag|>get_weather.call(city="Paris")<|eom_id|>"#,
            "```tool_code\nprint(get_weather(city=\"Paris\"))\n```",
            "```tool_code\nget_weather(city='Paris')\n```",
            "```tool_code\n[get_weather(city='Paris')]\n```",
            r#"<TOOLCALL>[{"name":"get_weather","arguments":{"city":"Paris"}}]</TOOLCALL>"#,
            r#"functools[{"name":"get_weather","arguments":{"city":"Paris"}}]"#,
            r#"<|tools_prefix|>[{"get_weather":{"city":"Paris"}}]<|tools_suffix|>"#,
            "<\u{ff5c}tool\u{2581}calls\u{2581}begin\u{ff5c}><\u{ff5c}tool\u{2581}call\u{2581}begin\u{ff5c}>get_weather<\u{ff5c}tool\u{2581}sep\u{ff5c}>{\"city\":\"Paris\"}<\u{ff5c}tool\u{2581}call\u{2581}end\u{ff5c}><\u{ff5c}tool\u{2581}calls\u{2581}end\u{ff5c}>",
        ] {
            let found = calls(text, None).map(|calls| {
                let dense = |json: &str| json.replace(": ", ":");
                calls.into_iter().map(|(name, json)| (name, dense(&json))).collect::<Vec<_>>()
            });
            assert_eq!(found, weather, "{text}");
            assert!(may_become(text), "{text}");
        }
        for text in [
            r#"<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Paris"}<|call|>"#,
            r#"<|start|>assistant<|channel|>analysis to=functions.get_weather code<|message|>{"city":"Paris"}"#,
        ] {
            assert_eq!(calls(text, None), one("functions.get_weather", r#"{"city":"Paris"}"#), "{text}");
            assert!(may_become(text), "{text}");
        }
        assert_eq!(
            calls(
                r#"<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{"q":1}<|tool_call_end|><|tool_calls_section_end|>"#,
                None
            ),
            one("functions.search:0", r#"{"q":1}"#)
        );
        let several = calls(
            r#"{"name":"get_weather","parameters":{"city":"a"}}; {"name":"search","parameters":{}}"#,
            None,
        );
        assert_eq!(several.unwrap().len(), 2);
    }

    #[test]
    fn values_outside_of_json_are_what_the_tool_wants() {
        let text = "<function=get_weather><parameter=city>5</parameter><parameter=days>5</parameter><parameter=note>\n a \n</parameter></function>";
        assert_eq!(calls(text, None), one("get_weather", r#"{"city":"5","days":5,"note":" a "}"#));
    }

    #[test]
    fn any_other_text_is_text() {
        for text in [
            "",
            "The weather is fine.",
            r#"{"city":"Paris"}"#,
            r#"{"name":"get_weather"}"#,
            r#"{"name":"nobody","arguments":{}}"#,
            r#"{"name":"get_weather","arguments":{},"comment":"x"}"#,
            r#"{"name":"get_weather","arguments":[1]}"#,
            r#"I call {"name":"get_weather","arguments":{}}"#,
            r#"{"name":"get_weather","arguments":{}} That is it."#,
            r#"<tool_call>{"name":"get_weather","arguments":{}}</tool_call> Done."#,
            r#"[{"name":"get_weather","arguments":{}},{"name":"nobody","arguments":{}}]"#,
            "<tool_call></tool_call>",
            "[TOOL_CALLS]",
            "<function=>",
            r#"{"name":"get_weather","arguments":{}"#,
            r#"{"name":"get_weather","city":"Paris"}"#,
            "[]",
            "<|channel|>final<|message|>Hello",
            r#"get_weather(city="Paris")"#,
            "```python\nget_weather(city='Paris')\n```",
            r#"[get_weather("Paris")]"#,
            r#"[get_weather(city=here)]"#,
            r#"[nobody(city="Paris")]"#,
            r#"[get_weather(city="Paris")] is how."#,
            r#"[get_weather](https://example.com)"#,
            r#"[TOOL_CALLS]get_weather[CALL_ID]a{"city":"Paris"}"#,
            r#"<|tools_prefix|>[{"get_weather":{},"search":{}}]<|tools_suffix|>"#,
            r#"<|tools_prefix|>[{"get_weather":1}]<|tools_suffix|>"#,
        ] {
            assert_eq!(calls(text, None), None, "{text}");
        }
    }

    #[test]
    fn calls_have_a_bound() {
        let several = |count| r#"{"name":"search","parameters":{}}; "#.repeat(count);
        assert_eq!(calls(&several(1023), None).map(|calls| calls.len()), Some(1023));
        assert_eq!(calls(&several(1024), None), None);
    }

    #[test]
    fn the_arguments_of_a_forced_tool_stand_beside_its_name() {
        let text = r#"{"name":"get_weather","city":"Paris","days":1.0}"#;
        assert_eq!(calls(text, Some(0)), one("get_weather", r#"{"city":"Paris","days":1.0}"#));
        assert_eq!(calls(text, Some(1)), None);
    }

    #[test]
    fn a_text_is_held_back_only_while_it_may_be_a_call() {
        for text in [
            "",
            " \n",
            "{",
            "{\n  \"na",
            "{ \"name\" : ",
            "<",
            "<tool",
            "[",
            "[ {\"na",
            "```",
            "```json\n{",
            "[T",
            "[TOOL",
            "<|chan",
            "[get_w",
            "[get_weather(city=",
            "```tool_code\nprint(",
            "func",
            "<TOOL",
        ] {
            assert!(may_become(text), "{text:?}");
        }
        for text in [
            "The",
            "{\"city",
            "{ \"a\"",
            "[1",
            "<b>",
            "[link]",
            "[two words",
            "function",
            "```js\nconst a",
            "{{",
            "- <tool_call>",
        ] {
            assert!(!may_become(text), "{text:?}");
        }
    }
}
