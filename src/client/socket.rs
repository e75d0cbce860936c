//! A WebSocket over HTTP that the runtime opens by itself: one attempt, under the same limits as a request. [`Call::send`] is for those that
//! a reply brings.

use super::call::Call;
use super::failure::Failure;
use super::host::{Event, Host, Moment};
use crate::plan::rest;

/// The status of a reply that brings a WebSocket.
const SWITCHING_PROTOCOLS: u16 = 101;

impl<H: Host> Call<H> {
    /// Waits for the limiter's turn, begins the attempt, and plans the request that a reply would answer.
    pub async fn plan_socket(&self, content: &H::Content) -> Result<rest::Request, Failure<H>> {
        self.lifetime.check()?;
        // It says no costs: what a turn asks for is counted as spent.
        self.wait_for_turn(content).await?;
        self.lifetime.begin_attempt(self.client.host.now());
        let token = self.token().await?;
        let (request, _) = self.plan(content, token.as_ref())?;
        Ok(request)
    }

    /// Tells hooks that it is about to open.
    pub fn socket_begins(&self) {
        self.client.host.notify(self.event(Moment::Request));
    }

    /// Tells hooks that it is open.
    pub fn socket_opened(&self) {
        let host = &*self.client.host;
        host.notify(Event {
            status: Some(SWITCHING_PROTOCOLS),
            duration_ms: Some(host.now() - self.lifetime.started_at),
            ..self.event(Moment::Response)
        });
    }
}
