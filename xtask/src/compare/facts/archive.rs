//! What an archive holds.

use std::path::Path;

use anyhow::Result;

use super::{Facts, shell};

/// The members of an archive, unpacked by other programs.
pub(super) fn facts(file: &Path) -> Result<Facts> {
    let folder = tempfile::tempdir()?;
    let place = format!("'{}'", file.display());
    let line = if file.extension().is_some_and(|extension| extension == "zip") {
        // `7z` knows more methods, and `unzip` all of Unix.
        format!("unzip -q -P secret {place} || test $? = 1 || 7z x -y -psecret {place}")
    } else {
        format!("tar xzf {place}")
    };
    shell(&line, folder.path())?;
    let list = shell("find . -mindepth 1 -printf '%P\\t%y %m %Ts %l\\t%s\\n' | sort", folder.path())?;
    let mut facts = Facts::new();
    for line in list.lines() {
        let Some((name, rest)) = line.split_once('\t') else { continue };
        let (said, size) = rest.split_once('\t').unwrap_or((rest, ""));
        let size = if said.starts_with('f') { size } else { "" };
        facts.insert(format!("member/{name}"), format!("{said}{size}"));
    }
    Ok(facts)
}
