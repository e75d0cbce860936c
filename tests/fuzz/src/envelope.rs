//! Replies that are no streams: whatever their bodies, statuses and heads say, nothing breaks, and no error
//! shows a secret.

use super::json::is_json;
use super::source::Source;
use workers_ai_wasm::error::Error;
use workers_ai_wasm::error::thrown::Thrown;
use workers_ai_wasm::reply::{Head, open_answer};
use workers_ai_wasm::retry::{rate_reset, retry_after};
use workers_ai_wasm::secret::{Hidden, redact};
use workers_ai_wasm::wire::beginning::Beginning;
use workers_ai_wasm::wire::dialect::Usage;
use workers_ai_wasm::wire::envelope::{Facts, Verdict, Wrapping};
use workers_ai_wasm::wire::failure_kind::FailureKind;
use workers_ai_wasm::wire::json;
use workers_ai_wasm::wire::media::Media;
use workers_ai_wasm::wire::synthesize::event_stream;
use workers_ai_wasm::wire::write::Writer;

/// Looks like a token, and is part of nothing else.
const SECRET: &str = "zQ7-hush_Wx4.Kv9hush";
/// So much of a secret's beginning is as good as all of it.
const TELLING: usize = 8;
/// So much of one in an input may become more of it in what is shown.
const BROUGHT: usize = 4;

const WRAPPINGS: [Wrapping; 4] = [Wrapping::Enveloped, Wrapping::Endpoint, Wrapping::Bare, Wrapping::Foreign];

/// Input: a byte of flags, two bytes for the status, two for the secret's place, then parted by NUL the
/// request id, `retry-after` and a name, and the body.
pub fn check(data: &[u8]) {
    let mut source = Source::new(data);
    let bits = source.byte();
    let status = source.number();
    let place = usize::from(source.number());
    let (id, after, name) = (source.text_part(), source.text_part(), source.text_part());
    let plain = source.rest();

    let now = 1_700_000_000_000.0;
    let head = Head {
        status: Some(status),
        request_id: Some(id.into_owned()),
        gateway_log_id: None,
        retry_after_ms: retry_after(None, Some(&after), Some(now + f64::from(status)), now),
        rate_reset_ms: rate_reset(&after),
    };

    // The body with the secret somewhere in it.
    let place = place.min(plain.len());
    let body = [&plain[..place], SECRET.as_bytes(), &plain[place..]].concat();
    let mut hidden = Hidden::default();
    hidden.add(SECRET);
    look(plain, bits, &head, &hidden, &name);
    let planted = look(&body, bits, &head, &hidden, &name);
    // Parts of the secret that the input has brought itself are not for anybody to hide.
    let brought = SECRET.as_bytes().windows(BROUGHT).any(|part| data.windows(BROUGHT).any(|own| own == part));
    assert!(brought || planted.is_none(), "a part of the secret is shown: {planted:?}");
}

/// Looks at a body from all sides; gives an error that shows a part of the secret.
fn look(body: &[u8], bits: u8, head: &Head, hidden: &Hidden, name: &str) -> Option<String> {
    let mut shown = None;
    let mut shows_nothing =
        |error: &Error, hidden: &Hidden| shown = shown.take().or(shows_a_part(error, hidden));
    let wrapping = WRAPPINGS[usize::from(bits & 3)];
    shows_nothing(&head.failure(body), hidden);
    match open_answer(body, wrapping, head.status).map_err(|error| head.signed(error)) {
        Ok((answer, unwrapped)) => {
            assert!(is_json(&String::from_utf8_lossy(answer)), "an answer is JSON");
            assert!(wrapping != Wrapping::Foreign || !unwrapped);
        }
        Err(error) => shows_nothing(&error, hidden),
    }
    let text = String::from_utf8_lossy(body);
    let thrown = |number| Thrown {
        name: name.to_owned(),
        message: text.clone().into_owned(),
        number,
        status: head.status,
    };
    for error in [
        Error::from_thrown(&[thrown(Some(u32::from(bits)))]),
        Error::from_thrown(&[Thrown::default(), thrown(None)]),
        Error::from_member("getLog", &[thrown(None)]),
        FailureKind::from_number(u32::from(bits)).to_error(body, u32::from(bits)),
    ] {
        shows_nothing(&error, hidden);
    }
    let clean = redact(&text, &[]);
    assert!(clean.len() <= text.len() + 2 * text.len(), "nothing is added but the marks");
    Media::of(Some(&text));
    assert_eq!(Media::of(Some(&text.to_ascii_uppercase())), Media::of(Some(&text)));
    if let Ok(value) = json::parse(body) {
        judge(value, body);
        shows_nothing(&Error::from_event(value), hidden);
        if let Some(usage) = Usage::read(value) {
            let usage = Writer::object(|out| usage.write(out));
            assert!(is_json(&usage), "usage is JSON: {usage}");
        }
    }
    let stream = event_stream(body);
    if json::parse(body).is_ok() {
        assert!(stream.starts_with(b"data: ") && stream.ends_with(b"\n\ndata: [DONE]\n\n"));
        assert_eq!(stream.iter().filter(|byte| **byte == b'\n').count(), 4, "one event and the end");
    } else if Beginning::of(body) != Some(Beginning::Events) {
        assert_eq!(stream, body, "what is no JSON stays as it came");
    }
    shown
}

fn shows_a_part(error: &Error, hidden: &Hidden) -> Option<String> {
    let message = hidden.out_of(&error.message);
    let field = error.field.as_deref().map(|field| hidden.out_of(field));
    assert!(!message.is_empty());
    assert!(!message.contains(['\n', '\r', '\0']), "one line: {message:?}");
    // Ids are the service's own, and come from its headers.
    let texts = [message, field.unwrap_or_default()];
    assert!(texts.iter().all(|text| text.len() < 1200), "texts of a reply are bounded");
    assert!(!texts.iter().any(|text| text.contains(SECRET)), "{texts:?}");
    texts.into_iter().find(|text| text.contains(&SECRET[..TELLING]))
}

/// What is seen of an envelope, against serde_json.
fn judge(value: json::Value<'_>, body: &[u8]) {
    let facts = Facts::of(value);
    let Ok(tree) = serde_json::from_slice::<serde_json::Value>(body) else { return };
    let member = |name: &str| tree.as_object().and_then(|members| members.get(name));
    let success = member("success").and_then(serde_json::Value::as_bool);
    let errors =
        member("errors").and_then(serde_json::Value::as_array).is_some_and(|errors| !errors.is_empty());
    for wrapping in WRAPPINGS {
        let verdict = facts.verdict(wrapping);
        assert!(verdict != Verdict::Unwrap || member("result").is_some());
        if wrapping == Wrapping::Foreign {
            assert_eq!(verdict == Verdict::Failure, errors && success != Some(true));
            assert!(verdict != Verdict::Unwrap);
        } else if success == Some(false) {
            assert_eq!(verdict, Verdict::Failure);
        }
    }
}
