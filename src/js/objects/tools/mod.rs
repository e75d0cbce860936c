//! `runTools`: runs a model that calls the caller's functions.
//!
//! ```text
//! input -> Input (tools, rules, conversation) -> client::tool_loop over Runner -> result
//!                                      Runner: Transport::ask, schemas, handlers
//! ```
//!
//! The rules are in `crate::client::tool_loop` and `crate::tasks::tools`; this module reads values, calls
//! functions and creates objects.

pub mod answer;
pub mod conversation;
pub mod host;
pub mod input;
pub mod output;
pub mod result;
pub mod runner;
pub mod tool;
pub mod trim;

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::transport::Transport;
use crate::client::tool_loop::Run;
use crate::js::promise::promise;
use host::Relay;
use input::Input;
use runner::Runner;

/// Default number of tokens that are reserved for an answer when a conversation is shortened.
pub const RESERVE: f64 = 1_024.0;

/// See `runTools` in `src/tasks/tools/tools.d.ts`. All of the caller's values are read before this returns.
#[wasm_bindgen(js_name = runTools, skip_typescript)]
pub fn run_tools(transport: &Transport, model: &JsValue, input: &JsValue, options: &JsValue) -> Promise {
    let begin = || {
        let input = Input::read(model, input, options)?;
        let (rules, history) = (input.rules, input.history.clone());
        Ok((Runner::new(transport, model, input)?, rules, history))
    };
    let (runner, rules, history) = match begin() {
        Ok(begun) => begun,
        Err(error) => return Promise::reject(&error),
    };
    let runner = Rc::new(runner);
    let relay = runner.relay.clone();
    let work = {
        let runner = Rc::clone(&runner);
        async move {
            let mut run = Run::new(history);
            let outcome = run.go(&*runner, rules).await;
            let outcome = result::of(&runner, &run, outcome);
            runner.release();
            outcome
        }
    };
    match relay {
        None => promise(work),
        Some(relay) => {
            wasm_bindgen_futures::spawn_local(async move {
                let outcome = work.await;
                settle(&runner, outcome);
            });
            relay.ready()
        }
    }
}

/// Ends the stream of a run.
fn settle(runner: &Runner, outcome: Result<JsValue, JsValue>) {
    if let Some(relay) = &runner.relay {
        match outcome {
            Ok(result) => Relay::end(relay, &result),
            Err(error) => relay.fail(&error),
        }
    }
}
