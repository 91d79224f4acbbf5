//! Tables of the site, in the names of JavaScript: from the core's description, of the package's own options from its types, and of
//! what else it has from its README.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use cloudconvert_core::surface::{
    CALL_OPTIONS, CALLS, CODES, DescribedOption, MODES, OPERATIONS, OPTIONS, STORAGES, Versions,
};

use super::interfaces;
use crate::paths::root;

/// The heads of every table of options.
const OPTION: [&str; 4] = ["option", "what it does", "default", "when to use it"];

/// The table of this name.
pub(super) fn of(name: &str) -> Result<String> {
    Ok(match name {
        "options" => options(OPTIONS.iter()),
        "options of calls" => table(
            &["call", OPTION[0], OPTION[1], OPTION[2], OPTION[3], "API"],
            CALL_OPTIONS.iter().map(|option| {
                [
                    code(&camel(option.call)),
                    code(&camel(option.name)),
                    option.does.into(),
                    held(option.default),
                    option.when.into(),
                    api(option.versions),
                ]
            }),
        ),
        "modes" => table(
            &["mode", "what comes out", "API"],
            MODES.iter().map(|mode| [code(mode.name), mode.does.into(), api(mode.versions)]),
        ),
        "codes" => table(
            &["code", "what happened", "what to do"],
            CODES.iter().map(|error| [code(error.name), error.means.into(), error.remedy.into()]),
        ),
        "calls" => table(
            &["call", "what it does", "API"],
            CALLS.iter().map(|call| [code(&camel(call.name)), call.does.into(), api(call.versions)]),
        ),
        "storages" => table(
            &["storage", "fields (optional ones in brackets)", "reads inputs with API"],
            STORAGES.iter().map(|storage| {
                let field = |name: String, is_needed| {
                    if is_needed { code(&name) } else { format!("[{}]", code(&name)) }
                };
                let fields = storage.fields.iter().map(|it| field(camel(it.name), it.is_needed));
                [code(&camel(storage.name)), fields.collect::<Vec<_>>().join(", "), api(storage.versions)]
            }),
        ),
        _ => match name.split_once(": ") {
            Some(("operation", mode)) => operation(mode)?,
            Some(("options", names)) => some_options(names)?,
            Some((file, head)) if Path::new(file).extension() == Some(OsStr::new("md")) => {
                written(file, head)?
            }
            Some((file, interface)) => {
                let options = interfaces::of(file, interface)?;
                table(
                    &OPTION,
                    options
                        .into_iter()
                        .map(|option| [code(&option.name), option.does, option.default, option.when]),
                )
            }
            None => bail!("there is no table {name}"),
        },
    })
}

/// The table of a file whose first column has this head, as it stands there.
fn written(file: &str, head: &str) -> Result<String> {
    let text = fs::read_to_string(root().join(file)).with_context(|| format!("{file} is missing"))?;
    let first = ["| ", head, " |"].concat();
    let rows =
        text.lines().skip_while(|line| !line.starts_with(&first)).take_while(|line| line.starts_with('|'));
    let table: String = rows.flat_map(|row| [row, "\n"]).collect();
    ensure!(!table.is_empty(), "{file} has no table whose first column is {head}");
    Ok(table + "\n")
}

/// The options of these names, as the core has them.
fn some_options(names: &str) -> Result<String> {
    let described = |name| OPTIONS.iter().find(|option| option.name == name);
    let found: Result<Vec<_>> = names
        .split(' ')
        .map(|name| described(name).with_context(|| format!("there is no option {name}")))
        .collect();
    Ok(options(found?.into_iter()))
}

fn options<'o>(described: impl Iterator<Item = &'o DescribedOption>) -> String {
    let heads = [OPTION[0], OPTION[1], "takes", OPTION[2], OPTION[3], "API"];
    let rows = described.map(|option| {
        [
            code(&camel(option.name)),
            option.does.into(),
            option.takes.into(),
            held(option.default),
            option.when.into(),
            api(option.versions),
        ]
    });
    table(&heads, rows)
}

/// What holds without an option.
fn held(default: &str) -> String {
    if default == "needed" { "(needed)" } else { default }.to_owned()
}

/// What a mode makes, and the options of its operation.
fn operation(mode: &str) -> Result<String> {
    let found = OPERATIONS.iter().find(|operation| operation.mode == mode);
    let operation = found.with_context(|| format!("there is no mode {mode}"))?;
    let mut text = String::new();
    if !operation.to.is_empty() {
        let formats: Vec<_> = operation.to.iter().map(|format| code(format)).collect();
        text = format!("It makes {}.\n\n", formats.join(", "));
    }
    if operation.options.is_empty() {
        return Ok(text);
    }
    let rows = operation.options.iter().map(|option| {
        [
            code(option.name),
            option.does.into(),
            option.takes.words(),
            held(option.default),
            option.when.into(),
        ]
    });
    Ok(text + &table(&[OPTION[0], OPTION[1], "takes", OPTION[2], OPTION[3]], rows))
}

fn table<const N: usize>(heads: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows = rows.map(|row| format!("| {} |\n", row.join(" | ")));
    format!("| {} |\n|{}\n{}\n", heads.join(" | "), "---|".repeat(N), rows.collect::<String>())
}

fn code(name: &str) -> String {
    ["`", name, "`"].concat()
}

/// `request_timeout` as `requestTimeout`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..])
}

fn api(versions: Versions) -> String {
    match versions {
        Versions::V1 => "1",
        Versions::V2 => "2",
        Versions::Both => "1, 2",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_table_of_the_readme_is_taken_whole_and_one_that_is_not_there_is_told() {
        let methods = of("npm/README.md: method").unwrap();
        assert!(methods.starts_with("| method |"), "{methods}");
        assert!(methods.contains("\n| `saveAll` |"), "{methods}");
        assert!(methods.ends_with("|\n\n"), "{methods}");
        let error = of("npm/README.md: nothing").unwrap_err();
        assert_eq!(error.to_string(), "npm/README.md has no table whose first column is nothing");
    }
}
