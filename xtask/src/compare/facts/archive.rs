//! What an archive holds.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Facts, shell};
use crate::compare::peer::{files, unzip};

/// The members of an archive, unpacked by other programs.
pub(super) fn facts(file: &Path) -> Result<Facts> {
    let folder = tempfile::tempdir()?;
    let place = format!("'{}'", file.display());
    let line = if file.extension().is_some_and(|extension| extension == "zip") {
        unzip(&place)
    } else {
        format!("tar xzf {place}")
    };
    shell(&line, folder.path())?;
    let mut facts = contents(&files(folder.path()));
    let list = shell("find . -mindepth 1 -printf '%P\\t%y %m %Ts %l\\t%s\\n' | sort", folder.path())?;
    for line in list.lines() {
        let Some((name, rest)) = line.split_once('\t') else { continue };
        let (said, size) = rest.split_once('\t').unwrap_or((rest, ""));
        let size = if said.starts_with('f') { size } else { "" };
        facts.insert(format!("member/{name}"), format!("{said}{size}"));
    }
    Ok(facts)
}

/// What files hold, whatever they are called: a sum for each, with a number where several hold the same.
pub(in crate::compare) fn contents(files: &[PathBuf]) -> Facts {
    let mut count = BTreeMap::<u64, usize>::new();
    // A link that leads nowhere holds nothing.
    let sums = files.iter().filter_map(|file| std::fs::read(file).ok()).map(|content| {
        let mut sum = DefaultHasher::new();
        content.hash(&mut sum);
        let sum = sum.finish();
        let number = count.entry(sum).or_default();
        *number += 1;
        format!("{sum:x}-{number}")
    });
    [("contents".to_owned(), sums.collect::<Vec<_>>().join(" "))].into()
}
