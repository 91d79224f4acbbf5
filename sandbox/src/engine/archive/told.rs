//! What is told of members that are not in the output as they were.

use std::collections::HashSet;

use super::path::Path;
use crate::engine::Progress;
use crate::file::StoredFile;
use crate::names::Unique;

/// What there is to tell, by what it is about.
#[derive(Default)]
pub(super) struct Told {
    pub(super) renamed: Vec<String>,
    pub(super) unusual: Vec<String>,
    pub(super) doubled: Vec<String>,
    pub(super) alike: Vec<String>,
    pub(super) unfit: Vec<String>,
    pub(super) special: Vec<String>,
    pub(super) lost_links: Vec<String>,
    pub(super) behind_links: Vec<String>,
    pub(super) empty_folders: Vec<String>,
    pub(super) bits: Vec<String>,
    pub(super) times: Vec<String>,
}

impl Told {
    /// The names that files get in a new archive, and what there is to tell of them.
    pub(super) fn of_packed(inputs: &[StoredFile]) -> (Vec<String>, Self) {
        let (mut taken, mut wanted, mut told) = (Unique::default(), HashSet::new(), Self::default());
        let named = inputs.iter().map(|input| {
            let name = taken.take(&input.name);
            let is_first = wanted.insert(&input.name);
            if name != input.name {
                let kind = if is_first { &mut told.alike } else { &mut told.doubled };
                kind.push(format!("{} is called {name}", input.name));
            }
            if Path::of(&name).is_unfit_for_windows() {
                told.unfit.push(name.clone());
            }
            name
        });
        (named.collect(), told)
    }

    pub(super) fn tell(self, progress: &Progress) {
        let sentences = [
            ("Names were changed, so that they stay inside of the folder", self.renamed),
            (
                "Names were changed that are too long for a file, or have characters that are not seen",
                self.unusual,
            ),
            ("Several members have the same name", self.doubled),
            (
                "Names differ only in case or in how accents are written, so that on some systems one would take the place of the other",
                self.alike,
            ),
            ("Names are kept that Windows does not take", self.unfit),
            ("Members are left out that are no files", self.special),
            ("Links are left out that lead out of the archive, or to nothing in it", self.lost_links),
            ("Members are left out that stand behind a link", self.behind_links),
            ("Empty folders are left out", self.empty_folders),
            ("The bits setuid, setgid and sticky of permissions are left out", self.bits),
            (
                "Times are left out that a ZIP has no place for, which begins in 1970 and ends in 2106",
                self.times,
            ),
        ];
        for (sentence, names) in sentences.into_iter().filter(|(_, names)| !names.is_empty()) {
            let more = names.len().saturating_sub(3);
            let some = names[..names.len() - more].join(", ");
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            progress.warn(format!("{sentence}: {some}{more}"));
        }
    }
}
