//! The framing of `text/event-stream`, according to the WHATWG HTML standard, section "Interpreting an
//! event stream".
//!
//! [`Framing`] scans the bytes of a [`Window`] and passes each event to a [`Listener`] as spans. The bytes
//! of an unfinished event stay in place and are not scanned again, so a stream of single bytes is read in
//! linear time.

use super::window::Window;

/// A span of the window: offset, length.
pub type Span = (usize, usize);

/// True if an event's data is the marker that ends an answer. Some servers encode it as a JSON string.
pub fn is_end_marker(data: &[u8]) -> bool {
    matches!(data.trim_ascii(), b"[DONE]" | br#""[DONE]""#)
}

/// One event, as spans of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The data; several `data` lines are joined by line feeds.
    pub data: Span,
    /// The `event` field.
    pub name: Option<Span>,
    /// The `retry` field, digits only.
    pub retry: Option<Span>,
    /// True if the data was joined from several lines, so that it is not contiguous in the received bytes.
    pub joined: bool,
    /// The whole event, from the first byte of its first line to the last byte of the empty line that ends
    /// it.
    pub frame: Span,
}

/// Whether to continue after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Continue with the next event.
    Continue,
    /// Leave the rest for a later call.
    Pause,
}

/// Receives events.
pub trait Listener {
    /// Called for each complete event.
    fn event(&mut self, window: &Window, event: Event) -> Next;
    /// Called when an event may begin at `at`. Handles it, and those after it, as long as they can be
    /// recognised without a search for the ends of their lines. Returns the start of the next one.
    fn known(&mut self, _window: &Window, at: usize) -> (usize, Next) {
        (at, Next::Continue)
    }
    /// True if events are read exactly according to the standard, with their ids. Otherwise ids are
    /// ignored, and so are byte order marks and zeros before a line, which appear where streams were
    /// concatenated or a connection was padded. A line that begins with `{` is then data without `data:`,
    /// because proxies in front of a service write failures into a stream like this; if it is the first
    /// line, each line is an event.
    fn is_standard(&self) -> bool {
        false
    }
    /// The last event id has changed, for this event and those that follow.
    fn id(&mut self, _window: &Window, _id: Span) {}
}

/// Indices of an event's fields.
mod place {
    pub const NAME: usize = 0;
    pub const RETRY: usize = 1;
    pub const ID: usize = 2;
    /// The first `data` line, see [`super::Framing::joined`].
    pub const DATA: usize = 3;
}

/// A byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The state of reading one stream. Offsets refer to the start of the window.
#[derive(Debug, Default)]
pub struct Framing {
    /// The start of the bytes that are still needed.
    event: usize,
    /// The start of the current line.
    line: usize,
    /// The current line was searched for its end up to this offset.
    scan: usize,
    /// The event's fields, indexed by [`place`].
    fields: [Option<Span>; 4],
    /// A part of the event was read.
    open: bool,
    /// The data has more than one line; they are joined when the event is complete.
    joined: bool,
    /// The last line ended with CR; an LF that follows belongs to it.
    after_cr: bool,
    /// The position of a byte order mark was passed.
    begun: bool,
    /// Each line is an event, because the stream began with data without `data:`.
    is_lines: bool,
    /// See [`Framing::stray`].
    stray: Vec<u8>,
}

/// Limit of a line of text that is kept, in bytes.
const MOST_STRAY: usize = 300;

impl Framing {
    /// The start of the bytes that are still needed.
    pub fn needed_from(&self) -> usize {
        self.event
    }

    /// The start of the next event, if nothing of it was read.
    #[inline(always)]
    pub fn between_events(&self) -> Option<usize> {
        (self.begun && !self.after_cr && self.scan == self.line && self.event == self.line)
            .then_some(self.line)
    }

    /// The only line of text after the last event that is not a field. If the stream breaks off there, it is
    /// a proxy's message about the failure.
    pub fn stray(&self) -> Option<&[u8]> {
        Some(self.stray.as_slice()).filter(|stray| !stray.is_empty() && !stray.contains(&b'\n'))
    }

    /// Keeps such a line; of several lines, or of a long one, only that they were there.
    #[inline(never)]
    fn note_stray(&mut self, line: &[u8]) {
        let is_line = self.stray.is_empty() && line.len() <= MOST_STRAY;
        if self.stray.len() <= MOST_STRAY {
            self.stray.extend_from_slice(if is_line { line } else { b"\n" });
        }
    }

    /// Continues at the start of the next event; `has_read` if there were events before it.
    #[inline(always)]
    pub fn go_on(&mut self, at: usize, has_read: bool) {
        if has_read {
            self.stray.clear();
        }
        self.event = at;
        self.line = at;
        self.scan = at;
    }

    /// Adjusts the offsets after the window dropped its first `by` bytes, at most [`Framing::needed_from`].
    pub fn moved(&mut self, by: usize) {
        self.event -= by;
        self.line -= by;
        self.scan -= by;
        for (at, _) in self.fields.iter_mut().flatten() {
            *at -= by;
        }
    }

    /// Reads to the end of the window, or until the listener pauses.
    #[inline(always)]
    pub fn run<L: Listener>(&mut self, window: &mut Window, listener: &mut L) {
        if !self.begun && !self.begin(window, listener.is_standard()) {
            return;
        }
        let end = window.len();
        if self.after_cr && self.line < end {
            self.after_cr = false;
            if window.padded().get(self.line) == Some(b'\n') {
                self.next_line(self.line + 1);
            }
        }
        let mut line = self.line;
        let mut scan = self.scan;
        loop {
            if scan == line && self.event == line {
                let (next, more) = listener.known(window, line);
                if next > line {
                    self.stray.clear();
                }
                line = next;
                scan = next;
                self.event = next;
                if more == Next::Pause || line >= end {
                    break;
                }
            }
            let bytes = window.padded();
            let at = bytes.line_end(scan);
            if at >= end {
                scan = end;
                break;
            }
            let mut next = at + 1;
            if bytes.get(at) == Some(b'\r') {
                if next == end {
                    self.after_cr = true;
                } else if bytes.get(next) == Some(b'\n') {
                    next += 1;
                }
            }
            // Most events are one `data` line and an empty line.
            let mut ends = at == line;
            if !ends {
                ends = bytes.get(next) == Some(b'\n');
                self.line(window, line, at - line, listener);
                next += usize::from(ends);
                ends |= self.is_lines && self.fields[place::DATA].is_some();
            }
            let more = if ends { self.dispatch(window, next, listener) } else { Next::Continue };
            line = next;
            scan = next;
            if !self.open {
                self.event = next;
            }
            if more == Next::Pause {
                break;
            }
        }
        self.line = line;
        self.scan = scan;
    }

    /// Skips a byte order mark. Returns false if there are too few bytes to know.
    fn begin(&mut self, window: &Window, is_standard: bool) -> bool {
        let bytes = window.padded().as_slice();
        if bytes.len() < MARK.len() && MARK.starts_with(bytes) {
            return false;
        }
        if bytes.starts_with(MARK) {
            self.next_line(MARK.len());
        }
        self.is_lines = !is_standard && bytes[self.line..].trim_ascii_start().starts_with(b"{");
        self.begun = true;
        true
    }

    #[inline(always)]
    fn next_line(&mut self, at: usize) {
        self.line = at;
        self.scan = at;
        if !self.open {
            self.event = at;
        }
    }

    /// Handles an empty line: the event is complete, and the next one begins at `next`.
    #[inline(always)]
    fn dispatch<L: Listener>(&mut self, window: &mut Window, next: usize, listener: &mut L) -> Next {
        if self.joined {
            self.join(window, next, listener.is_standard());
        }
        let frame = (self.event, next - self.event);
        let ([name, retry, id, data], joined) = (self.fields, self.joined);
        self.fields = [None; 4];
        self.open = false;
        self.joined = false;
        if let Some(id) = id {
            listener.id(window, id);
        }
        // A `match`, because a closure may not be inlined in a build for size.
        match data {
            Some(data) => {
                self.stray.clear();
                listener.event(window, Event { data, name, retry, joined, frame })
            }
            None => Next::Continue,
        }
    }

    /// Joins the `data` lines of the event that ends at `end`, and writes the other fields after them,
    /// because they may be between the lines.
    #[inline(never)]
    fn join(&mut self, window: &mut Window, end: usize, is_standard: bool) {
        let begin = self.event;
        let mut joined = Vec::with_capacity(end - begin);
        // CR and LF each end a line: an empty line between them is not data.
        for line in window.slice(begin, end - begin).split(|byte| matches!(byte, b'\n' | b'\r')) {
            let line = if is_standard { line } else { &line[filling(line)..] };
            if let Some(skip) = data_in(line).or((!is_standard && line.starts_with(b"{")).then_some(0)) {
                joined.extend_from_slice(&line[skip..]);
                joined.push(b'\n');
            }
        }
        joined.pop();
        self.fields[place::DATA] = Some((begin, joined.len()));
        for (at, len) in self.fields[..place::DATA].iter_mut().flatten() {
            let to = begin + joined.len();
            joined.extend_from_slice(window.slice(*at, *len));
            *at = to;
        }
        window.overwrite(begin, &joined);
    }

    /// Reads a line that is not empty.
    #[inline(always)]
    fn line<L: Listener>(&mut self, window: &Window, at: usize, len: usize, listener: &mut L) {
        match data_in(window.slice(at, len)) {
            Some(skip) if self.fields[place::DATA].is_none() => {
                self.fields[place::DATA] = Some((at + skip, len - skip));
                self.open = true;
            }
            Some(_) => self.joined = true,
            None => self.field(window, at, len, listener),
        }
    }

    /// Reads a line other than an empty one and `data`.
    #[inline(never)]
    fn field<L: Listener>(&mut self, window: &Window, at: usize, len: usize, listener: &mut L) {
        let line = window.slice(at, len);
        let mut filling = if listener.is_standard() { 0 } else { filling(line) };
        if self.is_lines {
            filling = len - line.get(filling..).unwrap_or_default().trim_ascii_start().len();
        }
        if filling > 0 {
            return self.line(window, at + filling, len - filling, listener);
        }
        let is_data = line.starts_with(b"{") || self.is_lines && is_end_marker(line);
        if is_data && !listener.is_standard() {
            self.joined = self.fields[place::DATA].is_some();
            self.fields[place::DATA].get_or_insert((at, len));
            self.open = true;
            return;
        }
        // A proxy in front of the service writes a text or a page into the stream. No line of the standard
        // begins like this. llama.cpp has a field `error`.
        let skip = if line.starts_with(b"error:") { b"error:".len() } else { 0 };
        let is_error = skip > 0 || line.starts_with(b"error code:");
        if (is_error || line.starts_with(b"<")) && !listener.is_standard() {
            if self.fields[place::DATA].is_none() {
                self.fields[place::DATA] = Some((at + skip, len - skip));
                // The event is named `error`.
                self.fields[place::NAME] = is_error.then_some((at, 5));
                self.open = true;
            }
            return;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let name = &line[..colon.unwrap_or(len)];
        let value = colon.map_or(len, |colon| colon + 1 + usize::from(line.get(colon + 1) == Some(&b' ')));
        let place = match name {
            b"event" => place::NAME,
            b"id" if listener.is_standard() && !line[value..].contains(&0) => place::ID,
            b"retry" if !line[value..].is_empty() && line[value..].iter().all(u8::is_ascii_digit) => {
                place::RETRY
            }
            // Comments, and fields that the standard does not define; none of them has a blank in its name.
            _ => {
                if name.contains(&b' ') && !self.open && !listener.is_standard() {
                    self.note_stray(line);
                }
                return;
            }
        };
        self.fields[place] = Some((at + value, len - value));
        self.open = true;
    }
}

/// The length of byte order marks and zeros at the start of a line.
fn filling(line: &[u8]) -> usize {
    let mut rest = line;
    while let Some(next) = rest.strip_prefix(MARK).or_else(|| rest.strip_prefix(b"\0")) {
        rest = next;
    }
    line.len() - rest.len()
}

/// The start of the value if this is a `data` line.
#[inline(always)]
fn data_in(line: &[u8]) -> Option<usize> {
    match line {
        [b'd', b'a', b't', b'a', b':', b' ', ..] => Some(6),
        [b'd', b'a', b't', b'a', b':', ..] => Some(5),
        b"data" => Some(4),
        _ => None,
    }
}

/// Counts events without parsing them: groups of lines that an empty line ends, including groups of
/// comments. Services that store a stream's bytes count like this.
#[derive(Debug, Default)]
pub struct Blocks {
    /// The current line is not empty.
    in_line: bool,
    /// An earlier line of the current event is not empty.
    filled: bool,
    /// The last line ended with CR; an LF that follows belongs to it.
    after_cr: bool,
    /// The lines of this stream end with CR and LF.
    crlf: bool,
    /// The event ended with a CR whose LF has not arrived.
    open: bool,
}

impl Blocks {
    /// Continues reading; `ends` is called with the offset after each complete event.
    pub fn feed(&mut self, bytes: &[u8], mut ends: impl FnMut(usize)) {
        for (at, byte) in bytes.iter().enumerate() {
            if std::mem::take(&mut self.after_cr) {
                let is_rest = *byte == b'\n';
                self.crlf |= is_rest;
                if std::mem::take(&mut self.open) {
                    ends(at + usize::from(is_rest));
                }
                if is_rest {
                    continue;
                }
            }
            if !matches!(byte, b'\n' | b'\r') {
                self.in_line = true;
                self.filled = true;
                continue;
            }
            self.after_cr = *byte == b'\r';
            if !std::mem::take(&mut self.in_line) && std::mem::take(&mut self.filled) {
                self.open = self.after_cr && self.crlf;
                if !self.open {
                    ends(at + 1);
                }
            }
        }
    }
}
