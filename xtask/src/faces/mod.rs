//! `cargo xtask faces`: every language offers what the core describes, and the README tells what each has.

mod face;
mod operations;
mod read;

use std::fs;

use anyhow::{Context, Result, ensure};
use cloudconvert_core::surface::{
    CALLS, CODES, DescribedMode, DescribedOption, MODES, OPTIONS, STORAGES, Versions,
};

use crate::paths::root;
use face::{FACES, Face, Place};

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
    for face in FACES {
        codes_are_known(face)?;
        nothing_else_is_offered(face)?;
        storages_have_all_fields(face)?;
    }
    println!(
        "{} languages, {} options, {} storages, {} codes, {} calls",
        FACES.len(),
        OPTIONS.len(),
        STORAGES.len(),
        CODES.len(),
        CALLS.len()
    );
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

/// An option that is not described is one that the other languages will lack.
fn nothing_else_is_offered(face: &Face) -> Result<()> {
    let described: Vec<_> = OPTIONS.iter().map(|option| face.spelled(option.name)).collect();
    for place in face.options {
        for name in place.declared()? {
            ensure!(
                described.contains(&name) || face.own.contains(&name.as_str()),
                "{} offers the option {name}, which core/src/surface/options/ does not describe",
                face.name
            );
        }
    }
    Ok(())
}

/// A face that has a type for each storage, has each with just the fields that are described.
fn storages_have_all_fields(face: &Face) -> Result<()> {
    for storage in STORAGES.iter().filter(|_| !face.storages.is_empty()) {
        let kind = face.storages.iter().find(|(kind, _)| *kind == storage.name);
        let (_, place) =
            kind.with_context(|| format!("{} does not have the storage {}", face.name, storage.name))?;
        let mut described: Vec<_> = storage.fields.iter().map(|field| face.spelled(field.name)).collect();
        let mut declared = place.declared()?;
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
    Ok([before, BEGIN, "\n", &calls()?, "\n", &options()?, "\n", &modes(), "\n", END, after].concat())
}

fn calls() -> Result<String> {
    let mut table = head("call", "what it does");
    for call in CALLS {
        let does = [call.does, if call.needs_key { "" } else { " (version 1: no key needed)" }].concat();
        table += &row(call.name, &does, call.versions, |face| face.calls)?;
    }
    Ok(table)
}

fn options() -> Result<String> {
    let mut table = head("option", "what it does, what it takes, its default");
    for DescribedOption { name, takes, default, does, versions, .. } in OPTIONS {
        let default = if *default == "needed" { "needed".to_owned() } else { format!("default: {default}") };
        table += &row(name, &format!("{does} ({takes}; {default})"), *versions, |face| face.options)?;
    }
    Ok(table)
}

fn modes() -> String {
    let row = |DescribedMode { name, does, versions, .. }: &DescribedMode| {
        format!("| `{name}` | {does} | {} |\n", api(*versions))
    };
    MODES
        .iter()
        .map(row)
        .fold("| mode | what comes out | API |\n|---|---|---|\n".to_owned(), |table, row| table + &row)
}

const fn api(versions: Versions) -> &'static str {
    match versions {
        Versions::V1 => "1",
        Versions::V2 => "2",
        Versions::Both => "1, 2",
    }
}

fn head(what: &str, does: &str) -> String {
    let names: Vec<_> = FACES.iter().map(|face| face.name).collect();
    format!(
        "| {what} | {does} | API | {} |\n|---|---|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    )
}

fn row(name: &str, does: &str, versions: Versions, places: fn(&Face) -> &'static [Place]) -> Result<String> {
    let mut row = format!("| `{name}` | {does} | {} |", api(versions));
    for face in FACES {
        let spelled = face.spelled(name);
        let shown =
            if declares(places(face), &spelled)? { ["`", &spelled, "`"].concat() } else { "–".to_owned() };
        row.extend([" ", &shown, " |"]);
    }
    Ok(row + "\n")
}

fn declares(places: &[Place], name: &str) -> Result<bool> {
    for place in places {
        if place.declares(name)? {
            return Ok(true);
        }
    }
    Ok(false)
}
