//! The kernels that read and write media and numbers, against the plainest way: natively, and with simd128
//! in wasm. All random numbers come from fixed seeds.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use workers_ai_wasm::kernel::base64;
use workers_ai_wasm::kernel::fault::{Fault, Kind};
use workers_ai_wasm::kernel::numbers;
use workers_ai_wasm::kernel::reader::{Kernel, Progress, Reader};
use workers_ai_wasm::kernel::scratch::{CARRY, PADDING, PIECE};

/// Small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 32) as usize % bound
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// What a reader made of all pieces.
#[derive(Debug, PartialEq)]
struct Read {
    out: Vec<u8>,
    rest: String,
    fault: Option<Fault>,
    found: bool,
}

/// Reads pieces as JavaScript does, what is left to it included.
fn read(open: impl FnOnce() -> Reader, pieces: &[&[u8]]) -> Read {
    let mut kernel = Kernel::default();
    // What an earlier reply has left must not matter.
    kernel.scratch.input.fill(b'7');
    let mut reader = open();
    let mut out = Vec::new();
    for piece in pieces.iter().flat_map(|piece| piece.chunks(PIECE)) {
        kernel.scratch.input[CARRY..CARRY + piece.len()].copy_from_slice(piece);
        let mut len = piece.len();
        loop {
            let Progress { written, more } = reader.feed(&mut kernel, len);
            let begin = out.len();
            out.extend_from_slice(&kernel.scratch.output[..written]);
            for exact in &kernel.exact {
                let text = &kernel.scratch.input[exact.at as usize..(exact.at + exact.len) as usize];
                let value = std::str::from_utf8(text).unwrap().parse::<f64>().unwrap() as f32;
                let at = begin + exact.index as usize * 4;
                out[at..at + 4].copy_from_slice(&value.to_le_bytes());
            }
            if !more {
                break;
            }
            len = 0;
        }
    }
    let written = reader.finish(&mut kernel);
    out.extend_from_slice(&kernel.scratch.output[..written]);
    Read {
        out,
        rest: String::from_utf8(reader.rest().to_vec()).unwrap(),
        fault: reader.fault(),
        found: reader.has_found(),
    }
}

fn image() -> Reader {
    Reader::base64([b"image".as_slice(), b"audio"].into_iter())
}

/// Whole, and cut at each place, and at many random ones, a text gives the same.
fn read_in_all_ways(reader: fn() -> Reader, text: &[u8]) -> Read {
    let whole = read(reader, &[text]);
    for at in 0..=text.len() {
        assert_eq!(read(reader, &[&text[..at], &text[at..]]), whole, "cut at {at}");
    }
    let single: Vec<_> = text.chunks(1).collect();
    assert_eq!(read(reader, &single), whole, "byte by byte");
    let mut random = Random(text.len() as u64 + 1);
    for _ in 0..20 {
        let mut rest = text;
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(1 + random.below(rest.len().min(40)));
            pieces.push(piece);
            rest = later;
        }
        assert_eq!(read(reader, &pieces), whole, "cut at random");
    }
    whole
}

fn as_floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

#[test]
fn numbers_are_taken_out_of_every_form_of_the_answer() {
    for (text, rest, values) in [
        (
            r#"{"shape":[2,3],"data":[[0.1,-2,3e2],[4.5,0,-0.0]],"pooling":"cls","usage":{"total_tokens":7}}"#,
            r#"{"shape":[2,3],"data":[[3],[3]],"pooling":"cls","usage":{"total_tokens":7}}"#,
            &[0.1, -2.0, 300.0, 4.5, 0.0, -0.0][..],
        ),
        (
            r#"{"result":{"shape":[1,2],"data":[[1,2]]},"success":true,"errors":[],"messages":[7]}"#,
            r#"{"result":{"shape":[1,2],"data":[[2]]},"success":true,"errors":[],"messages":[7]}"#,
            &[1.0, 2.0],
        ),
        (
            r#"{"object":"list","data":[{"embedding":[1,2],"index":1},{"index":0,"embedding":[3]}],"usage":{"data":[9]}}"#,
            r#"{"object":"list","data":[{"embedding":[2],"index":1},{"index":0,"embedding":[1]}],"usage":{"data":[9]}}"#,
            &[1.0, 2.0, 3.0],
        ),
        (
            r#"{"response":[[1.5],[2.5]],"x":{"data":[3]}}"#,
            r#"{"response":[[1],[1]],"x":{"data":[3]}}"#,
            &[1.5, 2.5],
        ),
        (r#"{"response":[{"id":0,"score":0.5}]}"#, r#"{"response":[{"id":0,"score":0.5}]}"#, &[]),
        (r#"{"data":[1,2,3]}"#, r#"{"data":[3]}"#, &[1.0, 2.0, 3.0]),
        (r#"{"data":[[[1],[2,3]],[[]]]}"#, r#"{"data":[[[1],[2]],[[]]]}"#, &[1.0, 2.0, 3.0]),
        (r#"{"data":[[],[1]]}"#, r#"{"data":[[],[1]]}"#, &[1.0]),
        (r#"{"data":[]}"#, r#"{"data":[]}"#, &[]),
        (r#"{"data":["a","b"],"data2":[1]}"#, r#"{"data":["a","b"],"data2":[1]}"#, &[]),
        (
            r#"{"response":"[1,2]\"","data":{"data":[1]}}"#,
            r#"{"response":"[1,2]\"","data":{"data":[1]}}"#,
            &[],
        ),
        (
            "\u{FEFF} {\r\n\t\"data\" : [\n [ 1 , 2 ] , [ 3\t,4\n] ]\r\n}\n",
            "\u{FEFF} {\r\n\t\"data\" : [\n [ 2] , [ 2] ]\r\n}\n",
            &[1.0, 2.0, 3.0, 4.0],
        ),
        (
            r#"{"errors":[{"code":7003,"message":"no"}],"success":false,"result":null}"#,
            r#"{"errors":[{"code":7003,"message":"no"}],"success":false,"result":null}"#,
            &[],
        ),
        (
            r#"{"data":[[1e400,-1e400,1e39,1e-46,-1e-400]]}"#,
            r#"{"data":[[5]]}"#,
            &[f32::INFINITY, f32::NEG_INFINITY, f32::INFINITY, 0.0, -0.0],
        ),
        ("[]", "[]", &[]),
        ("12", "12", &[]),
        ("\"data\"", "\"data\"", &[]),
    ] {
        let read = read_in_all_ways(Reader::floats, text.as_bytes());
        assert_eq!(read.fault, None, "{text}");
        assert_eq!(read.rest, rest);
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&as_floats(&read.out)), bits(values), "{text}");
    }
}

#[test]
fn what_is_no_answer_is_refused_at_its_place() {
    for (text, kind, at) in [
        (r#"{"data":[[1,null]]}"#, Kind::NotNumber, 12),
        (r#"{"data":[[null]]}"#, Kind::NotNumber, 10),
        (r#"{"data":[[NaN]]}"#, Kind::NotNumber, 10),
        (r#"{"data":[[1,NaN]]}"#, Kind::NotNumber, 12),
        (r#"{"data":[[1,"2"]]}"#, Kind::NotNumber, 12),
        (r#"{"data":[[1],2]}"#, Kind::NotNumber, 13),
        (r#"{"data":["a",2]}"#, Kind::NotNumber, 13),
        (r#"{"data":[1,[2]]}"#, Kind::NotNumber, 11),
        (r#"{"data":[1,]}"#, Kind::NotNumber, 11),
        (r#"{"data":[1 2]}"#, Kind::NotNumber, 11),
        (r#"{"data":[1}"#, Kind::NotNumber, 10),
        (r#"{"data":[01]}"#, Kind::NotNumber, 10),
        (r#"{"data":[1.]}"#, Kind::NotNumber, 11),
        (r#"{"data":[1.5e]}"#, Kind::NotNumber, 13),
        (r#"{"data":[1"#, Kind::Unfinished, 10),
        (r#"{"data":[[1.5"#, Kind::Unfinished, 13),
        (r#"{"data":[[1],"#, Kind::Unfinished, 13),
        (r#"{"data""#, Kind::Unfinished, 7),
        ("", Kind::Unfinished, 0),
        (r#"{"data":[]]"#, Kind::NotJson, 10),
        (r#"{"data":[]} x"#, Kind::NotJson, 12),
        (r#"{data:[]}"#, Kind::NotJson, 1),
        ("<html>", Kind::NotJson, 0),
    ] {
        let read = read_in_all_ways(Reader::floats, text.as_bytes());
        assert_eq!(read.fault, Some(Fault { kind, at }), "{text}");
    }
    let deep = [r#"{"data":"#, &"[".repeat(600)].concat();
    assert_eq!(read(Reader::floats, &[deep.as_bytes()]).fault, Some(Fault { kind: Kind::TooDeep, at: 519 }));
    let long = [r#"{"data":[0."#, &"1".repeat(CARRY + PIECE), "]}"].concat();
    let halves = long.as_bytes().split_at(PIECE - 2 * CARRY);
    assert_eq!(
        read(Reader::floats, &[halves.0, halves.1]).fault.map(|fault| fault.kind),
        Some(Kind::LongNumber)
    );
}

/// A number as some encoder would write it.
fn some_number(random: &mut Random) -> String {
    let unit = |random: &mut Random| (random.next() >> 11) as f64 / (1u64 << 53) as f64;
    let float = |random: &mut Random| f32::from_bits(random.next() as u32);
    match random.below(12) {
        0 => format!("{}", unit(random) * 2.0 - 1.0),
        1 => format!("{}", (unit(random) - 0.5) * 0.01),
        2 => format!("{:e}", (unit(random) - 0.5) * 1e-5),
        3 => format!("{}", (unit(random) * 0.2) as f32),
        4 => format!("{}", f64::from((unit(random) * 0.2) as f32)),
        5 => format!("{:.*}", random.below(25), unit(random) * 1000.0),
        6 => format!("{}", random.next() as i32 as i64),
        7 => format!("{}", random.next()),
        8 => {
            // Anything a float can be.
            let value = float(random);
            if value.is_finite() { format!("{value:e}") } else { String::from("-0") }
        }
        9 => {
            // The middle between two floats, exactly or with something after it.
            let value = float(random);
            let next = f32::from_bits(value.to_bits().wrapping_add(1));
            if !value.is_finite() || !next.is_finite() || value.abs() > 1e6 || value.abs() < 1e-6 {
                return String::from("1E+2");
            }
            let middle = (f64::from(value) + f64::from(next)) / 2.0;
            let nudged = f64::from_bits(middle.to_bits().wrapping_add_signed(random.below(5) as i64 - 2));
            format!("{nudged:.*}", 17 + random.below(60))
        }
        10 => format!("{}e{}", random.below(1000), random.below(700) as i32 - 350),
        _ => format!("-{}.{}E+{:03}", random.below(10), random.next(), random.below(30)),
    }
}

#[test]
fn random_numbers_are_read_bit_for_bit() {
    let mut random = Random(0x5EED);
    let rows = if cfg!(target_arch = "wasm32") { 200 } else { 2000 };
    let mut text = String::from(r#"{"shape":[2,100],"data":["#);
    let mut expected = Vec::new();
    let mut rest = text.clone();
    for row in 0..rows {
        let comma = if row > 0 { "," } else { "" };
        let count = 1 + random.below(150);
        text.push_str(comma);
        text.push('[');
        rest.push_str(&format!("{comma}[{count}]"));
        for column in 0..count {
            let number = some_number(&mut random);
            expected.push((number.parse::<f64>().unwrap() as f32, number.clone()));
            text.push_str(if column > 0 { "," } else { "" });
            text.push_str(&number);
        }
        text.push(']');
    }
    text.push_str("]}");
    rest.push_str("]}");
    for size in [PIECE, 4096, 1000, 77] {
        let pieces: Vec<_> = text.as_bytes().chunks(size).collect();
        let read = read(Reader::floats, &pieces);
        assert_eq!((read.fault, &read.rest), (None, &rest), "pieces of {size}");
        let values = as_floats(&read.out);
        assert_eq!(values.len(), expected.len());
        for (value, (expected, number)) in values.iter().zip(&expected) {
            assert_eq!(value.to_bits(), expected.to_bits(), "{number}");
        }
    }
}

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The plainest encoder.
fn plain_base64(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let mut text: String = bits
        .chunks(6)
        .map(|bits| {
            let value = (0..6).fold(0, |value, at| value << 1 | bits.get(at).copied().unwrap_or(0));
            char::from(ALPHABET[usize::from(value)])
        })
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[test]
fn bytes_become_base64() {
    let mut random = Random(64);
    for len in (0..200).chain([1000, 3 * 16 * 1024]) {
        let bytes = random.bytes(len);
        let mut padded = bytes.clone();
        padded.resize(len + PADDING, 0xAA);
        let mut out = vec![0; base64::encoded_len(len) + PADDING];
        let written = base64::encode(&padded, len, &mut out);
        assert_eq!(written, base64::encoded_len(len));
        assert_eq!(std::str::from_utf8(&out[..written]).unwrap(), plain_base64(&bytes), "{len}");
    }
}

#[test]
fn every_character_is_distinguished_from_every_other() {
    for byte in 0..=255u8 {
        // In a vector, and at the end.
        for at in [0, 5, 63, 64, 70, 99] {
            let mut text = vec![b'A'; 100];
            text[at] = byte;
            let read = read(Reader::plain, &[&text]);
            let skipped = matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            let is_digit = ALPHABET.contains(&byte) || matches!(byte, b'-' | b'_');
            let expected = (byte == b'=' && at == 99) || is_digit;
            // After padding and after a colon the next character decides.
            let place = if byte == b'=' && at % 4 >= 2 || byte == b':' { at + 1 } else { at };
            match read.fault {
                None => assert!(expected || skipped, "{byte} at {at}"),
                Some(fault) => {
                    assert!(!expected && !skipped, "{byte} at {at}");
                    assert_eq!(fault, Fault { kind: Kind::NotBase64, at: place as u64 }, "{byte}");
                }
            }
        }
    }
}

#[test]
fn an_address_is_told_from_base64_with_a_colon() {
    for (text, kind) in [
        ("https://a.example/b.png", Kind::Url),
        ("gs://a/b", Kind::Url),
        ("AAAA:AAAA", Kind::NotBase64),
        ("AAAA:/AAA", Kind::NotBase64),
        ("AAAA:", Kind::NotBase64),
        ("AAAA:/", Kind::NotBase64),
    ] {
        let json = format!(r#"{{"image":"{text}"}}"#);
        for cut in 0..json.len() {
            let (first, last) = json.as_bytes().split_at(cut);
            let in_reply = || Reader::base64([b"image".as_slice()].into_iter());
            assert_eq!(read(in_reply, &[first, last]).fault.map(|fault| fault.kind), Some(kind), "{text}");
            let (first, last) = text.as_bytes().split_at(cut.min(text.len()));
            let fault = read(Reader::plain, &[first, last]).fault;
            assert_eq!(fault.map(|fault| fault.kind), Some(kind), "{text}");
        }
    }
}

#[test]
fn base64_becomes_bytes_however_it_is_written() {
    let mut random = Random(46);
    for len in (0..70).chain([191, 192, 193, 1000]) {
        let bytes = random.bytes(len);
        let text = plain_base64(&bytes);
        let url_safe = text.replace('+', "-").replace('/', "_");
        let unpadded = url_safe.trim_end_matches('=').to_owned();
        let lines: Vec<_> =
            text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let lines = lines.join("\r\n") + "\n";
        let forms = [
            ["data:image/png;base64,", &text].concat(),
            ["data:text/plain;charset=utf-8;BASE64,", &unpadded].concat(),
            ["data:;base64,", &lines].concat(),
            text,
            url_safe,
            unpadded,
            lines,
        ];
        for form in forms {
            let read = if len < 70 {
                read_in_all_ways(Reader::plain, form.as_bytes())
            } else {
                read(Reader::plain, &[form.as_bytes()])
            };
            assert_eq!(read.fault, None, "{form}");
            assert_eq!(read.out, bytes, "{form}");
        }
    }
}

#[test]
fn what_only_looks_like_a_data_url_is_data() {
    for text in ["d", "da", "dat", "data", "dataAAAA", "datdata", "dXXX", "data===="] {
        let read = read_in_all_ways(Reader::plain, text.as_bytes());
        let in_json = read_in_all_ways(image, format!(r#"{{"image":"{text}","x":1}}"#).as_bytes());
        match text {
            "d" => assert_eq!(read.fault, Some(Fault { kind: Kind::Unfinished, at: 1 })),
            "data====" => assert_eq!(read.fault, Some(Fault { kind: Kind::NotBase64, at: 4 })),
            _ => {
                assert_eq!((read.fault, in_json.fault), (None, None));
                // The last character may have bits that are of no meaning.
                let last = text.len() - 1;
                assert_eq!(plain_base64(&read.out)[..last], text[..last]);
                assert_eq!(in_json.out, read.out);
                assert_eq!(in_json.rest, r#"{"image":"","x":1}"#);
            }
        }
    }
    for text in
        ["data:", "data:image/png", "data:image/png,abcd", "data:image/png;base6,AAAA", "data:;base64x,AAAA"]
    {
        let fault = read_in_all_ways(Reader::plain, text.as_bytes()).fault;
        assert_eq!(fault.map(|fault| fault.kind), Some(Kind::NotBase64Url), "{text}");
    }
}

#[test]
fn the_picture_in_a_reply_is_taken_out() {
    let mut random = Random(7);
    let bytes = random.bytes(331);
    let text = plain_base64(&bytes);
    assert!(text.contains('/') && text.contains('+') && text.contains('='));
    let escaped = text.replace('/', "\\/");
    let unicode = text.replace('+', "\\u002B").replace('=', "\\u003d");
    let lines = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect::<Vec<_>>()
        .join("\\n");
    let url = format!("data:image\\/jpeg;base64,{text}");
    for (body, begin) in
        [(&text, ""), (&escaped, ""), (&unicode, ""), (&lines, ""), (&url, "data:image/jpeg;base64,")]
    {
        for (before, after) in [
            ("{\"image\":\"", "\"}"),
            ("{\"result\":{\"seed\":[1,2],\"image\": \"", "\",\"x\":\"y\"},\"success\":true,\"errors\":[]}"),
            ("{\"nested\":{\"image\":\"AAAA\"},\"audio\":\"", "\",\"image\":\"BBBB\"}\n"),
        ] {
            let read = read_in_all_ways(image, [before, body, after].concat().as_bytes());
            assert_eq!(read.fault, None);
            assert!(read.found);
            assert_eq!(read.out, bytes);
            assert_eq!(read.rest, [before, begin, after].concat());
        }
    }
}

#[test]
fn a_reply_without_a_picture_stays_whole() {
    for text in [
        r#"{"image":null}"#,
        r#"{"image":["AAAA"]}"#,
        r#"{"result":null,"success":false,"errors":[{"code":3040,"message":"\"image\":\"AAAA\""}]}"#,
        r#"{"images":"AAAA"}"#,
        r#"["image","AAAA"]"#,
        r#""image""#,
    ] {
        let read = read_in_all_ways(image, text.as_bytes());
        assert_eq!((read.fault, read.found, read.out.len()), (None, false, 0));
        assert_eq!(read.rest, text);
    }
}

#[test]
fn a_broken_picture_keeps_what_came_before() {
    let good = "QUJD".repeat(100);
    for (tail, kind, place, kept) in [
        ("*AAA\"}", Kind::NotBase64, 0, 300),
        ("QU*D\"}", Kind::NotBase64, 2, 300),
        ("QUI=QUJD\"}", Kind::NotBase64, 4, 300),
        ("QQ===\"}", Kind::NotBase64, 4, 300),
        ("=\"}", Kind::NotBase64, 0, 300),
        ("Q\"}", Kind::Unfinished, 1, 300),
        ("\\x\"}", Kind::NotBase64, 1, 300),
        ("\\u00zz\"}", Kind::NotBase64, 4, 300),
        ("\\u0141\"}", Kind::NotBase64, 5, 300),
        ("\n\"}", Kind::NotBase64, 0, 300),
        ("\u{e9}\"}", Kind::NotBase64, 0, 300),
        ("QUJD", Kind::Unfinished, 4, 303),
        ("QUJD\"", Kind::Unfinished, 5, 303),
    ] {
        let before = format!("{{\"image\":\"{good}");
        let read = read_in_all_ways(image, [&before, tail].concat().as_bytes());
        let at = (before.len() + place) as u64;
        assert_eq!(read.fault, Some(Fault { kind, at }), "{tail}");
        assert_eq!(read.out, b"ABC".repeat(kept / 3), "{tail}");
    }
}

#[test]
fn large_pictures_are_read_in_pieces_of_any_size() {
    let mut random = Random(99);
    let bytes = random.bytes(if cfg!(target_arch = "wasm32") { 300_000 } else { 600_001 });
    let text = format!("{{\"image\":\"{}\"}}", plain_base64(&bytes));
    for size in [PIECE, 65_535, 10_007, 4096] {
        let pieces: Vec<_> = text.as_bytes().chunks(size).collect();
        let read = read(image, &pieces);
        assert!(read.fault.is_none() && read.out == bytes, "pieces of {size}");
        assert_eq!(read.rest, r#"{"image":""}"#);
    }
}

#[test]
fn random_damage_is_never_more_than_a_fault() {
    let mut random = Random(0xBAD);
    let picture =
        format!(r#"{{"result":{{"image":"{}"}},"success":true}}"#, plain_base64(&random.bytes(300)));
    let numbers = r#"{"result":{"shape":[2,2],"data":[[0.123456,-1.5e-3],[3,4]]},"success":true}"#;
    for round in 0..3000 {
        let (reader, text): (fn() -> Reader, &str) = match round % 3 {
            0 => (Reader::floats, numbers),
            1 => (image, &picture),
            _ => (Reader::plain, &picture[20..400]),
        };
        let mut text = text.as_bytes().to_vec();
        for _ in 0..1 + random.below(3) {
            let at = random.below(text.len());
            match random.below(3) {
                0 => text[at] = random.next() as u8,
                1 => drop(text.remove(at)),
                _ => text.insert(at, b"\"\\[]{},:=-e."[random.below(12)]),
            }
        }
        let cut = random.below(text.len() + 1);
        let halves = read_lossy(reader, &[&text[..cut], &text[cut..]]);
        assert_eq!(halves, read_lossy(reader, &[&text]), "{:?}", String::from_utf8_lossy(&text));
    }
}

/// As [`read`], but the rest may be anything.
fn read_lossy(open: fn() -> Reader, pieces: &[&[u8]]) -> (usize, Option<Fault>, Vec<u8>) {
    let mut kernel = Kernel::default();
    let mut reader = open();
    let mut written = 0;
    for piece in pieces {
        kernel.scratch.input[CARRY..CARRY + piece.len()].copy_from_slice(piece);
        written += reader.feed(&mut kernel, piece.len()).written;
        if reader.fault().is_some() {
            break;
        }
    }
    written += reader.finish(&mut kernel);
    let fault = reader.fault();
    // Up to a fault, floats are written a piece at a time.
    let counted = if fault.is_some() { 0 } else { written };
    (counted, fault, if fault.is_some() { Vec::new() } else { reader.rest().to_vec() })
}

#[test]
fn readers_take_turns() {
    let mut kernel = Kernel::default();
    let mut readers = [Reader::floats(), image(), Reader::floats()];
    let texts = [r#"{"data":[1.25,2.5]}"#, r#"{"image":"QUJDRA=="}"#, r#"{"data":[[3.125]]}"#];
    let mut outs = [Vec::new(), Vec::new(), Vec::new()];
    let longest = texts.iter().map(|text| text.len()).max().unwrap();
    for at in 0..longest {
        for (place, reader) in readers.iter_mut().enumerate() {
            let Some(&byte) = texts[place].as_bytes().get(at) else { continue };
            kernel.scratch.input[CARRY] = byte;
            let written = reader.feed(&mut kernel, 1).written;
            outs[place].extend_from_slice(&kernel.scratch.output[..written]);
        }
    }
    for reader in &mut readers {
        reader.finish(&mut kernel);
        assert_eq!(reader.fault(), None);
    }
    assert_eq!(as_floats(&outs[0]), [1.25, 2.5]);
    assert_eq!(outs[1], b"ABCD");
    assert_eq!(as_floats(&outs[2]), [3.125]);
}

#[test]
fn bytes_become_numbers() {
    let mut random = Random(255);
    let all: Vec<u8> = (0..=255).collect();
    for bytes in
        (0..100).map(|len| random.bytes(len)).chain([all, vec![255; 5000], vec![9; 40], vec![99; 40]])
    {
        let plain: String = bytes.iter().map(|byte| format!("{byte},")).collect();
        let mut out = vec![0; bytes.len() * 4];
        let len = numbers::encode(&bytes, &mut out);
        assert_eq!(std::str::from_utf8(&out[..len]).unwrap(), plain);
        assert_eq!(numbers::encoded_len(&bytes), plain.len());
    }
}
