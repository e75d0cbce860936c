//! Converts tool messages in a conversation's history to the form that a model family requires: the ids of
//! calls, their form, and the order of turns.
//!
//! | models | requirement |
//! |---|---|
//! | mistral | ids of exactly nine letters and digits; an assistant message between a tool's and the user's |
//! | llama-4-scout and others whose schema has the same pattern for `tool_call_id` | such ids |
//! | kimi | `functions.{name}:{index among all calls}`, its training format; with other ids in its history it stops calling tools |
//! | those of the chat dialect | nested calls with arguments as JSON text, and an id in each call and result |
//! | all of the service's | the arguments of nested calls as JSON text |
//!
//! New ids are derived from the history alone, so that the beginning of a growing history is unchanged, and a
//! prefix cache still hits. A result belongs to the call of the latest turn that has its id and no result
//! yet: some models reuse ids in each turn.

use super::edits::{Edit, Place, Step};
use super::tools::words::{Words, hash_of};
use crate::catalog::{Entry, InputShape};
use crate::quirks;
use crate::text::{concat, decimal};
use crate::value::{Shape, Tree, Value};

/// The form of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// Any text or none.
    Any,
    /// Any text; required.
    Some,
    /// Nine letters and digits.
    Nine,
    /// `functions.{name}:{place}`
    Kimi,
}

/// The requirements of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wants {
    /// The ids of calls.
    pub ids: Ids,
    /// True if calls are `{ id, type, function: { name, arguments: "JSON text" } }`.
    pub is_nested: bool,
    /// True if the arguments of a nested call must be JSON text.
    pub has_text_arguments: bool,
    /// True if an assistant message must be between a tool's and the user's.
    pub has_turn_after_tool: bool,
}

impl Wants {
    /// The requirements of a model of the service; `is_chat`: it has the chat dialect. Models of other
    /// authors have none.
    pub fn of(model: &str, entry: Option<&Entry>, is_chat: bool) -> Self {
        let is_own = quirks::CONTENT_REQUIRED.holds_for(model);
        let has_pattern = entry.is_some_and(|entry| {
            matches!(
                entry.input,
                InputShape::TextGuided | InputShape::TextGuidedBatch | InputShape::TextLegacyImage
            )
        });
        let ids = match model {
            _ if quirks::TOOL_CALL_ID.holds_for(model) || has_pattern => Ids::Nine,
            _ if model.starts_with("@cf/moonshotai/") => Ids::Kimi,
            _ if is_own && is_chat => Ids::Some,
            _ => Ids::Any,
        };
        Self {
            ids,
            is_nested: is_own && is_chat,
            has_text_arguments: is_own,
            has_turn_after_tool: quirks::ASSISTANT_AFTER_TOOL.holds_for(model),
        }
    }
}

/// The edits of each message of a history, with places relative to the message; empty if there are none.
pub fn changes<V: Value>(wants: Wants, messages: &[V]) -> Vec<Vec<(Place, Edit<V>)>> {
    let default =
        Wants { ids: Ids::Any, is_nested: false, has_text_arguments: false, has_turn_after_tool: false };
    let history = if wants == default { Vec::new() } else { read(messages) };
    if !history.iter().any(Turn::is_of_tools) {
        return Vec::new();
    }
    let ids = new_ids(wants.ids, &history);
    let mut changes = Vec::new();
    for (place, turn) in history.iter().enumerate() {
        let mut own = Vec::new();
        let follows_tool =
            place.checked_sub(1).and_then(|before| history.get(before)).is_some_and(|turn| turn.is_result);
        if wants.has_turn_after_tool && follows_tool && turn.is_user {
            let turn = [("role", Tree::Text("assistant".into())), ("content", Tree::Text(String::new()))];
            own.push((Place::new(), Edit::Before(Tree::object(turn))));
        }
        if let Some(arguments) = &turn.function_arguments {
            own.push((
                vec![Step::Name("function_call"), Step::Name("arguments")],
                Edit::Put(Tree::Text(arguments.clone())),
            ));
        }
        let (calls, result) = &ids[place];
        for (index, (call, id)) in turn.calls.iter().zip(calls).enumerate() {
            let at = |names: &[&'static str]| -> Place {
                let start = [Step::Name("tool_calls"), Step::Index(index)];
                start.into_iter().chain(names.iter().map(|name| Step::Name(name))).collect()
            };
            own.extend(
                call.changes(wants, id.as_deref()).into_iter().map(|(names, edit)| (at(&names), edit)),
            );
        }
        if let Some(id) = result
            && turn.result_id.as_ref() != Some(id)
        {
            own.push((vec![Step::Name("tool_call_id")], Edit::Put(Tree::Text(id.clone()))));
        }
        changes.push(own);
    }
    if changes.iter().all(Vec::is_empty) { Vec::new() } else { changes }
}

/// The relevant properties of a message.
struct Turn<V> {
    is_user: bool,
    is_result: bool,
    result_id: Option<String>,
    result_name: Option<String>,
    calls: Vec<Call<V>>,
    /// The arguments of a call in OpenAI's older form, if they are not text.
    function_arguments: Option<String>,
}

struct Call<V> {
    value: V,
    id: Option<String>,
    name: String,
}

impl<V> Turn<V> {
    fn is_of_tools(&self) -> bool {
        self.is_result || !self.calls.is_empty() || self.function_arguments.is_some()
    }
}

fn text_of<V: Value>(value: &V, name: &'static str) -> Option<String> {
    value.get(name)?.text().filter(|text| !text.is_empty())
}

fn read<V: Value>(messages: &[V]) -> Vec<Turn<V>> {
    let call = |value: V| {
        let id = text_of(&value, "id");
        let function = value.get("function").filter(V::is_object);
        let name = function.as_ref().and_then(|function| text_of(function, "name"));
        let name = name.or_else(|| text_of(&value, "name")).unwrap_or_default();
        Call { value, id, name }
    };
    let turn = |message: &V| {
        let role = message.get("role").and_then(|role| role.head()).unwrap_or_default();
        let is_result = role == "tool";
        let calls = message.get("tool_calls").map(|calls| calls.items()).unwrap_or_default();
        Turn {
            is_user: role == "user",
            is_result,
            result_id: if is_result { text_of(message, "tool_call_id") } else { None },
            result_name: if is_result { text_of(message, "name") } else { None },
            calls: calls.into_iter().map(call).collect(),
            function_arguments: message
                .get("function_call")
                .and_then(|call| call.get("arguments"))
                .filter(V::is_object)
                .map(|arguments| json_text(Some(&arguments))),
        }
    };
    messages.iter().map(turn).collect()
}

impl<V: Value> Call<V> {
    /// The edits of the message, by the path of member names.
    fn changes(&self, wants: Wants, id: Option<&str>) -> Vec<(Vec<&'static str>, Edit<V>)> {
        let put = |text: &str| Edit::Put(Tree::Text(text.to_owned()));
        let is_function = self.value.get("type").is_none_or(|kind| kind.is_text("function"));
        let function = self.value.get("function").filter(V::is_object);
        if wants.is_nested && is_function && function.is_none() && self.value.get("name").is_some() {
            let arguments = Tree::Text(json_text(self.value.get("arguments").as_ref()));
            let function = Tree::object([("name", Tree::Text(self.name.clone())), ("arguments", arguments)]);
            let mut members = vec![("type".to_owned(), Tree::Text("function".into()))];
            members.extend(id.map(|id| ("id".to_owned(), Tree::Text(id.to_owned()))));
            members.push(("function".to_owned(), function));
            return vec![(Vec::new(), Edit::Put(Tree::Object(members)))];
        }
        let mut changes = Vec::new();
        if let Some(id) = id
            && self.id.as_deref() != Some(id)
        {
            changes.push((vec!["id"], put(id)));
        }
        if let Some(function) = function.filter(|_| wants.has_text_arguments && is_function) {
            if wants.is_nested && self.value.get("type").is_none() {
                changes.push((vec!["type"], put("function")));
            }
            let arguments = function.get("arguments");
            if !arguments.as_ref().is_some_and(|arguments| matches!(arguments.shape(), Shape::Text(_))) {
                changes.push((vec!["function", "arguments"], put(&json_text(arguments.as_ref()))));
            }
        }
        changes
    }
}

/// The edit of an item of the Responses dialect: arguments and results are texts there.
pub fn item_changes<V: Value>(item: &V) -> Option<(&'static str, Edit<V>)> {
    let kind = item.get("type").and_then(|kind| kind.head())?;
    let name = match kind.as_str() {
        "function_call" => "arguments",
        "function_call_output" => "output",
        _ => return None,
    };
    let value = item.get(name)?;
    // Results may be parts as well.
    let is_right = matches!(value.shape(), Shape::Text(_)) || name == "output" && value.is_list();
    (!is_right).then(|| (name, Edit::Put(Tree::Text(json_text(Some(&value))))))
}

/// Arguments as JSON text.
fn json_text<V: Value>(arguments: Option<&V>) -> String {
    let text = arguments.and_then(|arguments| arguments.text().or_else(|| arguments.to_json()));
    text.filter(|text| !text.trim_ascii().is_empty()).unwrap_or_else(|| "{}".to_owned())
}

/// The ids of a message's calls, and the one of a result.
type IdsOf = (Vec<Option<String>>, Option<String>);

fn new_ids<V>(form: Ids, history: &[Turn<V>]) -> Vec<IdsOf> {
    let mut ids = Assigner::new(form, history);
    // The calls of the latest turn without a result: their old and new id, and their name.
    let mut open: Vec<(Option<&str>, Option<String>, &str)> = Vec::new();
    let mut assigned = Vec::new();
    for turn in history {
        if !turn.calls.is_empty() {
            open.clear();
        }
        let mut calls = Vec::new();
        for call in &turn.calls {
            let new = ids.assign(call.id.as_deref(), &call.name);
            open.push((call.id.as_deref(), new.clone(), &call.name));
            calls.push(new);
        }
        let result = turn.is_result.then(|| {
            let old = turn.result_id.as_deref();
            let name = turn.result_name.as_deref();
            let place = match old {
                Some(_) => open.iter().position(|(id, ..)| *id == old),
                // Without an id it is the first one of its name, or else the first of all.
                None => {
                    open.iter().position(|(.., call)| name == Some(*call)).or((!open.is_empty()).then_some(0))
                }
            };
            match place {
                Some(place) => open.remove(place).1,
                // The call is missing in a shortened history.
                None => ids.of_lost(old, name.unwrap_or_default()),
            }
        });
        assigned.push((calls, result.flatten()));
    }
    assigned
}

struct Assigner {
    form: Ids,
    /// True if all ids are valid and kept.
    keeps: bool,
    /// The new ids in use.
    used: Words,
    /// The old ids; for each the number of its conversions, and the last new id.
    old: Words,
    became: Vec<(i64, String)>,
    calls: usize,
}

impl Assigner {
    fn new<V>(form: Ids, history: &[Turn<V>]) -> Self {
        let mut seen = Words::default();
        let mut keeps = true;
        for call in history.iter().flat_map(|turn| &turn.calls) {
            keeps &= match &call.id {
                Some(id) => is_in_form(form, id, &call.name) && seen.put(id).1,
                None => false,
            };
        }
        Self { form, keeps, used: Words::default(), old: Words::default(), became: Vec::new(), calls: 0 }
    }

    fn assign(&mut self, old: Option<&str>, name: &str) -> Option<String> {
        let place = decimal(self.calls as i64);
        self.calls += 1;
        let own = |old: Option<&str>| old.map(str::to_owned);
        let new = match self.form {
            Ids::Any => return own(old),
            _ if self.keeps => own(old)?,
            Ids::Some => own(old).unwrap_or_else(|| concat(&["call_", &place])),
            Ids::Kimi if name.is_empty() => return own(old),
            Ids::Kimi => concat(&["functions.", name, ":", &place]),
            Ids::Nine => self.nine(old.unwrap_or(&place)),
        };
        self.used.put(&new);
        if let Some(old) = old {
            self.entry(old).1 = new.clone();
        }
        Some(new)
    }

    fn entry(&mut self, old: &str) -> &mut (i64, String) {
        let (place, is_new) = self.old.put(old);
        if is_new {
            self.became.push((0, String::new()));
        }
        &mut self.became[place]
    }

    /// A valid id is kept, unless it was used before. Each reuse of an id is converted to a different one.
    fn nine(&mut self, old: &str) -> String {
        if is_nine(old) && self.used.find(old).is_none() {
            return old.to_owned();
        }
        loop {
            let uses = self.entry(old).0;
            self.entry(old).0 += 1;
            let id = if uses == 0 { nine_of(old) } else { nine_of(&concat(&[old, "#", &decimal(uses)])) };
            if self.used.find(&id).is_none() {
                return id;
            }
        }
    }

    /// The id of a result whose call is not in the history.
    fn of_lost(&self, old: Option<&str>, name: &str) -> Option<String> {
        let old = old?;
        if is_in_form(self.form, old, name) {
            return Some(old.to_owned());
        }
        let became = self.old.find(old).and_then(|place| self.became.get(place)).map(|(_, new)| new.clone());
        match self.form {
            Ids::Nine => became.or_else(|| Some(nine_of(old))),
            // A number of its own would shift all later ones.
            _ => became.or_else(|| Some(old.to_owned())),
        }
    }
}

fn is_in_form(form: Ids, id: &str, name: &str) -> bool {
    match form {
        Ids::Any | Ids::Some => true,
        Ids::Nine => is_nine(id),
        Ids::Kimi => {
            let place = id.strip_prefix("functions.").and_then(|rest| rest.strip_prefix(name));
            let digits = place.and_then(|rest| rest.strip_prefix(':'));
            digits
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        }
    }
}

fn is_nine(id: &str) -> bool {
    id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Nine letters and digits derived from a text: FNV-1a in base 62.
fn nine_of(text: &str) -> String {
    const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut hash = hash_of(text);
    let mut id = String::new();
    for _ in 0..9 {
        id.push(char::from(SIGNS[(hash % 62) as usize]));
        hash /= 62;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::tasks::edits::Edits;
    use crate::tasks::testing::tree;
    use crate::value::json::Json;

    const MISTRAL: &str = "@cf/mistralai/mistral-small-3.1-24b-instruct";
    const SCOUT: &str = "@cf/meta/llama-4-scout-17b-16e-instruct";
    const KIMI: &str = "@cf/moonshotai/kimi-k2.6";
    const GLM: &str = "@cf/zai-org/glm-4.7-flash";
    const LLAMA: &str = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

    /// The messages as they are sent; `None` if they are unchanged.
    fn sent(model: &str, messages: &str) -> Option<Vec<String>> {
        let entry = catalog::find(model);
        let is_chat =
            entry.is_none_or(|entry| matches!(entry.input, InputShape::TextChat | InputShape::TextChatBatch));
        let input = Json::sample(&concat(&[r#"{"messages":"#, messages, "}"]));
        let items = input.get("messages").unwrap().items();
        let changes = changes(Wants::of(model, entry, is_chat), &items);
        if changes.is_empty() {
            return None;
        }
        let mut edits = Edits::default();
        for (index, own) in changes.into_iter().enumerate() {
            for (place, edit) in own {
                let start = [Step::Name("messages"), Step::Index(index)];
                let place: Place = start.into_iter().chain(place).collect();
                edits.add(&place, edit);
            }
        }
        let sent = Json::parse(tree(&Tree::Object(edits.apply(&input))).as_bytes()).unwrap();
        Some(sent.get("messages").unwrap().items().iter().map(|item| item.to_json().unwrap()).collect())
    }

    fn ids(messages: &[String]) -> Vec<String> {
        let mut ids = Vec::new();
        for message in messages {
            let message = Json::sample(message);
            let calls = message.get("tool_calls").map(|calls| calls.items()).unwrap_or_default();
            ids.extend(calls.iter().map(|call| text_of(call, "id").unwrap_or_default()));
            ids.extend(text_of(&message, "tool_call_id"));
        }
        ids
    }

    fn call(id: &str, name: &str) -> String {
        format!(r#"{{"id":"{id}","type":"function","function":{{"name":"{name}","arguments":"{{}}"}}}}"#)
    }

    fn turn(calls: &[String]) -> String {
        format!(r#"{{"role":"assistant","content":"","tool_calls":[{}]}}"#, calls.join(","))
    }

    fn result(id: &str) -> String {
        format!(r#"{{"role":"tool","tool_call_id":"{id}","content":"x"}}"#)
    }

    fn history(turns: &[String]) -> String {
        format!("[{}]", turns.join(","))
    }

    const USER: &str = r#"{"role":"user","content":"a"}"#;

    #[test]
    fn ids_have_nine_signs_where_they_must_and_fit_each_other() {
        let one = history(&[
            USER.into(),
            turn(&[call("call_abc", "f"), call("call_def", "g")]),
            result("call_def"),
            result("call_abc"),
        ]);
        for model in [MISTRAL, SCOUT] {
            let sent = ids(&sent(model, &one).unwrap());
            assert!(sent.iter().all(|id| is_nine(id)), "{sent:?}");
            assert_eq!((&sent[0], &sent[1]), (&sent[3], &sent[2]));
            assert_ne!(sent[0], sent[1]);
            // Later messages do not change them.
            let more = history(&[
                USER.into(),
                turn(&[call("call_abc", "f"), call("call_def", "g")]),
                result("call_def"),
                result("call_abc"),
                turn(&[call("x", "f")]),
                result("x"),
            ]);
            assert_eq!(ids(&super::tests::sent(model, &more).unwrap())[..4], sent[..]);
        }
        let right = history(&[turn(&[call("abcDEF123", "f")]), result("abcDEF123")]);
        assert_eq!(sent(MISTRAL, &right), None);
        assert_eq!(sent(LLAMA, &one), None);
        assert_eq!(sent(GLM, &one), None);
        assert_eq!(sent("openai/gpt-5", &one), None);
    }

    #[test]
    fn an_id_that_is_used_again_is_another_one_in_each_turn() {
        let again = history(&[
            turn(&[call("functions.f:0", "f")]),
            result("functions.f:0"),
            turn(&[call("functions.f:0", "f")]),
            result("functions.f:0"),
        ]);
        let nine = ids(&sent(MISTRAL, &again).unwrap());
        assert_eq!((&nine[0], &nine[2]), (&nine[1], &nine[3]));
        assert_ne!(nine[0], nine[2]);
        let kimi = ids(&sent(KIMI, &again).unwrap());
        assert_eq!(kimi, ["functions.f:0", "functions.f:0", "functions.f:1", "functions.f:1"]);
    }

    #[test]
    fn kimis_ids_count_all_calls() {
        let foreign = history(&[
            turn(&[call("call_1", "f"), call("call_2", "g.h")]),
            result("call_1"),
            result("call_2"),
            turn(&[call("call_3", "f")]),
            result("call_3"),
        ]);
        assert_eq!(
            ids(&sent(KIMI, &foreign).unwrap()),
            [
                "functions.f:0",
                "functions.g.h:1",
                "functions.f:0",
                "functions.g.h:1",
                "functions.f:2",
                "functions.f:2"
            ]
        );
        let own = history(&[turn(&[call("functions.f:3", "f")]), result("functions.f:3")]);
        assert_eq!(sent(KIMI, &own), None);
    }

    #[test]
    fn a_turn_stands_between_a_tool_and_the_user() {
        let messages = history(&[
            turn(&[call("abcdefghi", "f")]),
            result("abcdefghi"),
            r#"{"role":"user","content":"now?"}"#.into(),
        ]);
        let sent = |model| super::tests::sent(model, &messages);
        assert_eq!(
            sent(MISTRAL).unwrap()[2..],
            [
                r#"{"role":"assistant","content":""}"#.to_owned(),
                r#"{"role":"user","content":"now?"}"#.to_owned()
            ]
        );
        assert_eq!(sent(SCOUT), None);
    }

    #[test]
    fn calls_of_another_form_are_nested() {
        let flat = r#"[{"role":"assistant","content":"","tool_calls":[{"name":"f","arguments":{"a":1}},{"name":"g","arguments":"{}"}]},
            {"role":"tool","name":"g","content":"x"},{"role":"tool","content":"y"}]"#;
        assert_eq!(sent(LLAMA, flat), None);
        let nested = |id: &str, name: &str, arguments: &str| {
            format!(
                r#"{{"type":"function","id":"{id}","function":{{"name":"{name}","arguments":"{arguments}"}}}}"#
            )
        };
        let calls = [nested("call_0", "f", r#"{\"a\":1}"#), nested("call_1", "g", "{}")].join(",");
        assert_eq!(
            sent(GLM, flat).unwrap(),
            [
                format!(r#"{{"role":"assistant","content":"","tool_calls":[{calls}]}}"#),
                r#"{"role":"tool","name":"g","content":"x","tool_call_id":"call_1"}"#.to_owned(),
                r#"{"role":"tool","content":"y","tool_call_id":"call_0"}"#.to_owned(),
            ]
        );
        let object = r#"[{"role":"assistant","content":"","tool_calls":[{"id":"a","function":{"name":"f","arguments":{"a":[1]}}}]}]"#;
        assert_eq!(
            sent(GLM, object).unwrap(),
            [
                r#"{"role":"assistant","content":"","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"a\":[1]}"},"type":"function"}]}"#
            ]
        );
    }

    #[test]
    fn results_without_a_call_and_odd_values_do_no_harm() {
        for messages in [
            r#"[{"role":"tool","tool_call_id":"call_x","content":"x"},{"role":"user","content":"a"}]"#,
            r#"[{"role":"tool","content":null},5,null,{"role":7,"tool_calls":{"a":1}}]"#,
            r#"[{"role":"assistant","tool_calls":[null,5,"a",{},{"function":3}]},{"role":"tool","tool_call_id":5}]"#,
        ] {
            for model in [MISTRAL, KIMI, GLM, LLAMA, "@cf/nobody/new"] {
                let _ = sent(model, messages);
            }
        }
        let lost = sent(MISTRAL, r#"[{"role":"tool","tool_call_id":"call_x","content":"x"}]"#).unwrap();
        assert!(is_nine(&ids(&lost)[0]));
    }

    #[test]
    fn a_long_history_takes_no_time() {
        let turns: Vec<String> =
            (0..5_000).map(|_| turn(&[call("same", "f")]) + "," + &result("same")).collect();
        let sent = sent(MISTRAL, &history(&turns)).unwrap();
        let all: std::collections::BTreeSet<String> = ids(&sent).into_iter().collect();
        assert_eq!(all.len(), 5_000);
    }
}
