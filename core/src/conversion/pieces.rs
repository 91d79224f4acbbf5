//! Large outputs, piece by piece ([`Policy::pieces`](crate::Policy::pieces)): for hosts that take an answer several times
//! faster at once than as it comes, but are told nothing meanwhile, as browsers.
//!
//! The first piece is read as it comes, and shows how fast the line is. Where that is what takes the time, the rest is read
//! alike, in one answer. On a fast line every further piece is as much as should come within [`SPAN`], at once. After a
//! failure the rest is read as it comes, because what is taken at once is lost when it breaks off.

/// Outputs from this size on are loaded in pieces, in bytes.
const LARGE: u64 = 64 << 20;
/// The first piece, in bytes.
const FIRST: u64 = 4 << 20;
/// The longest piece, in bytes.
const LONGEST: u64 = 1 << 30;
/// From this speed on a line is fast, in bytes per millisecond.
const FAST: u64 = 20_000;
/// How long a piece should take, in milliseconds.
const SPAN: u64 = 1_000;

/// How much of an output is asked for in one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Portion {
    /// All the rest, which is read as it comes.
    #[default]
    Rest,
    /// The first piece, which is read as it comes.
    First,
    /// So many bytes, which are taken at once.
    Piece(u64),
}

impl Portion {
    /// What is asked for first.
    pub(super) fn first(size: Option<u64>) -> Self {
        if size.is_some_and(|size| size >= LARGE) { Self::First } else { Self::Rest }
    }

    /// What is asked for after one that took this long, in milliseconds.
    pub(super) fn next(self, took: u64) -> Self {
        let Some(length) = self.length() else { return Self::Rest };
        let speed = length / took.max(1);
        if speed < FAST { Self::Rest } else { Self::Piece((speed * SPAN).min(LONGEST)) }
    }

    /// Its length, where it is not all the rest.
    pub(super) fn length(self) -> Option<u64> {
        match self {
            Self::Rest => None,
            Self::First => Some(FIRST),
            Self::Piece(length) => Some(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_line_gets_the_rest_in_one_answer_and_a_fast_one_pieces_of_a_second() {
        assert_eq!(Portion::first(None), Portion::Rest);
        assert_eq!(Portion::first(Some(LARGE - 1)), Portion::Rest);
        assert_eq!(Portion::first(Some(LARGE)), Portion::First);
        assert_eq!(Portion::First.next(4_000), Portion::Rest);
        assert_eq!(Portion::First.next(100), Portion::Piece(FIRST / 100 * SPAN));
        assert_eq!(Portion::Piece(LONGEST).next(0), Portion::Piece(LONGEST));
        assert_eq!(Portion::Piece(LONGEST).next(60_000), Portion::Rest);
    }
}
