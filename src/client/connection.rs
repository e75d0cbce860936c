//! A message connection: queues received messages, keeps the pending readers, and settles both at its end.
//! The socket, the readers and the failures are types of the runtime.
//!
//! ```text
//!            receive                    read
//! socket ──────────────► messages ──────────────► readers, in order
//!    end, once ────────► the failure, returned once; then only the end
//! ```

use std::collections::VecDeque;

use crate::error::{Code, Error};
use crate::text::{concat, decimal};

/// Limit of the unread messages in bytes. A WebSocket has no backpressure for received messages, so a
/// connection that is not read is failed.
const MOST_UNREAD: usize = 64 * 1024 * 1024;
/// Bytes in the socket's send buffer above which senders wait.
const MOST_UNSENT: f64 = 1024.0 * 1024.0;
/// Milliseconds between checks of a full send buffer: sockets have no event for it.
pub const LOOK_AGAIN_MS: f64 = 10.0;
/// The close code of a normal end (RFC 6455, 7.4).
pub const NORMAL: u16 = 1000;
/// The close code if the other side has sent none.
pub const ABNORMAL: u16 = 1006;
/// The default timeout for opening a connection, in milliseconds.
pub const OPENING_MS: f64 = 30_000.0;

/// The result of a read.
#[derive(Debug, Clone, PartialEq)]
pub enum Next<M, F> {
    /// A message.
    Message(M),
    /// The error that has ended the connection. It is returned once.
    Failure(F),
    /// The connection has ended.
    Done,
}

/// How a received message is handled.
#[derive(Debug, PartialEq)]
pub enum Received<M, R> {
    /// It settles this reader.
    For(R, M),
    /// It is queued.
    Kept,
    /// The queue is full: the caller must fail the connection with [`unread`].
    Full,
    /// It was received after the end.
    Late,
}

/// See the module. `M` is a message, `F` a failure, `R` a pending reader.
#[derive(Debug)]
pub struct Connection<M, F, R> {
    /// Messages and their sizes in bytes.
    messages: VecDeque<(M, usize)>,
    unread: usize,
    readers: VecDeque<R>,
    /// None while the connection is open.
    end: Option<Next<M, F>>,
}

impl<M, F, R> Default for Connection<M, F, R> {
    fn default() -> Self {
        Connection { messages: VecDeque::new(), unread: 0, readers: VecDeque::new(), end: None }
    }
}

impl<M, F, R> Connection<M, F, R> {
    /// True if the connection has not ended.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// The next result that is available; none if the reader has to [`Connection::wait`].
    pub fn read(&mut self) -> Option<Next<M, F>> {
        if let Some((message, size)) = self.messages.pop_front() {
            self.unread -= size;
            return Some(Next::Message(message));
        }
        self.end.as_mut().map(|end| std::mem::replace(end, Next::Done))
    }

    /// Adds a reader that waits for a message or the end.
    pub fn wait(&mut self, reader: R) {
        self.readers.push_back(reader);
    }

    /// Adds a received message.
    pub fn receive(&mut self, message: M, size: usize) -> Received<M, R> {
        if !self.is_open() {
            return Received::Late;
        }
        if let Some(reader) = self.readers.pop_front() {
            return Received::For(reader, message);
        }
        if size > MOST_UNREAD - self.unread {
            return Received::Full;
        }
        self.unread += size;
        self.messages.push_back((message, size));
        Received::Kept
    }

    /// Ends the connection; queued messages can still be read. Returns the result of each pending reader, the
    /// failure for the first of them; none if it had ended before.
    pub fn finish(&mut self, failure: Option<F>) -> Option<Vec<(R, Next<M, F>)>> {
        if !self.is_open() {
            return None;
        }
        self.end = Some(failure.map_or(Next::Done, Next::Failure));
        let readers = std::mem::take(&mut self.readers);
        Some(readers.into_iter().filter_map(|reader| Some((reader, self.read()?))).collect())
    }

    /// Ends the connection because of an error on this side: queued messages are dropped.
    pub fn fail(&mut self, failure: F) -> Option<Vec<(R, Next<M, F>)>> {
        if self.is_open() {
            self.messages.clear();
            self.unread = 0;
        }
        self.finish(Some(failure))
    }
}

/// True if senders must wait with this number of bytes in the send buffer.
pub fn is_full(unsent: f64) -> bool {
    unsent > MOST_UNSENT
}

/// Rejects a message that is larger than the caller's limit, which may be infinite.
pub fn check_size(size: usize, most: f64) -> Result<(), Error> {
    if size as f64 <= most {
        return Ok(());
    }
    let why = ["A message is larger than ", &decimal(most as i64), " bytes. Raise maxEventBytes."];
    Err(Error::new(Code::TooLarge, concat(&why)))
}

/// Rejects a close code that programs may not use.
pub fn check_code(code: f64) -> Result<(), Error> {
    if code == f64::from(NORMAL) || (3000.0..=4999.0).contains(&code) {
        return Ok(());
    }
    Err(Error::invalid("code", "The code must be 1000, or from 3000 to 4999."))
}

/// The queue of unread messages is full.
pub fn unread() -> Error {
    let why = "64 MiB of messages wait to be read: read them as they come, in a loop over the connection.";
    Error::new(Code::TooLarge, why)
}

/// A message is sent after the end.
pub fn closed() -> Error {
    Error::new(Code::Network, "The connection is closed. Connect again.")
}

/// The connection ended without a close code.
pub fn broke() -> Error {
    Error::new(Code::Network, "The connection broke. Connect again.")
}

/// The connection could not be established.
pub fn not_established() -> Error {
    let why = "The connection was not opened: the service cannot be reached, or refuses it. Check the token, the model and its parameters.";
    Error::new(Code::Network, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tested = Connection<&'static str, &'static str, u32>;

    #[test]
    fn messages_go_to_readers_in_the_order_of_both() {
        let mut connection = Tested::default();
        assert_eq!(connection.read(), None);
        connection.wait(1);
        connection.wait(2);
        assert_eq!(connection.receive("a", 1), Received::For(1, "a"));
        assert_eq!(connection.receive("b", 1), Received::For(2, "b"));
        assert_eq!(connection.receive("c", 1), Received::Kept);
        assert_eq!(connection.receive("d", 1), Received::Kept);
        assert_eq!(connection.read(), Some(Next::Message("c")));
        assert_eq!(connection.read(), Some(Next::Message("d")));
        assert_eq!(connection.read(), None);
    }

    #[test]
    fn what_has_come_is_read_before_the_failure_which_is_returned_once() {
        let mut connection = Tested::default();
        connection.receive("a", 1);
        assert_eq!(connection.finish(Some("broken")), Some(vec![]));
        assert!(!connection.is_open());
        assert_eq!(connection.receive("late", 1), Received::Late);
        assert_eq!(connection.finish(None), None);
        assert_eq!(connection.fail("again"), None);
        assert_eq!(connection.read(), Some(Next::Message("a")));
        assert_eq!(connection.read(), Some(Next::Failure("broken")));
        assert_eq!(connection.read(), Some(Next::Done));
        assert_eq!(connection.read(), Some(Next::Done));
    }

    #[test]
    fn one_of_those_who_wait_gets_the_failure() {
        let mut connection = Tested::default();
        (1..=3).for_each(|reader| connection.wait(reader));
        assert_eq!(connection.receive("a", 1), Received::For(1, "a"));
        let readers = connection.finish(Some("broken"));
        assert_eq!(readers, Some(vec![(2, Next::Failure("broken")), (3, Next::Done)]));
        assert_eq!(connection.read(), Some(Next::Done));

        let mut connection = Tested::default();
        connection.wait(1);
        assert_eq!(connection.finish(None), Some(vec![(1, Next::Done)]));
    }

    #[test]
    fn a_close_in_the_middle_leaves_what_has_come() {
        let mut connection = Tested::default();
        connection.receive("a", 1);
        connection.receive("b", 1);
        assert_eq!(connection.read(), Some(Next::Message("a")));
        assert_eq!(connection.finish(None), Some(vec![]));
        assert_eq!(connection.read(), Some(Next::Message("b")));
        assert_eq!(connection.read(), Some(Next::Done));
    }

    #[test]
    fn a_failure_on_this_side_drops_what_has_come() {
        let mut connection = Tested::default();
        connection.receive("a", 1);
        assert_eq!(connection.fail("aborted"), Some(vec![]));
        assert_eq!(connection.read(), Some(Next::Failure("aborted")));
        assert_eq!(connection.read(), Some(Next::Done));
    }

    #[test]
    fn a_queue_that_nobody_reads_is_bounded() {
        let mut connection = Tested::default();
        assert_eq!(connection.receive("a", MOST_UNREAD - 1), Received::Kept);
        assert_eq!(connection.receive("b", 1), Received::Kept);
        assert_eq!(connection.receive("c", 1), Received::Full);
        // Each message that is read makes room.
        assert_eq!(connection.read(), Some(Next::Message("a")));
        assert_eq!(connection.receive("c", MOST_UNREAD - 1), Received::Kept);
        assert_eq!(connection.receive("d", 1), Received::Full);
        // A message for a pending reader takes no room.
        while connection.read().is_some() {}
        connection.wait(1);
        assert_eq!(connection.receive("e", MOST_UNREAD + 1), Received::For(1, "e"));
        assert_eq!(connection.receive("f", MOST_UNREAD + 1), Received::Full);
    }

    #[test]
    fn bounds_and_codes() {
        assert_eq!(check_size(20, 20.0), Ok(()));
        assert_eq!(check_size(usize::MAX, f64::INFINITY), Ok(()));
        let error = check_size(21, 20.0).unwrap_err();
        assert_eq!(
            (error.code, error.message.as_str()),
            (Code::TooLarge, "A message is larger than 20 bytes. Raise maxEventBytes.")
        );
        for code in [1000.0, 3000.0, 4999.0] {
            assert_eq!(check_code(code), Ok(()));
        }
        for code in [42.0, 1001.0, 2999.0, 5000.0, f64::NAN] {
            assert_eq!(check_code(code).unwrap_err().field.as_deref(), Some("code"));
        }
        assert!(is_full(MOST_UNSENT + 1.0) && !is_full(MOST_UNSENT) && !is_full(f64::NAN));
    }
}
