use super::*;

#[test]
fn accepts_json_and_refuses_what_only_looks_like_it() {
    for good in
        ["1", "-0", "0.5e-3", "\"\"", " [ 1 , {} ] ", "{\"a\":[true,false,null]}", "\"\\ud83d\\u00e9\\/\""]
    {
        assert!(parse(good.as_bytes()).is_ok(), "{good}");
    }
    for bad in [
        "",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "tru",
        "\"\\x\"",
        "\"\t\"",
        "[1}",
        "1 2",
        "\"",
        "\"\\u12g4\"",
        "{\"a\"}",
        "nul",
        "-",
    ] {
        assert!(matches!(parse(bad.as_bytes()), Err(Invalid::Syntax(_))), "{bad}");
    }
}

#[test]
fn nesting_stops_at_the_bound() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(parse(nested(MAX_DEPTH + 1).as_bytes()).err(), Some(Invalid::TooDeep));
}

#[test]
fn walks_objects_and_arrays() {
    let text = br#" {"a": {"b": [1, "x\"]}", {"c": null}]}, "n": -7.0, "a2": true, "n": 8} "#;
    let value = parse(text).unwrap();
    assert_eq!(value.entries().count(), 4);
    assert_eq!(value.get("n").unwrap().as_i64(), Some(8));
    assert_eq!(value.get("a2").unwrap().as_bool(), Some(true));
    let items: Vec<_> = value.get("a").unwrap().get("b").unwrap().items().collect();
    assert_eq!(items.len(), 3);
    assert_eq!(items[1].text().unwrap(), "x\"]}");
    assert!(items[2].get("c").unwrap().is_null());
    assert!(value.get("missing").is_none());
}

#[test]
fn whole_numbers_in_every_spelling() {
    for (text, number) in [
        ("7", Some(7)),
        ("-7.0", Some(-7)),
        ("1e2", Some(100)),
        ("1.25E+2", Some(125)),
        ("-2e0", Some(-2)),
        ("1.5e0", None),
        ("10e-1", Some(1)),
        ("1e99", None),
        ("7.5", None),
        ("\"1e2\"", None),
        ("true", None),
    ] {
        assert_eq!(parse(text.as_bytes()).unwrap().as_i64(), number, "{text}");
    }
}

#[test]
fn keys_may_be_escaped() {
    let value = parse(br#"{"\u0061":1}"#).unwrap();
    assert_eq!(value.get("a").unwrap().as_i64(), Some(1));
}

#[test]
fn unescapes_every_form() {
    let value = parse(br#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d!""#).unwrap();
    assert_eq!(value.text().unwrap(), "\"\\/\u{8}\u{c}\n\r\té😀\u{FFFD}!");
    assert!(has_lone_surrogate(br"\ud83d!"));
    assert!(has_lone_surrogate(br"\ud83d\n"));
    assert!(has_lone_surrogate(br"\ude00"));
    assert!(!has_lone_surrogate(br"\ud83d\ude00\\ud83d"));
}

#[test]
fn numbers_of_everyday_size() {
    for (text, number) in [
        ("0", Some(0.0)),
        ("-12", Some(-12.0)),
        ("1.5", Some(1.5)),
        ("600000", Some(600_000.0)),
        ("1e3", None),
        ("\"1\"", None),
    ] {
        assert_eq!(parse(text.as_bytes()).unwrap().as_number(), number, "{text}");
    }
}
