//! Server-sent events read in the plainest way, after the standard: all bytes at hand, a line at a time,
//! copies of everything.

/// What a stream says, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The last event id, from here on.
    Id(Vec<u8>),
    Event {
        name: Option<Vec<u8>>,
        retry: Option<Vec<u8>>,
        data: Vec<u8>,
    },
}

#[derive(Default)]
struct Open {
    id: Option<Vec<u8>>,
    name: Option<Vec<u8>>,
    retry: Option<Vec<u8>>,
    data: Option<Vec<u8>>,
    /// The data is a line of what stands before the service.
    of_edge: bool,
}

impl Open {
    /// Has no field come? An id is none for those who do not read by the standard.
    fn is_untouched(&self) -> bool {
        self.name.is_none() && self.retry.is_none() && self.data.is_none()
    }

    fn add(&mut self, value: &[u8]) {
        match &mut self.data {
            Some(data) if !self.of_edge => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            data => *data = Some(value.to_vec()),
        }
        self.of_edge = false;
    }
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Exactly as the standard says.
pub fn read(bytes: &[u8]) -> Vec<Seen> {
    read_lines(bytes, true).0
}

/// With what services and what stands before them write between events: see `Listener::is_standard` in
/// src/wire/sse.rs.
pub fn read_leniently(bytes: &[u8]) -> Vec<Seen> {
    read_lines(bytes, false).0
}

/// Is there one line of text behind the last event that is no field? The end of the stream ends it too.
pub fn has_stray(bytes: &[u8]) -> bool {
    let (_, stray) = read_lines(&[bytes, b"\n\n"].concat(), false);
    matches!(stray.as_slice(), [len] if *len <= 300)
}

/// The events, and the lengths of the lines behind the last one that are no fields.
fn read_lines(bytes: &[u8], is_standard: bool) -> (Vec<Seen>, Vec<usize>) {
    let (mut seen, mut stray) = (Vec::new(), Vec::new());
    let mut open = Open::default();
    for mut line in lines(bytes.strip_prefix(MARK).unwrap_or(bytes)) {
        if line.is_empty() {
            let Open { id, name, retry, data, .. } = std::mem::take(&mut open);
            seen.extend(id.map(Seen::Id));
            if let Some(data) = data {
                stray.clear();
                seen.push(Seen::Event { name, retry, data });
            }
            continue;
        }
        if !is_standard {
            while let Some(rest) = line.strip_prefix(MARK).or_else(|| line.strip_prefix(b"\0")) {
                line = rest;
            }
            if line.starts_with(b"{") {
                open.add(line);
                continue;
            }
            let rest = line.strip_prefix(b"error:");
            let is_error = rest.is_some() || line.starts_with(b"error code:");
            if is_error || line.starts_with(b"<") {
                if open.data.is_none() {
                    open.add(rest.unwrap_or(line));
                    open.of_edge = true;
                    open.name = is_error.then(|| b"error".to_vec());
                }
                continue;
            }
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &b""[..]),
        };
        match field {
            b"data" => open.add(value),
            b"event" => open.name = Some(value.to_vec()),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                open.retry = Some(value.to_vec());
            }
            b"id" if !value.contains(&0) => open.id = Some(value.to_vec()),
            _ if field.contains(&b' ') && open.is_untouched() => stray.push(line.len()),
            _ => {}
        }
    }
    (seen, stray)
}

/// The lines that have ended; what is after the last end is none.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        lines.push(&rest[..end]);
        let both = rest[end..].starts_with(b"\r\n");
        rest = &rest[end + 1 + usize::from(both)..];
    }
    lines
}
