//! The option `page_range`: which pages of a document are wanted.

use super::{Failure, Work};

/// Pages from the first to the last, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageRange {
    pub(super) first: u32,
    pub(super) last: u32,
}

impl PageRange {
    /// `2`, `1-3` or `3-`; all pages without it.
    pub(super) fn read(work: &Work) -> Result<Self, Failure> {
        work.word("page_range").map_or(Ok(Self { first: 1, last: u32::MAX }), |range| parse(&range))
    }

    /// As far as a document of so many pages has them.
    pub(super) fn within(self, count: u32) -> Result<Self, Failure> {
        if count == 0 {
            return Err(Failure::BadInput("The input file has no pages".into()));
        }
        if self.first > count {
            return Err(Failure::BadParameter(format!(
                "converteroptions: page_range begins after the last page, which is {count}"
            )));
        }
        Ok(Self { last: self.last.min(count), ..self })
    }

    pub(super) const fn count(self) -> u32 {
        self.last - self.first + 1
    }

    pub(super) const fn has(self, page: u32) -> bool {
        self.first <= page && page <= self.last
    }
}

fn parse(range: &str) -> Result<PageRange, Failure> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let last = if last.trim().is_empty() { Ok(u32::MAX) } else { last.trim().parse() };
    match (first.trim().parse(), last) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok(PageRange { first, last }),
        _ => Err(Failure::BadParameter(
            "converteroptions: page_range has to be like 2, 1-3 or 3-; the first page is 1".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_ranges() {
        let range = |first, last| PageRange { first, last };
        assert_eq!(parse("2").unwrap(), range(2, 2));
        assert_eq!(parse("1-3").unwrap(), range(1, 3));
        assert_eq!(parse("3 -").unwrap(), range(3, u32::MAX));
        for wrong in ["", "0", "0-1", "3-2", "a", "-2", "1,3", "1-2-3"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(range(2, u32::MAX).within(5).unwrap(), range(2, 5));
        assert!(range(6, 7).within(5).is_err());
    }
}
