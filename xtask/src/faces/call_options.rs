//! The options of single calls: each language has those that are described, and no others.

use std::fs;

use anyhow::{Context, Result, ensure};
use cloudconvert_core::surface::{CALL_OPTIONS, CallOption};

use super::face::{CallPlace, Face};
use super::read::names_in;
use crate::paths::root;

/// Whether a face has an option of a single call.
pub(super) fn has(face: &Face, option: &CallOption) -> Result<bool> {
    let name = face.option_of(option.call, option.name);
    for place in places(face, option.call) {
        if place.declared()?.contains(&name) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An option that is not described is one that the other languages will lack.
pub(super) fn no_other_is_offered(face: &Face) -> Result<()> {
    for place in face.call_options {
        let described = CALL_OPTIONS.iter().filter(|option| option.call == place.call);
        let described: Vec<_> = described.map(|option| face.option_of(option.call, option.name)).collect();
        for name in place.declared()? {
            ensure!(
                described.contains(&name) || face.about.contains(&name.as_str()),
                "{}: the call {} has the option {name}, which core/src/surface/call_options.rs does not describe",
                face.name,
                place.call
            );
        }
    }
    for option in CALL_OPTIONS {
        ensure!(
            places(face, option.call).next().is_some() || face.call_options.is_empty(),
            "{}: xtask/src/faces/languages does not tell where the options of {} are",
            face.name,
            option.call
        );
    }
    Ok(())
}

fn places<'f>(face: &'f Face, call: &'f str) -> impl Iterator<Item = &'f CallPlace> {
    face.call_options.iter().filter(move |place| place.call == call)
}

impl CallPlace {
    /// The names that stand in one of its forms.
    fn declared(&self) -> Result<Vec<String>> {
        let text = fs::read_to_string(root().join(self.file))?;
        let inside = text.split_once(self.head).and_then(|(_, rest)| Some(rest.split_once(self.end)?.0));
        let inside = inside.with_context(|| {
            format!("{} has no `{}`: tell xtask/src/faces/languages where it is", self.file, self.head)
        })?;
        // Words of documentation declare nothing.
        let lines = inside
            .lines()
            .filter(|line| !["/", "*", "#"].iter().any(|mark| line.trim_start().starts_with(mark)));
        let inside = lines.collect::<Vec<_>>().join("\n");
        let names = self.forms.iter().flat_map(|form| names_in(&inside, form));
        Ok(names.filter(|name| !name.starts_with('-')).collect())
    }
}
