//! A file that can be downloaded, and how much of it was.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::file::{StoredFile, content_tag};

/// How many pieces of a file are noted. Further ones do not count as sent.
const MAX_PIECES: usize = 1000;

/// A file that is served.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Served {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) size: u64,
    /// Its MD5, which tells this content from any other.
    pub(crate) tag: String,
    pub(crate) made: SystemTime,
    pub(super) sent: Pieces,
    /// All of it was sent, and not for keeping: only a download that broke off may go on.
    pub(crate) downloaded: bool,
}

impl Served {
    /// Reads all of the file once, for its tag.
    pub(super) fn new(StoredFile { path, name, size }: StoredFile) -> io::Result<Self> {
        let (tag, made) = (content_tag(File::open(&path)?)?, SystemTime::now());
        Ok(Self { path, name, size, tag, made, sent: Pieces::default(), downloaded: false })
    }
}

/// Which bytes were sent: from (included) to (excluded), in order and apart from each other.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Pieces(Vec<(u64, u64)>);

impl Pieces {
    pub(super) fn add(&mut self, mut from: u64, mut to: u64) {
        let apart = |(other_from, other_to): &(u64, u64)| *other_to < from || to < *other_from;
        let (mut pieces, touched): (Vec<_>, Vec<_>) = self.0.iter().copied().partition(apart);
        for piece in touched {
            from = from.min(piece.0);
            to = to.max(piece.1);
        }
        if pieces.len() < MAX_PIECES {
            pieces.insert(pieces.partition_point(|piece| piece.0 < from), (from, to));
            self.0 = pieces;
        }
    }

    pub(super) fn are_all_of(&self, size: u64) -> bool {
        matches!(self.0.first(), Some(&(0, to)) if to >= size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join() {
        let mut pieces = Pieces::default();
        for (from, to) in [(5, 10), (20, 30), (0, 2), (9, 12), (2, 5)] {
            pieces.add(from, to);
        }
        assert_eq!(pieces.0, [(0, 12), (20, 30)]);
        assert!(!pieces.are_all_of(30));
        pieces.add(12, 20);
        assert!(pieces.are_all_of(30) && !pieces.are_all_of(31));
        let mut empty = Pieces::default();
        assert!(!empty.are_all_of(0));
        empty.add(0, 0);
        assert!(empty.are_all_of(0));
    }

    #[test]
    fn pieces_are_bounded() {
        let mut pieces = Pieces::default();
        (0..10_000).for_each(|number| pieces.add(number * 2, number * 2 + 1));
        assert_eq!(pieces.0.len(), MAX_PIECES);
        pieces.add(0, 50_000);
        assert!(pieces.are_all_of(50_000));
    }
}
