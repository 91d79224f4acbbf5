//! `Content-Disposition`, read and written: the name of a file.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::names::{in_any_encoding, in_encoding};

/// What stands unencoded in an extended header value (RFC 8187).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The file name that headers tell, if they tell one. What is encoded as in mail is decoded where `of_mail` says so.
pub(crate) fn file_name(headers: &HeaderMap, of_mail: bool) -> Option<String> {
    let header = headers.get(header::CONTENT_DISPOSITION)?;
    let parameters = parameters(&in_any_encoding(header.as_bytes()));
    let find = |wanted: &str| parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let extended = find("filename*").and_then(|(_, value)| extended(value));
    let mail = |value: &str| if of_mail { from_mail(value) } else { None };
    let plain = || find("filename").map(|(_, value)| mail(value).unwrap_or_else(|| decode(value)));
    extended.or_else(plain)
}

/// Says what a downloaded file is called, also to those who read ASCII only.
pub(crate) fn attachment(name: &str, inline: bool) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let plain = |c: char| c.is_ascii() && !c.is_ascii_control() && !"\"\\%".contains(c);
    let ascii: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let encoded = utf8_percent_encode(name, PLAIN);
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// The parameters of a header: of `form-data; name="a"; filename=b` they are `name` and `filename`.
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, left) = after.strip_prefix('"').map_or_else(
            || {
                let (value, left) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), left)
            },
            quoted,
        );
        parameters.push((name.trim_matches([' ', '\t', ';']).to_owned(), value));
        rest = left;
    }
    parameters
}

/// A quoted text up to its end, and what follows. Only quotes and backslashes are escaped: some clients write paths
/// with backslashes as they are.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => value.push(escaped),
                None => value.push('\\'),
            },
            character => value.push(character),
        }
    }
    (value, "")
}

/// Browsers write quotes and line breaks in file names percent-encoded, and nothing else.
fn decode(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// A name of words alone that are encoded as in mail (RFC 2047): `=?utf-8?B?R3LDtsOfZQ==?=`.
pub(crate) fn from_mail(name: &str) -> Option<String> {
    let mut decoded = String::new();
    for word in name.split_ascii_whitespace() {
        let mut parts = word.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
        let (label, kind, text) = (parts.next()?, parts.next()?, parts.next()?);
        let bytes = match kind {
            "B" | "b" => STANDARD.decode(text).ok()?,
            "Q" | "q" => {
                let escaped = text.replace('%', "%25").replace('=', "%").replace('_', " ");
                percent_decode_str(&escaped).collect()
            }
            _ => return None,
        };
        decoded.push_str(&in_encoding(Some(label), &bytes));
    }
    Some(decoded).filter(|name| !name.is_empty())
}

/// `UTF-8''na%C3%AFve.png` (RFC 8187), also in other encodings.
fn extended(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let label = parts.next()?;
    let bytes: Vec<u8> = percent_decode_str(parts.nth(1)?).collect();
    Some(in_encoding(Some(label), &bytes))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(header: &str) -> Option<String> {
        read_bytes(header.as_bytes())
    }

    fn read_bytes(header: &[u8]) -> Option<String> {
        let value = HeaderValue::from_bytes(header).unwrap();
        file_name(&[(header::CONTENT_DISPOSITION, value)].into_iter().collect(), true)
    }

    #[test]
    fn names_as_clients_write_them() {
        for (header, name) in [
            (r#"form-data; name="file"; filename="a.png""#, "a.png"),
            (r#"file; filename="inputfile.jpg""#, "inputfile.jpg"),
            ("form-data; name=file; FileName=a.png", "a.png"),
            (r#"form-data; name="a; filename=b"; filename="c""#, "c"),
            (r#"form-data; filename="Größe %22x%22 \"y\".png""#, r#"Größe "x" "y".png"#),
            (r#"form-data; filename="C:\temp\a.png""#, r"C:\temp\a.png"),
            ("form-data; filename=\"x\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.png", "Größe.png"),
            (r#"form-data; filename="=?UTF-8?B?R3LDtsOfZS5tZA==?=""#, "Größe.md"),
            (r#"form-data; filename="=?iso-8859-1?q?Gr=F6=DFe_?= =?UTF-8?Q?100%.md?=""#, "Größe 100%.md"),
            (r#"form-data; filename="=?x?=.md""#, "=?x?=.md"),
            (r#"form-data; filename="open"#, "open"),
            (r#"form-data; filename="""#, ""),
        ] {
            assert_eq!(read(header).as_deref(), Some(name), "{header}");
        }
        // As old clients write it, and such that name another encoding.
        for header in [
            &b"form-data; filename=\"Gr\xf6\xdfe.png\""[..],
            b"form-data; filename*=iso-8859-1''Gr%F6%DFe.png",
        ] {
            assert_eq!(read_bytes(header).as_deref(), Some("Größe.png"));
        }
        for header in ["form-data", r#"form-data; name="filename""#, "filename", ""] {
            assert_eq!(read(header), None, "{header}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        for name in ["a.png", "Größe #1 \"x\" 50 %.png"] {
            assert_eq!(read(&attachment(name, false)).as_deref(), Some(name));
        }
    }
}
