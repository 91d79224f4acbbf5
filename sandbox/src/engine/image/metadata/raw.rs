//! What programs wrote as texts into a PNG before it had places for EXIF and others: a text `Raw profile type` and a name,
//! with the count of its bytes and these in hexadecimal digits.

use super::xmp::{self, packet};
use super::{Metadata, exif, iptc};

const KEYWORD: &str = "Raw profile type ";

/// Takes what such a text has, where nothing else in the file says it; whether it is one.
pub(super) fn read(keyword: &str, text: &str, metadata: &mut Metadata) -> bool {
    let Some(name) = keyword.strip_prefix(KEYWORD) else { return false };
    let Some(bytes) = bytes(text) else { return false };
    match name.to_ascii_lowercase().as_str() {
        "exif" | "app1" if bytes.starts_with(xmp::PREFIX) => {
            metadata.xmp.get_or_insert_with(|| packet(bytes[xmp::PREFIX.len()..].to_vec()));
        }
        "exif" | "app1" => {
            metadata.exif.get_or_insert_with(|| exif::without_prefix(bytes));
        }
        "xmp" => {
            metadata.xmp.get_or_insert_with(|| packet(bytes));
        }
        "iptc" | "8bim" => {
            metadata.iptc.get_or_insert_with(|| iptc::resources(bytes));
        }
        "icc" | "icm" => {
            metadata.icc.get_or_insert(bytes);
        }
        _ => return false,
    }
    true
}

/// The bytes of such a text: behind its name and their count.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut lines = text.trim_start().lines().skip(1);
    let count: usize = lines.next()?.trim().parse().ok()?;
    let bytes = hex::decode(lines.flat_map(|line| line.trim().bytes()).collect::<Vec<u8>>()).ok()?;
    (bytes.len() == count && count > 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_goes_to_its_place() {
        let text = |bytes: &[u8]| format!("\nname\n{:8}\n{}\n", bytes.len(), hex::encode(bytes));
        let mut metadata = Metadata::default();
        for (name, bytes) in [
            ("APP1", &b"http://ns.adobe.com/xap/1.0/\0<x/>"[..]),
            ("exif", b"Exif\0\0II*\0"),
            ("xmp", b"<later/>"),
            ("iptc", b"\x1c\x02\x05\0\x01a"),
            ("icc", b"a profile"),
        ] {
            assert!(read(&format!("Raw profile type {name}"), &text(bytes), &mut metadata), "{name}");
        }
        assert_eq!(metadata.exif.as_deref(), Some(&b"II*\0"[..]));
        assert_eq!(metadata.xmp.as_deref(), Some(&b"<x/>"[..]));
        assert_eq!(metadata.iptc.as_deref(), Some(&b"8BIM\x04\x04\0\0\0\0\0\x06\x1c\x02\x05\0\x01a"[..]));
        assert_eq!(metadata.icc.as_deref(), Some(&b"a profile"[..]));
        for broken in ["", "\nexif\n", "\nexif\n 2\n00\n", "\nexif\n 1\nxx\n", "\nexif\n 0\n\n"] {
            assert!(!read("Raw profile type exif", broken, &mut metadata), "{broken:?}");
        }
        assert!(!read("Comment", "exif", &mut metadata));
    }
}
