//! File names: those that are sent must not break the form, those that are received must not leave the folder.
#![no_main]

use cloudconvert_core::{Action, Api, Body, Conversion, InputFile, Native, Piece, Policy, Timestamp, safe_name};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, u64)| {
    let (name, seed) = input;
    let safe = safe_name(name);
    assert!(!safe.is_empty() && safe.len() <= 255 && safe != "." && safe != "..", "{safe:?}");
    assert!(!safe.contains(['/', '\\', '\0', '\n', ':']), "{safe:?}");
    assert_eq!(safe_name(&safe), safe, "a safe name is not safe");

    let url = "https://srv01.example.com/upload/x";
    let api = Api::for_url(&Native, url).unwrap();
    let file = InputFile { name: name.to_owned(), size: Some(5) };
    let Ok(mut conversion) = Conversion::upload(&api, url, vec![file], Policy::default(), seed) else { return };
    let Action::Send(request) = conversion.poll(Timestamp::default()) else { panic!("it sends") };
    let Body::Stream { pieces, .. } = &request.body else { panic!("a form") };
    let Some(Piece::Bytes(head)) = pieces.first() else { panic!("a head") };
    let head = std::str::from_utf8(head).unwrap();
    // Two headers and a blank line, whatever the name is, and one pair of quotes around it.
    assert_eq!(head.matches("\r\n").count(), 4, "{head:?}");
    assert_eq!(head.matches('"').count(), 4, "{head:?}");
    assert_eq!(head.chars().filter(|c| matches!(c, '\r' | '\n')).count(), 8, "{head:?}");
});
