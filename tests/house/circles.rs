//! Whether modules know each other in a circle: one reading for the houses of all crates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Modules, and which others each knows.
pub(crate) type Known = BTreeMap<String, BTreeSet<String>>;

/// Those that know each other in a circle, and those that know these.
pub(crate) fn circles(known: &Known) -> BTreeSet<String> {
    let mut left: BTreeSet<String> = known.keys().cloned().collect();
    // One goes once everything that it knows has gone.
    loop {
        let knows_left = |one: &String| known[one].iter().any(|other| other != one && left.contains(other));
        let Some(free) = left.iter().find(|one| !knows_left(one)).cloned() else { return left };
        left.remove(&free);
    }
}

/// Asserts that no modules of these folders do; gives how often one knows another.
pub(crate) fn assert_none(folders: Vec<PathBuf>, modules: impl Fn(&Path) -> Known) -> usize {
    let mut count = 0;
    for folder in folders {
        let known = modules(&folder);
        count += known.values().map(BTreeSet::len).sum::<usize>();
        let left = circles(&known);
        let folder = folder.display();
        assert!(left.is_empty(), "these modules of {folder} know each other: {left:?} of {known:?}");
    }
    count
}
