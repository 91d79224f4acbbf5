//! `multipart/form-data` around bytes that the core never holds (RFC 7578; "File uploads").

use crate::http::Body;
use crate::retry::Random;

/// The framing of one file: what goes before and after it, and the content type of the whole.
pub(crate) fn frame(name: &str, size: Option<u64>, random: &mut Random) -> (String, Body) {
    let boundary = boundary(random);
    let mut head =
        ["--", &boundary, "\r\ncontent-disposition: form-data; name=\"file\"; filename=\""].concat();
    escape(name, &mut head);
    head.push_str("\"\r\ncontent-type: application/octet-stream\r\n\r\n");
    let tail = ["\r\n--", &boundary, "--\r\n"].concat();
    let len = size.and_then(|size| size.checked_add((head.len() + tail.len()) as u64));
    let body = Body::File { input: 0, head: head.into_bytes(), tail: tail.into_bytes(), len };
    (["multipart/form-data; boundary=", &boundary].concat(), body)
}

/// As browsers write names: quotes and line breaks percent-encoded, the rest in UTF-8.
fn escape(name: &str, into: &mut String) {
    for c in name.chars() {
        match c {
            '"' => into.push_str("%22"),
            '\r' => into.push_str("%0D"),
            '\n' => into.push_str("%0A"),
            c => into.push(c),
        }
    }
}

/// 128 random bits: the content cannot be searched for the boundary, so it must not be guessable.
fn boundary(random: &mut Random) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let mut boundary = String::from("----cloudconvert");
    for _ in 0..2 {
        let mut bits = random.next();
        for _ in 0..13 {
            boundary.push(char::from(DIGITS[(bits & 31) as usize]));
            bits >>= 5;
        }
    }
    boundary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_counts_head_content_and_tail() {
        let (content_type, body) = frame("a\"b\r\n.png", Some(5_000_000_000), &mut Random(1));
        let Body::File { head, tail, len, .. } = body else { panic!("a file") };
        assert_eq!(len, Some(5_000_000_000 + (head.len() + tail.len()) as u64));
        let head = String::from_utf8(head).unwrap();
        assert!(head.contains("filename=\"a%22b%0D%0A.png\"\r\n"), "{head}");
        let boundary = content_type.split_once("boundary=").unwrap().1;
        assert!(head.starts_with(&["--", boundary].concat()));
        assert!(String::from_utf8(tail).unwrap().ends_with(&[boundary, "--\r\n"].concat()));
    }
}
