//! What JavaScript asks about a client's own limits: one export, as in `core.rs`. `pkg-template/tasks/limiter-ask.js` is the only caller.

use crate::text::concat;
use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::ask::{Arguments, number, read, refusal};
use crate::error::{Code, Error};
use crate::limiter::{Cost, Limiter, Pass, Rules, Turn, Want, in_reply};
use crate::wire::write::Writer;

thread_local! {
    static LIMITERS: RefCell<Vec<Option<Limiter>>> = const { RefCell::new(Vec::new()) };
}

/// Answers a question. The numbers are known to `pkg-template/tasks/limiter-ask.js` as well.
#[wasm_bindgen(skip_typescript)]
pub fn limiter(question: u32, arguments: &str) -> String {
    let mut asked = Arguments(arguments);
    let answer = match question {
        0 => open(&mut asked),
        _ => with(number(asked.next()), |limiter| match question {
            1 => ask(limiter, &mut asked),
            2 => {
                limiter.leave(number(asked.next()), asked.rest());
                Ok(done())
            }
            3 => {
                let pass = Pass { at: float(asked.next()), tokens: float(asked.next()) };
                let (model, was_refused) = (asked.next(), asked.next() == "true");
                let cost = if was_refused { Cost::NOTHING } else { in_reply(asked.rest()) };
                limiter.settle(pass, model, cost);
                Ok(done())
            }
            _ => {
                let (now, ms) = (float(asked.next()), float(asked.next()));
                limiter.pause(asked.rest(), now, ms);
                Ok(done())
            }
        }),
    };
    answer.unwrap_or_else(|error| refusal(error, ""))
}

/// Forgets a limiter.
#[wasm_bindgen(skip_typescript)]
pub fn limiter_close(handle: u32) {
    LIMITERS.with_borrow_mut(|limiters| {
        if let Some(slot) = limiters.get_mut(handle as usize) {
            *slot = None;
        }
    });
}

/// Makes a limiter, `{ handle, countsTokens? }`: `option`.
fn open(asked: &mut Arguments<'_>) -> Result<String, Error> {
    let rules = Rules::read(read(asked.rest())?)?;
    let counts_tokens = rules.count_tokens();
    let limiter = Limiter::new(rules);
    let handle = LIMITERS.with_borrow_mut(|limiters| {
        let place = limiters.iter().position(Option::is_none).unwrap_or_else(|| {
            limiters.push(None);
            limiters.len() - 1
        });
        limiters[place] = Some(limiter);
        place
    });
    Ok(Writer::object(|out| {
        out.number("handle", handle as i64);
        out.flag("countsTokens", counts_tokens);
    }))
}

fn with(handle: u32, work: impl FnOnce(&mut Limiter) -> Result<String, Error>) -> Result<String, Error> {
    LIMITERS.with_borrow_mut(|limiters| match limiters.get_mut(handle as usize) {
        Some(Some(limiter)) => work(limiter),
        _ => Ok(done()),
    })
}

/// A turn, `{ at, tokens }` to go or `{ ticket, wait }`: `ticket, now, characters, maxTokens, model`.
fn ask(limiter: &mut Limiter, asked: &mut Arguments<'_>) -> Result<String, Error> {
    let (ticket, now, characters) = (number(asked.next()), float(asked.next()), float(asked.next()));
    let max_tokens = asked.next().parse().ok();
    let want = Want { model: asked.rest(), characters, max_tokens };
    match limiter.ask(ticket, &want, now) {
        Turn::Go(pass) => Ok(Writer::object(|out| {
            out.number("at", pass.at as i64);
            out.number("tokens", pass.tokens as i64);
        })),
        Turn::Wait { ticket, ms } => Ok(Writer::object(|out| {
            out.number("ticket", i64::from(ticket));
            out.number("wait", ms as i64);
        })),
        Turn::Full(name) => Err(Error::new(
            Code::RateLimited,
            concat(&[
                "The client's own limiter refused the call, nothing was sent: too many calls wait for the limit of ",
                &name,
                " already. Make fewer calls at a time, or raise limiter.maxQueue.",
            ]),
        )
        .with_field("limiter.maxQueue")),
    }
}

fn float(text: &str) -> f64 {
    text.parse().unwrap_or(0.0)
}

fn done() -> String {
    String::from("{}")
}
