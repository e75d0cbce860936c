//! Server-sent events read in the plainest way, after the standard: all bytes at hand, a line at a time, copies of everything.

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
}

pub fn read(bytes: &[u8]) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut open = Open::default();
    for line in lines(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)) {
        if line.is_empty() {
            let Open { id, name, retry, data } = std::mem::take(&mut open);
            seen.extend(id.map(Seen::Id));
            if let Some(data) = data {
                seen.push(Seen::Event { name, retry, data });
            }
            continue;
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &b""[..]),
        };
        match field {
            b"data" => match &mut open.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => open.data = Some(value.to_vec()),
            },
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

/// The lines that have ended; what is behind the last end is none.
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
