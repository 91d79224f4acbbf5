//! What all versions read alike in an answer.

use crate::error::Error;
use crate::http::Response;

/// How many characters of a message are kept.
const LONGEST: usize = 500;

/// A message of the service, at a length that a person reads.
pub(super) fn limited(message: &str) -> String {
    let mut text = Vec::with_capacity(message.len().min(LONGEST));
    let (mut length, mut last) = (0, 0);
    for byte in message.bytes() {
        // What continues a character begins with these bits.
        length += usize::from(byte & 0xc0 != 0x80);
        if length > LONGEST {
            break;
        }
        match (last, byte) {
            // Control characters: those of ASCII, and those behind them, of two bytes.
            (_, b'\n') => text.push(byte),
            (_, ..b' ' | 0x7f) => length -= 1,
            (0xc2, 0x80..0xa0) => {
                text.pop();
                length -= 1;
            }
            _ => text.push(byte),
        }
        last = byte;
    }
    String::from_utf8(text).unwrap_or_default()
}

/// Whether an answer is a page, as of a login or a gateway, where the API would have answered in JSON or not at all.
pub(crate) fn is_markup(response: &Response) -> bool {
    response.body.trim_ascii_start().starts_with(b"<")
}

/// Reads the answer to a deletion: done, also where there was nothing any more, unless a page took its place.
pub(super) fn deletion(response: &Response, refusal: impl FnOnce() -> Error) -> Result<(), Error> {
    match response.status {
        200..=299 | 404 | 410 if !is_markup(response) => Ok(()),
        200..=299 | 404 | 410 => Err(Error::invalid("a page came in answer to the deletion: check proxies")),
        _ => Err(refusal()),
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, limited};

    #[test]
    fn a_message_is_kept_without_control_characters_and_cut_between_characters() {
        for (said, kept) in [
            ("", ""),
            ("a\tb\r\nc\u{7f}", "ab\nc"),
            ("\u{80}ä\u{9f}\u{a0}€\u{85}😀", "ä\u{a0}€😀"),
            (&"ä".repeat(LONGEST + 1), &"ä".repeat(LONGEST)),
            (&["\u{85}", &"😀".repeat(LONGEST), "x"].concat(), &"😀".repeat(LONGEST)),
        ] {
            assert_eq!(limited(said), kept);
        }
    }
}
