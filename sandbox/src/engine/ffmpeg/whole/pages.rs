//! Pages of Ogg.

/// In the head of a page, that it is the last one of a stream (RFC 3533, 6).
const LAST: u8 = 4;

/// Whether the last page that begins here is whole, and the last one of its stream.
pub(super) fn end_with_last(end: &[u8]) -> bool {
    let Some(at) = end.windows(4).rposition(|part| part == b"OggS") else { return false };
    let page = &end[at..];
    let (Some(kind), Some(count)) = (page.get(5), page.get(26)) else { return false };
    let Some(sizes) = page.get(27..27 + usize::from(*count)) else { return false };
    let size: usize = sizes.iter().map(|size| usize::from(*size)).sum();
    kind & LAST != 0 && page.len() >= 27 + sizes.len() + size
}
