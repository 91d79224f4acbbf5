//! `multipart/form-data` around bytes that the core never holds (RFC 7578; "File uploads").

use std::ops::Range;

use crate::backoff::Random;
use crate::http::{Body, Fields, Form, Piece, Request};
use crate::job::InputFile;
#[cfg(feature = "framing")]
use crate::text::cut;

/// The name of the field that every file stands in.
const FIELD: &str = "file";

/// The request with a form of text fields, in this order, then these of the files.
pub(crate) fn form(
    request: Request,
    fields: &Fields,
    files: &[InputFile],
    range: Range<usize>,
    random: &mut Random,
) -> Request {
    let names = files.iter().take(range.end).skip(range.start).map(|file| file.name.clone()).collect();
    let form = Some(Form { fields: fields.clone(), field: FIELD, names });
    let (request, pieces, len) = frame(request, fields, files, range, random);
    Request { body: Body::Stream { pieces, len, form }, ..request }
}

/// The files alone, for hosts that frame forms themselves.
#[cfg(not(feature = "framing"))]
fn frame(
    request: Request,
    _: &Fields,
    files: &[InputFile],
    range: Range<usize>,
    _: &mut Random,
) -> (Request, Vec<Piece>, Option<u64>) {
    let mut len = Some(0_u64);
    let mut pieces = Vec::new();
    for (index, file) in files.iter().enumerate().take(range.end).skip(range.start) {
        len = add(len, file.size);
        pieces.push(Piece::File(index));
    }
    (request, pieces, len)
}

/// The length of the framing of a field, about: the boundary and its header.
#[cfg(feature = "framing")]
const FRAME: usize = 128;

/// The framing of the fields and files: what the request says of it, its pieces, and how long they are.
#[cfg(feature = "framing")]
fn frame(
    request: Request,
    fields: &Fields,
    files: &[InputFile],
    range: Range<usize>,
    random: &mut Random,
) -> (Request, Vec<Piece>, Option<u64>) {
    let boundary = boundary(random);
    let mut pieces = Vec::with_capacity(range.len().min(files.len()) * 2 + 1);
    let mut len = Some(0_u64);
    // What stands before the next file.
    let texts: usize = fields.iter().map(|(name, value)| name.len() + value.len() + FRAME).sum();
    let mut head = String::with_capacity(texts + FRAME * 2);
    head.push_str("--");
    for (name, value) in fields.iter() {
        head.push_str(&boundary);
        head.push_str("\r\ncontent-disposition: form-data; name=\"");
        escape(name, &mut head);
        head.push_str("\"\r\n\r\n");
        head.push_str(value);
        head.push_str("\r\n--");
    }
    for (index, file) in files.iter().enumerate().take(range.end).skip(range.start) {
        head.push_str(&boundary);
        head.push_str("\r\ncontent-disposition: form-data; name=\"");
        head.push_str(FIELD);
        head.push_str("\"; filename=\"");
        escape(&file.name, &mut head);
        head.push_str("\"\r\ncontent-type: application/octet-stream\r\n\r\n");
        len = add(add(len, Some(head.len() as u64)), file.size);
        pieces.extend([Piece::Bytes(head.into_bytes()), Piece::File(index)]);
        head = String::from("\r\n--");
    }
    let tail = [&head, &boundary, "--\r\n"].concat();
    len = add(len, Some(tail.len() as u64));
    pieces.push(Piece::Bytes(tail.into_bytes()));
    let content_type = ["multipart/form-data; boundary=", &boundary].concat();
    (request.header("content-type", content_type), pieces, len)
}

fn add(sum: Option<u64>, more: Option<u64>) -> Option<u64> {
    sum?.checked_add(more?)
}

/// As browsers write names: quotes and line breaks percent-encoded, the rest in UTF-8.
#[cfg(feature = "framing")]
fn escape(name: &str, into: &mut String) {
    let mut rest = name;
    while let Some((before, behind)) = cut(rest, b"\"\r\n") {
        into.push_str(before);
        into.push_str(match rest.as_bytes()[before.len()] {
            b'"' => "%22",
            b'\r' => "%0D",
            _ => "%0A",
        });
        rest = behind;
    }
    into.push_str(rest);
}

/// 128 random bits: the content cannot be searched for the boundary, so it must not be guessable.
#[cfg(feature = "framing")]
fn boundary(random: &mut Random) -> String {
    random.letters("----cloudconvert", 13)
}

#[cfg(all(test, feature = "framing"))]
mod tests {
    use super::*;
    use crate::http::Method;

    fn framed(files: &[(&str, Option<u64>)]) -> (String, String, Option<u64>) {
        let files: Vec<_> =
            files.iter().map(|(name, size)| InputFile { name: (*name).to_owned(), size: *size }).collect();
        let request = Request::new(Method::Post, String::new());
        let request = form(request, &Fields::default(), &files, 0..files.len(), &mut Random(1));
        let Body::Stream { pieces, len, .. } = request.body else { panic!("a stream") };
        let pieces = pieces.iter().map(|piece| match piece {
            Piece::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
            Piece::File(index) => format!("<{index}>"),
        });
        (request.headers[0].1.clone(), pieces.collect(), len)
    }

    #[test]
    fn the_length_counts_framing_and_content() {
        let (content_type, text, len) = framed(&[("a\"b\r\n.png", Some(5_000_000_000))]);
        assert_eq!(len, Some(5_000_000_000 + (text.len() - "<0>".len()) as u64));
        let boundary = content_type.split_once("boundary=").unwrap().1;
        assert!(text.starts_with(&format!("--{boundary}\r\n")), "{text}");
        assert!(text.contains("filename=\"a%22b%0D%0A.png\"\r\n"), "{text}");
        assert!(text.ends_with(&format!("<0>\r\n--{boundary}--\r\n")), "{text}");
    }

    #[test]
    fn fields_stand_before_the_file_in_their_order_as_they_are() {
        let files = ["a.png", "b.png"].map(|name| InputFile { name: name.to_owned(), size: Some(3) });
        let fields = [("acl", "private"), ("key", "1/${filename}")].into_iter().collect::<Fields>();
        let request = Request::new(Method::Post, String::new());
        let request = form(request, &fields, &files, 1..2, &mut Random(1));
        let Body::Stream { pieces, len, .. } = request.body else { panic!("a stream") };
        let [Piece::Bytes(head), Piece::File(1), Piece::Bytes(tail)] = pieces.as_slice() else {
            panic!("the second file alone")
        };
        let boundary = request.headers[0].1.split_once("boundary=").unwrap().1;
        let head = String::from_utf8(head.clone()).unwrap().replace(boundary, "B").replace("\r\n", "|");
        assert_eq!(
            head,
            "--B|content-disposition: form-data; name=\"acl\"||private|--B|content-disposition: form-data; \
             name=\"key\"||1/${filename}|--B|content-disposition: form-data; name=\"file\"; \
             filename=\"b.png\"|content-type: application/octet-stream||"
        );
        assert_eq!(
            len,
            Some((head.replace('B', boundary).replace('|', "\r\n").len() + 3 + tail.len()) as u64)
        );
    }

    #[test]
    fn several_files_stand_in_one_form() {
        let (content_type, text, len) = framed(&[("a.png", Some(3)), ("b.png", Some(4))]);
        let boundary = content_type.split_once("boundary=").unwrap().1;
        assert_eq!(len, Some(7 + (text.len() - "<0><1>".len()) as u64));
        assert_eq!(text.matches(&format!("\r\n--{boundary}\r\n")).count(), 1);
        assert!(text.find("a.png").unwrap() < text.find("<0>").unwrap());
        assert!(text.find("<0>").unwrap() < text.find("b.png").unwrap());
        assert_eq!(framed(&[("a.png", Some(3)), ("b.png", None)]).2, None);
    }
}
