//! The text of a drawing, out of its bytes: packed by gzip or not, in the encoding that it declares.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::bufread::GzDecoder;
use resvg::usvg::roxmltree::{Document, ParsingOptions};

use crate::engine::text::Utf32;
use crate::engine::{Failure, Progress};

/// The longest drawing, in bytes, also unpacked.
pub(super) const MAX_SIZE: u64 = 32 << 20;
/// How many bytes of a drawing are looked at for its declaration.
const DECLARATION: usize = 256;

/// Whether it is packed by gzip.
pub(super) fn is_packed(drawing: &[u8]) -> bool {
    drawing.starts_with(&[0x1f, 0x8b])
}

pub(super) fn text(drawing: &[u8], most: u64, progress: &Progress) -> Result<String, Failure> {
    let unpacked;
    let bytes = if is_packed(drawing) {
        unpacked = unpack(drawing, most, progress)?;
        &unpacked
    } else {
        drawing
    };
    let wide = Utf32::marked(bytes).or_else(|| Utf32::seen(bytes));
    let (text, name, broken) = if let Some(order) = wide {
        let (text, broken) = order.decode(bytes);
        (text, order.name(), broken)
    } else {
        let (text, used, broken) = encoding(bytes).decode(bytes);
        (text.into_owned(), used.name(), broken)
    };
    if broken {
        return Err(Failure::BadInput(format!(
            "The input file is not a drawing in the encoding {name}, as it says"
        )));
    }
    Ok(tidy(&text))
}

pub(super) fn document(text: &str) -> Result<Document<'_>, Failure> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| Failure::corrupt("drawing", error))
}

/// The text without white space in front, and with a word as `usvg` knows it, which has no case in styles.
fn tidy(text: &str) -> String {
    let mut text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned();
    for before in ["=\"", "='", ":", ": "] {
        text = text.replace(&format!("{before}currentcolor"), &format!("{before}currentColor"));
    }
    text
}

/// As `gzip` itself does: parts one behind the other, and behind them zeros, by which tapes and disks are filled up.
fn unpack(packed: &[u8], most: u64, progress: &Progress) -> Result<Vec<u8>, Failure> {
    let (mut bytes, mut rest) = (Vec::new(), packed);
    while is_packed(rest) {
        let mut decoder = GzDecoder::new(rest);
        let left = most + 1 - bytes.len() as u64;
        let read = decoder.by_ref().take(left).read_to_end(&mut bytes);
        if bytes.len() as u64 > most {
            return Err(Failure::BadInput(format!(
                "The compressed drawing is too large: unpacked it has more than {most} bytes"
            )));
        }
        read.map_err(|error| Failure::corrupt("compressed drawing", error))?;
        rest = decoder.into_inner();
    }
    if rest.iter().any(|byte| *byte != 0) {
        progress
            .warn("What stands behind the end of the compressed drawing is no part of it, and is left out");
    }
    Ok(bytes)
}

/// What the first bytes say: a byte order mark, or the declaration of XML.
fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    match bytes {
        [b'<', 0, ..] => return UTF_16LE,
        [0, b'<', ..] => return UTF_16BE,
        _ => {}
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]);
    let declared = start.trim_start().strip_prefix("<?xml").and_then(|start| {
        let declaration = start.split_once("?>")?.0;
        let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        Encoding::for_label(value[1..].split(quote).next()?.as_bytes())
    });
    // What can be read so far is not of two bytes a letter, whatever it says.
    declared.filter(|encoding| ![UTF_16LE, UTF_16BE].contains(encoding)).unwrap_or(UTF_8)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn text(drawing: &[u8], most: u64) -> (Result<String, Failure>, Vec<String>) {
        let progress = Progress::new(CancellationToken::new());
        (super::text(drawing, most, &progress), progress.warnings())
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_stands_behind_a_packed_drawing() {
        let two = [packed("<svg"), packed("/>")].concat();
        for (behind, count) in
            [(&b""[..], 0), (&[0; 512], 0), (b"garbage", 1), (b"\0\0more", 1), (b"\0\x1f\x8b", 1)]
        {
            let (text, told) = text(&[&two[..], behind].concat(), 6);
            assert_eq!((text.unwrap().as_str(), told.len()), ("<svg/>", count), "{behind:?}");
        }
        assert!(text(&two, 5).0.is_err());
        assert!(text(&two[..two.len() - 3], 6).0.is_err());
    }

    #[test]
    fn encodings() {
        for (bytes, wanted) in [
            (&b"<svg>\xc3\xa4</svg>"[..], "<svg>ä</svg>"),
            (b"\xef\xbb\xbf<svg/>", "<svg/>"),
            (b"\n <?xml version='1.0'?><svg/>", "<?xml version='1.0'?><svg/>"),
            (b"<a fill='currentcolor'>currentcolor</a>", "<a fill='currentColor'>currentcolor</a>"),
            (
                b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>",
                "<?xml version='1.0' encoding='ISO-8859-1'?><a>ä</a>",
            ),
            (b"<?xml encoding = \"windows-1251\" ?>\xcc", "<?xml encoding = \"windows-1251\" ?>М"),
            (b"\xff\xfe<\0a\0/\0>\0", "<a/>"),
            (b"<\0a\0/\0>\0", "<a/>"),
            (b"\0<\0a\0/\0>", "<a/>"),
            (b"\xff\xfe\0\0<\0\0\0a\0\0\0/\0\0\0>\0\0\0", "<a/>"),
            (b"\0\0\0<\0\0\0a\0\0\0/\0\0\0>", "<a/>"),
            (b"<?xml encoding='utf-16'?>", "<?xml encoding='utf-16'?>"),
        ] {
            assert_eq!(text(bytes, 1000).0.unwrap(), wanted);
        }
        assert!(text(b"<svg>\xe4</svg>", 1000).0.is_err());
    }
}
