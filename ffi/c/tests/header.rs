//! `include/cloudconvert.h` is what the sources say. To write it anew: `CLOUDCONVERT_WRITE_HEADER=1 cargo test -p
//! cloudconvert-ffi --test header`.

use std::path::Path;

/// The groups of functions in the documentation: a name, a title, and the first function.
const GROUPS: &[(&str, &str, &str)] = &[
    ("errors", "Errors", "cloudconvert_last_message"),
    ("api", "The service", "cloudconvert_api_new"),
    ("conversion", "Conversions: made, looked at, freed", "cloudconvert_begin_convert"),
    ("drive", "Conversions: polled, and told what happened", "cloudconvert_conversion_poll"),
    ("saved", "Conversions at rest", "cloudconvert_conversion_restore"),
    ("batch", "Many conversions", "cloudconvert_batch_new"),
    ("call", "Single calls", "cloudconvert_call_new"),
    ("answer", "Answers, told piece by piece", "cloudconvert_conversion_answer_body"),
    ("signing", "Webhooks and signed URLs", "cloudconvert_verify_webhook"),
    ("names", "Names and helpers", "cloudconvert_version"),
];

#[test]
fn the_header_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = Vec::new();
    cbindgen::generate(folder).unwrap().write(&mut text);
    let text = grouped(&String::from_utf8(text).unwrap());
    let header = folder.join("include/cloudconvert.h");
    if std::env::var_os("CLOUDCONVERT_WRITE_HEADER").is_some() {
        std::fs::write(&header, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&header).unwrap() == text,
        "the header is older than the sources; see above"
    );
}

/// Opens a group of Doxygen before the documentation of its first function, and closes it before the next.
fn grouped(text: &str) -> String {
    let mut text = text.to_owned();
    for (index, (name, title, first)) in GROUPS.iter().enumerate() {
        let functions = text.find("extern \"C\" {").unwrap();
        let found = text[functions..].find(&format!("{first}("));
        let declared = functions + found.unwrap_or_else(|| panic!("there is no {first}"));
        let begin = text[..declared].rfind("\n\n").unwrap() + 2;
        let close = if index == 0 { "" } else { "/// @}\n\n" };
        text.insert_str(begin, &format!("{close}/// @defgroup cloudconvert_{name} {title}\n/// @{{\n\n"));
    }
    let end = text.rfind("#ifdef __cplusplus").unwrap();
    text.insert_str(end, "/// @}\n\n");
    text
}
