//! What a face says of its options and calls: defaults, units, and how calls fail.

use std::fs;

use anyhow::{Context, Result, ensure};
use cloudconvert_core::surface::{DescribedOption, OPTIONS, Owner};

use super::face::Face;
use crate::paths::root;

/// Each option tells the default and the unit that the core has, wherever the face declares it with documentation.
pub(super) fn options_are(face: &Face) -> Result<()> {
    for option in OPTIONS {
        let name = face.spelled(option.name);
        for place in face.options.iter().filter(|place| place.block.is_some()) {
            let Some(said) = place.said(&name)? else { continue };
            ensure!(
                !has_default(option) || words_of(option.default).iter().any(|word| said.contains(word)),
                "{}: the option {name} does not tell its default, {}, in {}",
                face.name,
                option.default,
                place.file
            );
            let unit = match option.takes {
                "a duration" => face.unit,
                "seconds" => Some("second"),
                _ => None,
            };
            ensure!(
                unit.is_none_or(|unit| said.contains(unit)),
                "{}: the option {name} does not tell its unit, {unit:?}, in {}",
                face.name,
                place.file
            );
        }
    }
    for (name, file, text) in face.defaults {
        let option = OPTIONS.iter().find(|option| option.name == *name).context("no such option")?;
        let wanted = text.replace('@', option.default);
        let there = fs::read_to_string(root().join(file))?.contains(&wanted);
        ensure!(there, "{}: {file} does not have the default of {name} as the core: `{wanted}`", face.name);
    }
    Ok(())
}

/// What is left out of a wish is the service's, and most of a host's is nothing.
fn has_default(option: &DescribedOption) -> bool {
    matches!(option.owner, Owner::Policy | Owner::Batch) || ["mode", "overwrite"].contains(&option.name)
}

/// How languages write a default, in small letters.
fn words_of(default: &str) -> Vec<String> {
    match default {
        "yes" => vec!["default: yes".to_owned(), "= true".to_owned()],
        "6 h" => vec!["six hours".to_owned()],
        _ if default.starts_with("no:") => vec!["default: no".to_owned(), "= false".to_owned()],
        _ => {
            let word = default.split(' ').next().unwrap_or_default();
            ["default: @", "nil for @", "else @", "upload.@", "mode.@", "= download.@", "watch.@"]
                .map(|form| form.replace('@', word))
                .to_vec()
        }
    }
}

/// The documentation of each call says how it fails.
pub(super) fn failures_are(face: &Face) -> Result<()> {
    let Some(mark) = face.fails else { return Ok(()) };
    for place in face.calls {
        for name in place.named()?.into_iter().filter(|name| super::is_public(name)) {
            let exempt =
                face.own_calls.iter().any(|(own, _)| *own == name) && !place.explained(&name)?.contains(mark);
            ensure!(
                exempt || place.explained(&name)?.contains(mark),
                "{}: the documentation of {name} in {} has no {mark}",
                face.name,
                place.file
            );
        }
    }
    Ok(())
}
