//! `Range`, as RFC 9110 (14) has it: what is asked for, of a file of so many bytes.

use axum::http::{HeaderMap, header};

/// More are not worth their headers: then the whole is sent.
const MAX_PARTS: usize = 32;

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) from: u64,
    /// The first byte behind it.
    pub(super) to: u64,
}

impl Part {
    pub(super) const fn len(self) -> u64 {
        self.to - self.from
    }

    /// As `Content-Range` says it.
    pub(super) fn of(self, size: u64) -> String {
        format!("bytes {}-{}/{size}", self.from, self.to - 1)
    }
}

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    Parts(Vec<Part>),
    /// Nothing of it is there: 416.
    Behind,
}

/// What is invalid or in an unknown unit is ignored, so that the whole is sent.
pub(super) fn wanted(headers: &HeaderMap, size: u64) -> Wanted {
    let header = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let set = header
        .and_then(|header| header.split_once('='))
        .filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
    let Some((_, set)) = set else { return Wanted::Whole };
    let specs = set.split(',').map(|spec| spec.trim_matches([' ', '\t'])).filter(|spec| !spec.is_empty());
    let Some(mut parts) = specs.map(|spec| parse(spec, size)).collect::<Option<Vec<_>>>() else {
        return Wanted::Whole;
    };
    let none_asked_for = parts.is_empty();
    parts.retain(|part| part.len() > 0);
    match parts.len() {
        _ if none_asked_for => Wanted::Whole,
        0 => Wanted::Behind,
        1..=MAX_PARTS => Wanted::Parts(apart(parts)),
        _ => Wanted::Whole,
    }
}

/// One range, as far as it is there; none where it is invalid.
fn parse(spec: &str, size: u64) -> Option<Part> {
    let (first, last) = spec.split_once('-')?;
    if first.is_empty() {
        return Some(Part { from: size.saturating_sub(number(last)?), to: size });
    }
    let from = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < from {
        return None;
    }
    Some(Part { from: from.min(size), to: last.saturating_add(1).min(size) })
}

/// Digits alone; what is too large for a file is very large.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Parts as they were asked for; where some overlap, joined and in order, so that nothing is sent twice.
fn apart(parts: Vec<Part>) -> Vec<Part> {
    let mut sorted = parts.clone();
    sorted.sort_by_key(|part| part.from);
    if sorted.windows(2).all(|pair| pair[0].to <= pair[1].from) {
        return parts;
    }
    let mut joined: Vec<Part> = Vec::new();
    for part in sorted {
        match joined.last_mut() {
            Some(last) if part.from <= last.to => last.to = last.to.max(part.to),
            _ => joined.push(part),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(range: &str, size: u64) -> Wanted {
        wanted(&[(header::RANGE, HeaderValue::from_str(range).unwrap())].into_iter().collect(), size)
    }

    fn parts(parts: &[(u64, u64)]) -> Wanted {
        Wanted::Parts(parts.iter().map(|&(from, to)| Part { from, to }).collect())
    }

    #[test]
    fn ranges_as_clients_write_them() {
        for (range, expected) in [
            ("bytes=0-9", parts(&[(0, 10)])),
            ("Bytes=90-", parts(&[(90, 100)])),
            ("bytes=90-1000", parts(&[(90, 100)])),
            ("bytes=99-99999999999999999999999", parts(&[(99, 100)])),
            ("bytes=-10", parts(&[(90, 100)])),
            ("bytes=-5000", parts(&[(0, 100)])),
            ("bytes=0-9,20-29", parts(&[(0, 10), (20, 30)])),
            ("bytes=20-29 ,\t0-9,", parts(&[(20, 30), (0, 10)])),
            ("bytes=0-9,100-109", parts(&[(0, 10)])),
            ("bytes=50-69,0-9,60-79", parts(&[(0, 10), (50, 80)])),
            ("bytes=0-,-1", parts(&[(0, 100)])),
            ("bytes=100-", Wanted::Behind),
            ("bytes=-0", Wanted::Behind),
            ("bytes=100-,200-300", Wanted::Behind),
        ] {
            assert_eq!(of(range, 100), expected, "{range}");
        }
        for ignored in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=5-2",
            "bytes=abc",
            "bytes=-",
            "bytes=+1-2",
            "items=0-1",
            "bytes=1-2-3",
        ] {
            assert_eq!(of(ignored, 100), Wanted::Whole, "{ignored}");
        }
        assert_eq!(of(&format!("bytes={}", "0-0,".repeat(33)), 100), Wanted::Whole);
        assert_eq!(of("bytes=0-", 0), Wanted::Behind);
        assert_eq!(wanted(&HeaderMap::new(), 100), Wanted::Whole);
    }
}
