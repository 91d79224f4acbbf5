//! What a conversion gave, and how much of it was downloaded.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::Process;
use crate::names::random_id;

/// How many pieces of a file are noted. Further ones do not count as sent.
const MAX_PIECES: usize = 1000;

/// The output of a process.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// What `output.url` serves: the file, or a ZIP of several.
    pub(crate) whole: Served,
    /// The single files, where there are several.
    pub(crate) files: Vec<Served>,
}

/// A file that is served.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) size: u64,
    /// Tells this content from any other.
    pub(crate) tag: String,
    pub(crate) made: SystemTime,
    sent: Pieces,
    /// All of it was sent, and not for keeping: only a download that broke off may go on.
    pub(crate) downloaded: bool,
}

impl Served {
    pub(crate) fn new(path: PathBuf, name: String) -> std::io::Result<Self> {
        let size = path.metadata()?.len();
        let (tag, made) = (random_id(), SystemTime::now());
        Ok(Self { path, name, size, tag, made, sent: Pieces::default(), downloaded: false })
    }
}

impl Output {
    /// The file of this name: a single one, or the whole.
    pub(crate) fn named(&self, name: &str) -> Option<&Served> {
        self.files.iter().chain([&self.whole]).find(|file| file.name == name)
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Served> {
        self.files.iter_mut().chain([&mut self.whole])
    }
}

/// Which bytes were sent: from (included) to (excluded), in order and apart from each other.
#[derive(Clone, Debug, Default)]
struct Pieces(Vec<(u64, u64)>);

impl Pieces {
    fn add(&mut self, mut from: u64, mut to: u64) {
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

    fn are_all_of(&self, size: u64) -> bool {
        matches!(self.0.first(), Some(&(0, to)) if to >= size)
    }
}

impl Process {
    /// Notes that a part of an output file was sent. All of its bytes, by one answer or by several, are a download;
    /// what was downloaded is deleted ("after the first download"), but not at once: what was sent may not have
    /// arrived. Meanwhile a download that broke off can go on.
    pub(crate) fn sent(self: &Arc<Self>, file: &Served, from: u64, to: u64, resumable: Duration) {
        let mut gone = Vec::new();
        self.state.send_if_modified(|state| {
            let Some(output) = &mut state.output else { return false };
            let whole = output.whole.path == file.path;
            let Some(served) = output.all().find(|served| served.path == file.path) else { return false };
            served.sent.add(from, to);
            if served.downloaded || !served.sent.are_all_of(served.size) {
                return false;
            }
            state.downloads += 1;
            if state.job.save {
                // The next download counts anew.
                served.sent = Pieces::default();
                return true;
            }
            served.downloaded = true;
            if whole || output.files.iter().all(|file| file.downloaded) {
                output.all().for_each(|served| served.downloaded = true);
                gone.push(self.folder.clone());
            } else {
                gone.push(file.path.clone());
            }
            true
        });
        for path in gone {
            let process = self.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = process.deleted.cancelled() => {}
                    () = tokio::time::sleep(resumable) => {
                        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
                    }
                }
            });
        }
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
