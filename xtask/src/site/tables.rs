//! Tables of the site, from the core's description, in the names of JavaScript.

use anyhow::{Context, Result, bail};
use cloudconvert_core::surface::{CALLS, CODES, MODES, OPERATIONS, OPTIONS, STORAGES, Versions};

/// The table of this name.
pub(super) fn of(name: &str) -> Result<String> {
    Ok(match name {
        "options" => table(
            &["option", "what it does", "takes", "default", "when to use it", "API"],
            OPTIONS.iter().map(|option| {
                let default = match option.default {
                    "needed" => "(needed)".to_owned(),
                    default => default.to_owned(),
                };
                let name = code(&camel(option.name));
                [
                    name,
                    option.does.into(),
                    option.takes.into(),
                    default,
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
        _ => match name.strip_prefix("operation: ") {
            Some(mode) => operation(mode)?,
            None => bail!("there is no table {name}"),
        },
    })
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
        let default = if option.default == "needed" { "(needed)" } else { option.default };
        [code(option.name), option.does.into(), option.takes.words(), default.into(), option.when.into()]
    });
    Ok(text + &table(&["option", "what it does", "takes", "default", "when to use it"], rows))
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
