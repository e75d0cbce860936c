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
    read_lines(bytes, true)
}

/// With what services and what stands before them write between events: see `Listener::is_standard` in
/// src/wire/sse.rs.
pub fn read_leniently(bytes: &[u8]) -> Vec<Seen> {
    read_lines(bytes, false)
}

fn read_lines(bytes: &[u8], is_standard: bool) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut open = Open::default();
    for mut line in lines(bytes.strip_prefix(MARK).unwrap_or(bytes)) {
        if line.is_empty() {
            let Open { id, name, retry, data, .. } = std::mem::take(&mut open);
            seen.extend(id.map(Seen::Id));
            if let Some(data) = data {
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
            let is_code = line.starts_with(b"error code:");
            if is_code || line.starts_with(b"<") {
                if open.data.is_none() {
                    open.add(line);
                    open.of_edge = true;
                    open.name = is_code.then(|| b"error".to_vec());
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
            _ => {}
        }
    }
    seen
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
