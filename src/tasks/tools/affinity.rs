//! The session id of a conversation. Requests of one session are routed to the same instance of a model,
//! whose cache has the beginning of the conversation; cached tokens cost less.
//!
//! A conversation is identified by its beginning, the messages up to the first one of the user. The id is a
//! hash of their roles and texts, so it is the same in each step and each later run of the conversation, on
//! any machine, and no state is needed. Two conversations with the same beginning share an id, and the cache
//! of that beginning.

use crate::text::{HEX, concat};
use crate::value::{Shape, Value};

/// The id of a conversation by its messages, or by the prompt in place of them.
pub fn session_of<V: Value>(messages: &[V]) -> String {
    let mut hash = Hash::default();
    for message in messages {
        let role = message.get("role").and_then(|role| role.head()).unwrap_or_default();
        hash.text(&role);
        match message.get("content") {
            Some(content) if matches!(content.shape(), Shape::Text(_)) => {
                hash.text(&content.text().unwrap_or_default());
            }
            Some(content) => {
                for part in content.items() {
                    hash.text(&part.get("text").and_then(|text| text.text()).unwrap_or_default());
                }
            }
            None => {}
        }
        if role == "user" {
            break;
        }
    }
    concat(&["conversation-", &hash.hex()])
}

/// FNV-1a of separated texts.
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn text(&mut self, text: &str) {
        // Each text is terminated by a byte that is never in UTF-8.
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn hex(&self) -> String {
        (0..16).rev().map(|digit| char::from(HEX[((self.0 >> (4 * digit)) & 15) as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::Json;

    fn id(messages: &str) -> String {
        session_of(&Json::sample(messages).items())
    }

    #[test]
    fn a_conversation_keeps_its_id() {
        let system = r#"{"role":"system","content":"You are kind."}"#;
        let user = |text: &str| format!(r#"{{"role":"user","content":"{text}"}}"#);
        let first = id(&format!("[{system},{}]", user("a")));
        let later = id(&format!(
            "[{system},{},{},{}]",
            user("a"),
            r#"{"role":"assistant","content":"b"}"#,
            user("c")
        ));
        assert_eq!(first, later);
        assert_eq!(first.len(), "conversation-".len() + 16);
        assert_ne!(first, id(&format!("[{system},{}]", user("b"))));
        assert_ne!(first, id(&format!("[{}]", user("a"))));
        let parts = |more: &str| {
            id(&format!(r#"[{{"role":"user","content":[{{"type":"text","text":"a"}}{more}]}}]"#))
        };
        assert_eq!(parts(""), id(&format!("[{}]", user("a"))));
        assert_ne!(parts(r#",{"type":"image_url","image_url":{"url":{"$":"media"}}}"#), parts(""));
        for odd in ["[]", "[null,5]", r#"[{"role":"user"}]"#] {
            id(odd);
        }
    }
}
