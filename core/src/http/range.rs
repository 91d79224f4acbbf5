//! What an answer says of the bytes that it brings: `Content-Range`, `ETag`, `Last-Modified`, `Content-Type` (RFC 9110).

use super::Response;
use crate::text::{before, cut, parts};

/// `Content-Range`: `bytes 3-5/6`, or `bytes */6` with a 416.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    /// Where in the whole the first byte of this answer belongs.
    pub(crate) first: Option<u64>,
    /// How long the whole is.
    pub(crate) total: Option<u64>,
}

impl ContentRange {
    /// That of an answer; none where it has none that can be read.
    pub(crate) fn of(response: &Response) -> Option<Self> {
        let (unit, range) = cut(response.header("content-range")?.trim_ascii(), b" ")?;
        let (range, total) = cut(range.trim_ascii(), b"/")?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let first = cut(range, b"-").and_then(|(first, _)| first.trim_ascii().parse().ok());
        (first.is_some() || range.trim_ascii() == "*")
            .then(|| Self { first, total: total.trim_ascii().parse().ok() })
    }
}

/// Which version of a file an answer brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version {
    /// `ETag`.
    tag: Option<String>,
    /// `Last-Modified`.
    modified: Option<String>,
    /// Whether that was the moment of the answer: then the file may have changed again within the same second.
    fresh: bool,
}

impl Version {
    /// What an answer says.
    pub(crate) fn of(response: &Response) -> Self {
        let modified = response.header("last-modified").map(|text| text.trim_ascii().to_owned());
        Self {
            tag: response.header("etag").map(|tag| tag.trim_ascii().to_owned()),
            fresh: modified.is_some() && response.header("date").map(str::trim) == modified.as_deref(),
            modified,
        }
    }

    /// The value of `If-Range`, which makes a server send the rest of this version or the whole of another one. A weak `ETag`
    /// may stay the same for other bytes.
    pub(crate) fn if_range(&self) -> Option<&str> {
        self.strong().or_else(|| self.modified.as_deref().filter(|_| !self.fresh))
    }

    /// Whether an answer certainly brings another version.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        let differ =
            |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
        differ(&self.tag, &other.tag) || differ(&self.modified, &other.modified)
    }

    /// Whether a part may be of this version. A part has the `ETag` that the whole had (RFC 9110, 15.3.7), unless the date
    /// was what had to be the same. So one that has a version does not go on with what had none.
    pub(crate) fn may_go_on_with(&self, part: &Self) -> bool {
        let by_date = self.strong().is_none() && self.if_range().is_some();
        !self.differs(part)
            && (self.tag.is_none() || part.tag.is_some() || by_date)
            && (self.is_told() || !part.is_told())
    }

    /// Whether the service names it.
    fn is_told(&self) -> bool {
        self.tag.is_some() || self.modified.is_some()
    }

    /// The one that a request names in `If-Range`.
    #[cfg(feature = "calls")]
    pub(crate) fn named(text: &str) -> Self {
        let (tag, date) = if text.starts_with('"') { (Some(text), None) } else { (None, Some(text)) };
        Self { tag: tag.map(str::to_owned), modified: date.map(str::to_owned), fresh: false }
    }

    fn strong(&self) -> Option<&str> {
        self.tag.as_deref().filter(|tag| tag.starts_with('"'))
    }
}

/// How long the body of an answer is, where that says something of the file: a compressed form has another length.
pub(crate) fn content_length(response: &Response) -> Option<u64> {
    announced_length(response).filter(|_| !is_encoded(response))
}

/// How long the body of an answer is as it is sent.
pub(crate) fn announced_length(response: &Response) -> Option<u64> {
    response.header("content-length")?.trim_ascii().parse().ok()
}

/// Whether the host gets a compressed form, and unpacks it.
pub(crate) fn is_encoded(response: &Response) -> bool {
    response
        .header("content-encoding")
        .is_some_and(|coding| !coding.trim_ascii().eq_ignore_ascii_case("identity"))
}

/// Whether an answer is a page, as of a login, where a file of this name was asked for.
pub(crate) fn is_page(response: &Response, name: &str) -> bool {
    let kind = response.header("content-type").map_or("", |kind| before(kind, b";"));
    let is = |other: &str| kind.trim_ascii().eq_ignore_ascii_case(other);
    let extension = crate::names::extension(name);
    let extension = extension.as_deref().unwrap_or_default();
    let is_text = before(kind, b"/").trim_ascii_start().eq_ignore_ascii_case("text");
    // Searching for a text in a text would cost a page 2 KB.
    (is("text/html") || is("application/xhtml+xml")) && !matches!(extension, "" | "html" | "htm" | "xhtml" | "mhtml" | "shtml")
        // Many formats are text; these are not.
        || (is_text || is("application/json") || is("application/xml")) && parts(NO_TEXT, b' ').any(|known| known == extension)
}

/// The extensions of common outputs that are no text.
const NO_TEXT: &str = "jpg jpeg png gif webp tif tiff bmp pdf zip docx xlsx pptx mp3 mp4 mov wav";

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Response { status: 206, headers: headers.collect(), ..Response::default() }
    }

    #[test]
    fn content_range_is_read_or_refused() {
        let read = |text: &str| ContentRange::of(&answer(&[("Content-Range", text)]));
        let range = |first, total| Some(ContentRange { first, total });
        assert_eq!(read("bytes 3-5/6"), range(Some(3), Some(6)));
        assert_eq!(read("Bytes 3-5/*"), range(Some(3), None));
        assert_eq!(read("bytes */6"), range(None, Some(6)));
        for nonsense in ["", "bytes", "bytes 3", "bytes -5/6", "items 3-5/6", "bytes x-5/6", "3-5/6"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn versions_differ_only_where_both_say_so() {
        let tagged = Version::of(&answer(&[("ETag", "\"a\"")]));
        let weak = Version::of(&answer(&[("ETag", "W/\"a\"")]));
        let weak_too = Version::of(&answer(&[("ETag", "W/\"b\"")]));
        let (monday, tuesday) = ("Mon, 13 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:20 GMT");
        let dated = Version::of(&answer(&[("Last-Modified", monday), ("Date", tuesday)]));
        let fresh = Version::of(&answer(&[("Last-Modified", tuesday), ("Date", tuesday)]));
        assert_eq!(tagged.if_range(), Some("\"a\""));
        assert_eq!(weak.if_range(), None);
        assert_eq!(dated.if_range(), Some(monday));
        assert_eq!(fresh.if_range(), None);
        assert!(tagged.differs(&Version::of(&answer(&[("ETag", "\"b\"")]))) && dated.differs(&fresh));
        assert!(tagged.differs(&weak) && !tagged.differs(&dated) && !tagged.differs(&tagged));
        for (beginning, part) in [(&tagged, &tagged), (&dated, &tagged), (&weak, &weak)] {
            assert!(beginning.may_go_on_with(part), "{beginning:?} {part:?}");
        }
        let none = Version::default();
        assert!(none.may_go_on_with(&none) && dated.may_go_on_with(&none));
        for (beginning, part) in [
            (&tagged, &dated),
            (&tagged, &weak),
            (&dated, &fresh),
            (&weak, &weak_too),
            (&weak, &dated),
            (&none, &tagged),
            (&none, &dated),
        ] {
            assert!(!beginning.may_go_on_with(part), "{beginning:?} {part:?}");
        }
    }

    #[test]
    fn a_page_is_told_from_what_was_asked_for() {
        let page = answer(&[("Content-Type", "text/HTML; charset=utf-8")]);
        for (name, expected) in [("a.jpg", true), ("a.html", false), ("a.HTM", false), ("output", false)] {
            assert_eq!(is_page(&page, name), expected, "{name}");
        }
        assert!(is_page(&answer(&[("Content-Type", "application/xhtml+xml")]), "a.svg"));
        assert!(!is_page(&answer(&[("Content-Type", "image/jpeg")]), "a.jpg"));
        assert!(!is_page(&answer(&[]), "a.jpg"));
        for (kind, name, expected) in [
            ("application/json", "a.jpg", true),
            ("application/xml; charset=utf-8", "a.pdf", true),
            ("application/json", "a.geojson", false),
            ("text/xml", "a.svg", false),
            ("text/plain; charset=utf-8", "a.jpg", true),
            ("Text/Plain", "a.csv", false),
            ("image/gif", "a.jpg", false),
            ("application/json", "output", false),
        ] {
            assert_eq!(is_page(&answer(&[("Content-Type", kind)]), name), expected, "{kind} {name}");
        }
    }
}
