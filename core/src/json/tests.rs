use super::*;

fn parse(text: &str) -> Option<Value<'_>> {
    serde_json::from_str(text).ok()
}

#[test]
fn numbers_are_read_from_strings_too() {
    let value = parse(r#"{"size":"123","percent":"55.5","half":12.9,"big":18446744073709551615}"#).unwrap();
    assert_eq!(value.get("size").unsigned(), Some(123));
    assert_eq!(value.get("percent").number(), Some(55.5));
    assert_eq!(value.get("half").unsigned(), Some(12));
    assert!(value.get("big").number().is_some());
    assert_eq!(value.get("absent"), &Value::Null);
}

#[test]
fn text_without_escapes_is_borrowed() {
    let value = parse(r#"{"a":"plain","b":"esc\n"}"#).unwrap();
    assert!(matches!(value.get("a"), Value::String(Cow::Borrowed(_))));
    assert!(matches!(value.get("b"), Value::String(Cow::Owned(_))));
}

#[test]
fn of_a_name_that_stands_there_twice_the_last_counts() {
    assert_eq!(parse(r#"{"a":1,"b":2,"a":3}"#), parse(r#"{"a":3,"b":2}"#));
    let many = |at: usize| format!(r#""{}":{at}"#, at % 60);
    let text = (0..600).map(many).collect::<Vec<_>>().join(",");
    let value = parse(&["{", &text, "}"].concat()).unwrap().owned();
    assert_eq!(value.members().len(), 60);
    assert!(
        value.members().iter().enumerate().all(|(at, (name, value))| {
            *name == at.to_string() && value.unsigned() == Some(540 + at as u64)
        })
    );
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    let deep = "[".repeat(1000) + &"]".repeat(1000);
    assert!(parse(&deep).is_none());
    let shallow = "[".repeat(60) + &"]".repeat(60);
    assert!(parse(&shallow).is_some());
}

#[test]
fn what_is_read_is_written_again() {
    let text = r#"{"a":[1,2.5,null,true],"b":{"c":"d"}}"#;
    assert_eq!(serde_json::to_string(&parse(text).unwrap()).unwrap(), text);
}

#[test]
fn the_members_of_the_apis_objects_are_told_apart_without_a_search() {
    let status = "id url percent message step starttime expire input converter output endtime upload code";
    let task = "id name job_id status credits code message percent operation engine result created_at started_at \
                ended_at user_id priority";
    for names in [status, task].map(|names| names.split_whitespace()) {
        let bits = names.clone().fold(0, |bits, name| bits | super::serde::bit(name));
        assert_eq!(bits.count_ones() as usize, names.count());
    }
}
