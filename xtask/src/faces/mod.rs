//! `cargo xtask faces`: every language offers what the core describes, and the README tells what each has.

mod call_options;
mod face;
mod languages;
mod mirror;
mod operations;
mod read;
mod said;
mod tables;

use std::fs;

use anyhow::{Context, Result, ensure};
use cloudconvert_core::DEFAULT_BASE;
use cloudconvert_core::surface::{CALL_OPTIONS, CALLS, CODES, MODES, OPTIONS, STORAGES};

use crate::paths::root;
use face::{Face, Place};
use languages::FACES;

const FILE: &str = "README.md";
const BEGIN: &str = "<!-- what each language has: `cargo xtask faces --write` writes it -->\n";
const END: &str = "<!-- end -->\n";

/// Checks every face against the core's description, and the printed tables against both.
pub(crate) fn check() -> Result<()> {
    let text = fs::read_to_string(root().join(FILE))?;
    ensure!(
        text == with_tables(&text)?,
        "{FILE} does not tell what each language has today: see what changed, and write it by `cargo xtask faces --write`"
    );
    operations::check()?;
    mirror::check()?;
    the_default_base_is_the_cores()?;
    for face in FACES {
        codes_are_known(face)?;
        modes_are_known(face)?;
        no_other_option_is_offered(face)?;
        no_other_call_is_offered(face)?;
        call_options::no_other_is_offered(face)?;
        storages_have_all_fields(face)?;
        said::options_are(face)?;
        said::failures_are(face)?;
    }
    println!(
        "{} languages, {} options, {} storages, {} codes, {} calls with {} options",
        FACES.len(),
        OPTIONS.len(),
        STORAGES.len(),
        CODES.len(),
        CALLS.len(),
        CALL_OPTIONS.len()
    );
    Ok(())
}

/// A relay of npm runs where there is no WebAssembly that could tell it.
fn the_default_base_is_the_cores() -> Result<()> {
    const RELAY: &str = "npm/src/relay/index.ts";
    let written = format!("options.baseUrl ?? '{DEFAULT_BASE}'");
    let text = fs::read_to_string(root().join(RELAY))?;
    ensure!(text.contains(&written), "{RELAY} has another default base than the core: write {written}");
    Ok(())
}

/// Writes the tables into the README.
pub(crate) fn write() -> Result<()> {
    let text = fs::read_to_string(root().join(FILE))?;
    fs::write(root().join(FILE), with_tables(&text)?)?;
    operations::write()?;
    check()
}

fn codes_are_known(face: &Face) -> Result<()> {
    for code in CODES {
        ensure!(declares(face.codes, code.name)?, "{} does not know the error code {}", face.name, code.name);
    }
    Ok(())
}

fn modes_are_known(face: &Face) -> Result<()> {
    for mode in MODES.iter().filter(|_| !face.modes.is_empty()) {
        ensure!(declares(face.modes, mode.name)?, "{} does not know the mode {}", face.name, mode.name);
    }
    Ok(())
}

/// An option that is not described is one that the other languages will lack.
fn no_other_option_is_offered(face: &Face) -> Result<()> {
    let described: Vec<_> = OPTIONS.iter().map(|option| face.spelled(option.name)).collect();
    for place in face.options {
        for name in place.declared()? {
            ensure!(
                described.contains(&name),
                "{} offers the option {name}, which core/src/surface/options/ does not describe",
                face.name
            );
        }
    }
    Ok(())
}

/// The same of calls, but for what one language alone has and says so.
fn no_other_call_is_offered(face: &Face) -> Result<()> {
    let described: Vec<_> = CALLS.iter().map(|call| face.called(call.name)).collect();
    let own: Vec<_> = face.own_calls.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut offered = Vec::new();
    // What a form finds in the middle of a line need not be a call.
    let certain = |place: &&Place| place.forms.iter().all(|form| !form.starts_with('*'));
    for place in face.calls.iter().filter(certain) {
        offered.extend(place.named()?.into_iter().filter(|name| is_public(name)));
    }
    for name in &offered {
        ensure!(
            described.contains(name) || own.contains(name),
            "{} offers the call {name}, which core/src/surface/calls.rs does not describe",
            face.name
        );
    }
    for name in own {
        ensure!(offered.contains(&name), "{} does not have the call {name} of its own any more", face.name);
    }
    Ok(())
}

/// Python's names that begin with an underscore are nobody else's.
fn is_public(name: &str) -> bool {
    !name.starts_with('_') && name != "constructor"
}

/// A face that has a type for each storage, has each with just the fields that are described, and the path of outputs.
fn storages_have_all_fields(face: &Face) -> Result<()> {
    for storage in STORAGES.iter().filter(|_| !face.storages.is_empty()) {
        let kind = face.storages.iter().find(|(kind, _)| *kind == storage.name);
        let (_, place) =
            kind.with_context(|| format!("{} does not have the storage {}", face.name, storage.name))?;
        // `ID` and `Id` are one word.
        let small = |name: String| name.to_lowercase();
        let mut described: Vec<_> =
            storage.fields.iter().map(|field| small(face.spelled(field.name))).collect();
        let mut declared: Vec<_> =
            place.declared()?.into_iter().map(small).filter(|name| name != "path").collect();
        described.sort();
        declared.sort();
        ensure!(
            declared == described,
            "{} has the storage {} with the fields {declared:?}, and not {described:?}",
            face.name,
            storage.name
        );
    }
    Ok(())
}

fn with_tables(text: &str) -> Result<String> {
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else { anyhow::bail!("{FILE} has no place for the tables: {BEGIN}") };
    Ok([before, BEGIN, "\n", &tables::all()?, "\n", END, after].concat())
}

fn declares(places: &[Place], name: &str) -> Result<bool> {
    for place in places {
        if place.declares(name)? {
            return Ok(true);
        }
    }
    Ok(false)
}
