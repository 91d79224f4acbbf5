//! `include/cloudconvert.h` is what the sources say. To write it anew: `CLOUDCONVERT_WRITE_HEADER=1 cargo test -p
//! cloudconvert-ffi --test header`.

use std::path::Path;

#[test]
fn the_header_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = Vec::new();
    cbindgen::generate(folder).unwrap().write(&mut text);
    let text = String::from_utf8(text).unwrap();
    let header = folder.join("include/cloudconvert.h");
    if std::env::var_os("CLOUDCONVERT_WRITE_HEADER").is_some() {
        std::fs::write(&header, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&header).unwrap() == text,
        "the header is older than the sources; see above"
    );
}
