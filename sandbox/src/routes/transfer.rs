//! How the content of a part of a form is written for its way: as it is, or in letters of ASCII, as mail does (RFC 2045, 6).
//! RFC 7578 has done away with the latter, but clients that are made of libraries for mail write it.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

/// What a part that is not written as it says was to be.
type Broken = &'static str;

pub(super) enum Transfer {
    AsItIs,
    /// With letters that are no group of four yet.
    Base64(Vec<u8>),
    /// With what may be the beginning of a sign that is written in three.
    Quoted(Vec<u8>),
}

impl Transfer {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let said = headers.get("content-transfer-encoding").and_then(|value| value.to_str().ok());
        match said.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "base64" => Self::Base64(Vec::new()),
            "quoted-printable" => Self::Quoted(Vec::new()),
            _ => Self::AsItIs,
        }
    }

    /// The content of a chunk, as far as it is whole.
    pub(super) fn decode(&mut self, chunk: Bytes) -> Result<Bytes, Broken> {
        match self {
            Self::AsItIs => Ok(chunk),
            Self::Base64(rest) => {
                rest.extend(chunk.iter().filter(|byte| !byte.is_ascii_whitespace()));
                let whole: Vec<u8> = rest.drain(..rest.len() / 4 * 4).collect();
                // Some write pieces that each end with signs that fill up.
                let groups = whole.split_inclusive(|byte| *byte == b'=').filter(|group| *group != b"=");
                let mut content = Vec::with_capacity(whole.len());
                for group in groups {
                    let padded =
                        [group, if group.len() % 4 == 3 && group.ends_with(b"=") { b"=" } else { b"" }];
                    content.extend(STANDARD.decode(padded.concat()).map_err(|_| "base64")?);
                }
                Ok(content.into())
            }
            Self::Quoted(rest) => {
                rest.extend_from_slice(&chunk);
                let keep = rest.iter().rev().take(2).position(|byte| *byte == b'=').map_or(0, |at| at + 1);
                let rest_of_all = rest.split_off(rest.len() - keep);
                let content = unquoted(&std::mem::replace(rest, rest_of_all))?;
                Ok(content.into())
            }
        }
    }

    /// What is left when no more chunks come; none where nothing is.
    pub(super) fn finish(&mut self) -> Option<Result<Bytes, Broken>> {
        match std::mem::replace(self, Self::AsItIs) {
            Self::Base64(rest) if !rest.is_empty() => Some(Err("base64")),
            Self::Quoted(rest) if !rest.is_empty() => Some(unquoted(&rest).map(Bytes::from)),
            _ => None,
        }
    }
}

/// `=C3=A4` is two bytes; a line that ends with `=` goes on.
fn unquoted(text: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut content = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'=' {
            content.push(*first);
        } else if let Some(after) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) {
            rest = after;
        } else if let Some((digits, after)) = rest.split_first_chunk::<2>() {
            let byte = hex::decode(digits).map_err(|_| "quoted-printable")?;
            content.extend(byte);
            rest = after;
        } else if !rest.is_empty() {
            return Err("quoted-printable");
        }
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: &str, text: &str, size: usize) -> Result<Vec<u8>, Broken> {
        let value = axum::http::HeaderValue::from_str(encoding).unwrap();
        let headers = [("content-transfer-encoding".parse().unwrap(), value)].into_iter().collect();
        let mut transfer = Transfer::of(&headers);
        let mut content = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            content.extend(transfer.decode(Bytes::copy_from_slice(chunk))?);
        }
        if let Some(rest) = transfer.finish() {
            content.extend(rest?);
        }
        Ok(content)
    }

    #[test]
    fn chunk_by_chunk() {
        for size in 1..9 {
            for (encoding, text, content) in [
                ("binary", "a=3D", "a=3D"),
                ("Base64", "R3LDtsOf\r\nZQ==\r\n", "Größe"),
                ("base64", "R3I=w7bDn2U=", "Größe"),
                ("BASE64", "", ""),
                ("quoted-printable", "Gr=C3=B6=\r\n=C3=9fe =3D=\nx", "Größe =x"),
            ] {
                assert_eq!(decoded(encoding, text, size).as_deref(), Ok(content.as_bytes()), "{text} {size}");
            }
            for (encoding, text) in [("base64", "R3L"), ("base64", "R3!="), ("quoted-printable", "a=XYz")] {
                assert!(decoded(encoding, text, size).is_err(), "{text} {size}");
            }
        }
    }
}
