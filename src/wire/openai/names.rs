//! Joins tool names that arrive in parts (`get_`, `weather`). The SDKs read a call's name when the call
//! begins, so the start of a call, and any arguments before its name, are held back until something other
//! than a part of the name follows.

use super::collected::{Call, Collected};

/// Limit of arguments that are held back, in bytes. Beyond it a call is passed on with an incomplete name.
const MOST_HELD: usize = 1 << 20;

/// The calls that are held back.
#[derive(Debug, Default)]
pub struct HeldCalls {
    /// Calls whose arguments have not begun, in order.
    held: Vec<Call>,
}

impl HeldCalls {
    /// True if nothing is held back.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Removes from a chunk's contents the calls that cannot be written yet, and returns the calls of
    /// earlier chunks that are written before it. `has_begun` is true for a slot whose call was partly
    /// written.
    pub fn hold(&mut self, collected: &mut Collected, has_begun: impl Fn(u32) -> bool) -> Vec<Call> {
        if collected.calls.is_empty() && self.held.is_empty() {
            return Vec::new();
        }
        let earlier = self.held.len();
        let is_only_names = collected.text.is_empty()
            && collected.reasoning.is_empty()
            && !collected.calls.iter().any(Call::has_arguments);
        let mut others = Vec::new();
        for piece in collected.calls.drain(..) {
            match self.held.iter_mut().find(|call| call.slot == piece.slot) {
                Some(call) => call.add(piece),
                None if piece.name.is_some() || !has_begun(piece.slot) => self.held.push(piece),
                None => others.push(piece),
            }
        }
        let length = |call: &Call| call.arguments.as_ref().map_or(0, String::len);
        let is_full = self.held.iter().map(length).sum::<usize>() > MOST_HELD;
        let is_ready = |call: &Call| is_full || call.name.is_some();
        let (mut released, mut ready, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for (place, call) in self.held.drain(..).enumerate() {
            match is_ready(&call) {
                true if place < earlier && !is_only_names => released.push(call),
                true if call.has_arguments() => ready.push(call),
                _ => held.push(call),
            }
        }
        (collected.calls, self.held) = (ready, held);
        collected.calls.append(&mut others);
        released
    }

    /// Returns the remaining calls: their names are complete.
    pub fn release(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(slot: u32, name: &str, arguments: &str) -> Call {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Call { slot, id: None, name: some(name), arguments: some(arguments) }
    }

    /// Slot, name and arguments.
    type Pieces<'a> = &'a [(u32, &'a str, &'a str)];

    /// The remaining contents of each chunk, preceded by the calls that are released; text stands for
    /// itself.
    fn held(chunks: &[(&str, Pieces<'_>)]) -> Vec<String> {
        let mut names = HeldCalls::default();
        let written = |call: &Call| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            format!("{}{}({})", call.slot, text(&call.name), text(&call.arguments))
        };
        let (mut out, mut begun) = (Vec::new(), Vec::new());
        for (text, pieces) in chunks {
            let calls = pieces.iter().map(|(slot, name, arguments)| piece(*slot, name, arguments)).collect();
            let mut collected = Collected { text: text.as_bytes().to_vec(), calls, ..Collected::default() };
            let earlier = names.hold(&mut collected, |slot| begun.contains(&slot));
            begun.extend(earlier.iter().chain(&collected.calls).map(|call| call.slot));
            out.push(
                earlier
                    .iter()
                    .map(written)
                    .chain((!text.is_empty()).then(|| (*text).to_owned()))
                    .chain(collected.calls.iter().map(written))
                    .collect::<Vec<_>>()
                    .join(" "),
            );
        }
        out.push(names.release().iter().map(written).collect::<Vec<_>>().join(" "));
        out
    }

    #[test]
    fn names_are_whole() {
        assert_eq!(
            held(&[
                ("", &[(0, "get_", "")]),
                ("", &[(0, "wea", "")]),
                ("", &[(0, "ther", "{")]),
                ("", &[(0, "", "}")])
            ]),
            ["", "", "0get_weather({)", "0(})", ""]
        );
        // Two at a time, and one after the other.
        assert_eq!(
            held(&[
                ("", &[(0, "a", ""), (1, "c", "")]),
                ("", &[(1, "d", ""), (0, "b", "")]),
                ("", &[(1, "", "{}")]),
                ("", &[(0, "", "{}")])
            ]),
            ["", "", "0ab() 1cd({})", "0({})", ""]
        );
        assert_eq!(held(&[("", &[(0, "a", "")]), ("", &[(1, "b", "{}")])]), ["", "0a() 1b({})", ""]);
        // With text between them, and without text after them.
        assert_eq!(
            held(&[("x", &[(0, "a", "")]), ("y", &[(1, "b", "{}")]), ("", &[(2, "c", "")])]),
            ["x", "0a() y 1b({})", "", "2c()"]
        );
    }

    #[test]
    fn arguments_wait_for_their_name() {
        assert_eq!(
            held(&[
                ("", &[(0, "", "{")]),
                ("x", &[(0, "", "}")]),
                ("", &[(0, "f", "")]),
                ("", &[(0, "", " ")])
            ]),
            ["", "x", "0f({})", "0( )", ""]
        );
        assert_eq!(
            held(&[
                ("", &[(0, "", "{")]),
                ("", &[(1, "g", "")]),
                ("", &[(1, "", "{}")]),
                ("", &[(0, "f", "")])
            ]),
            ["", "", "1g({})", "0f({)", ""]
        );
        let much = "x".repeat(MOST_HELD + 1);
        assert_eq!(
            held(&[("", &[(0, "", &much)]), ("", &[])]),
            [format!("0({much})"), String::new(), String::new()]
        );
        assert_eq!(held(&[("", &[(0, "", "{}")])]), ["", "0({})"]);
    }
}
