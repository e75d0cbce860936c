//! A stream that came where a whole answer was to come: its events put together.

use super::Settings;
use super::collected::Collected;
use crate::wire::answer_events::{Step, judge_end, step};
use crate::wire::dialect::{Dialect, FinishReason, Reading};
use crate::wire::failure_kind::FailureKind;
use crate::wire::sse::{Event, Framing, Listener, Next};
use crate::wire::window::Window;

/// All that a stream has said.
#[derive(Debug)]
pub struct Gathered {
    /// Text, thinking, whole calls, usage.
    pub said: Collected,
    /// Why it ended.
    pub reason: FinishReason,
}

/// Why a stream is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What is wrong.
    pub kind: FailureKind,
    /// The service's text on its failure.
    pub said: Vec<u8>,
    /// Something of an answer had come.
    pub has_begun: bool,
}

/// Puts the events together.
pub fn gather(events: &[u8], settings: Settings) -> Result<Gathered, Broken> {
    let most = settings.max_tokens.unwrap_or(0.0) as u32;
    let dialect = Dialect::new(Reading { max_tokens: most, ..Reading::default() });
    let mut gatherer =
        Gatherer { dialect, said: Collected::default(), is_over: false, is_last: false, broken: None };
    let (mut framing, mut window) = (Framing::default(), Window::default());
    window.append(events);
    framing.run(&mut window, &mut gatherer);
    // An event that the end cut off before its blank line counts if it is whole.
    gatherer.is_last = true;
    window.append(b"\n\n");
    framing.run(&mut window, &mut gatherer);
    gatherer.end()
}

struct Gatherer {
    dialect: Dialect,
    said: Collected,
    is_over: bool,
    /// The event was cut off by the end of the stream.
    is_last: bool,
    broken: Option<(FailureKind, Vec<u8>)>,
}

impl Gatherer {
    fn read(&mut self, name: Option<&[u8]>, data: &[u8]) -> Result<(), (FailureKind, Vec<u8>)> {
        match step(name, data, self.is_last) {
            Step::Nothing => Ok(()),
            Step::End => {
                self.is_over = true;
                Ok(())
            }
            Step::Chunk(chunk) => {
                let read = self.dialect.read(chunk, &mut self.said);
                read.map_err(|failure| (failure.into(), data.to_vec()))
            }
            Step::Failed(kind) => Err((kind, data.to_vec())),
        }
    }

    fn end(mut self) -> Result<Gathered, Broken> {
        let is_complete = self.is_over || self.dialect.is_complete();
        let has_begun = !self.said.is_empty();
        let broken = |(kind, said)| Err(Broken { kind, said, has_begun });
        if let Some(failure) = self.broken {
            return broken(failure);
        }
        if !is_complete {
            return broken((FailureKind::Truncated, Vec::new()));
        }
        if let Err(kind) = judge_end(&self.dialect, true) {
            return broken((kind, Vec::new()));
        }
        self.said.join_calls();
        Ok(Gathered { said: self.said, reason: self.dialect.final_reason() })
    }
}

impl Listener for Gatherer {
    fn event(&mut self, window: &Window, event: Event) -> Next {
        let name = event.name.map(|(at, len)| window.slice(at, len));
        if let Err(failure) = self.read(name, window.slice(event.data.0, event.data.1)) {
            self.broken = Some(failure);
        }
        if self.is_over || self.broken.is_some() { Next::Pause } else { Next::Continue }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(events: &str) -> Result<Gathered, Broken> {
        gather(events.as_bytes(), Settings::default())
    }

    #[test]
    fn events_are_put_together() {
        let chat = concat!(
            "data: {\"choices\":[{\"delta\":{\"content\":\"He\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"llo\",\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"n\\\"\"}}]}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1.0}\"}}]}}]}\n\n",
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]"
        );
        let gathered = of(chat).unwrap();
        assert_eq!(gathered.said.text, b"Hello");
        assert_eq!(gathered.reason, FinishReason::ToolCalls);
        let [call] = gathered.said.calls.as_slice() else { panic!("{:?}", gathered.said.calls) };
        assert_eq!((call.id.as_deref(), call.name.as_deref()), (Some("a"), Some("f")));
        assert_eq!(call.arguments.as_deref(), Some(r#"{"n":1.0}"#));
        assert_eq!(gathered.said.usage.unwrap().total_tokens, Some(3));
    }

    #[test]
    fn what_is_no_answer() {
        let first = "data: {\"response\":\"a\"}\n\n";
        let broken = |events: &str| of(events).map(|_| ()).unwrap_err();
        assert_eq!(broken(first).kind, FailureKind::Truncated);
        let error = "data: {\"errors\":[{\"code\":3040}]}\n\n";
        let said = br#"{"errors":[{"code":3040}]}"#.to_vec();
        let kind = FailureKind::Service;
        assert_eq!(broken(error), Broken { kind, said: said.clone(), has_begun: false });
        assert_eq!(broken(&[first, error].concat()), Broken { kind, said, has_begun: true });
        assert_eq!(broken("data: [DONE]\n\n").kind, FailureKind::NoAnswer);
        assert_eq!(broken("data: {\n\n").kind, FailureKind::NotJson);
        assert_eq!(broken("event: failed\ndata: x\n\n").kind, FailureKind::Service);
    }
}
