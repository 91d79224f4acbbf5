//! What each language has, as tables of the README.

use anyhow::Result;
use cloudconvert_core::surface::{
    CALL_OPTIONS, CALLS, DescribedMode, DescribedOption, MODES, OPTIONS, Versions,
};

use super::face::{Face, Place};
use super::languages::FACES;
use super::{call_options, declares};

/// All tables.
pub(super) fn all() -> Result<String> {
    Ok([calls()?, own_calls(), options()?, options_of_calls()?, modes()].join("\n"))
}

fn calls() -> Result<String> {
    let mut table = head("call", "what it does");
    for call in CALLS {
        let does = [call.does, if call.needs_key { "" } else { " (version 1: no key needed)" }].concat();
        table += &row(call.name, &does, call.versions, |face| (face.called(call.name), face.calls))?;
    }
    Ok(table)
}

/// What one language has besides.
fn own_calls() -> String {
    let row = |face: &Face| {
        let calls =
            face.own_calls.iter().map(|(name, does)| format!("| {} | `{name}` | {does} |\n", face.name));
        calls.collect::<String>()
    };
    FACES
        .iter()
        .map(row)
        .fold("| only in | call | what it does |\n|---|---|---|\n".to_owned(), |table, row| table + &row)
}

fn options() -> Result<String> {
    let mut table = head("option", "what it does, what it takes, its default");
    for DescribedOption { name, takes, default, does, versions, .. } in OPTIONS {
        let default = if *default == "needed" { "needed".to_owned() } else { format!("default: {default}") };
        table += &row(name, &format!("{does} ({takes}; {default})"), *versions, |face| {
            (face.spelled(name), face.options)
        })?;
    }
    Ok(table)
}

/// The options of single calls, each by the name that its language has for it.
fn options_of_calls() -> Result<String> {
    let mut table = head("option of a call", "what it does");
    for option in CALL_OPTIONS {
        let mut row = format!(
            "| `{}` of `{}` | {} | {} |",
            option.name,
            option.call,
            option.does,
            api(option.versions)
        );
        for face in FACES {
            let name = ["`", &face.option_of(option.call, option.name), "`"].concat();
            let shown = if call_options::has(face, option)? { name } else { "–".to_owned() };
            row.extend([" ", &shown, " |"]);
        }
        table += &(row + "\n");
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

fn row(
    name: &str,
    does: &str,
    versions: Versions,
    declared: impl Fn(&Face) -> (String, &'static [Place]),
) -> Result<String> {
    let mut row = format!("| `{name}` | {does} | {} |", api(versions));
    for face in FACES {
        let (spelled, places) = declared(face);
        let shown =
            if declares(places, &spelled)? { ["`", &spelled, "`"].concat() } else { "–".to_owned() };
        row.extend([" ", &shown, " |"]);
    }
    Ok(row + "\n")
}
