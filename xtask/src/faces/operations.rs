//! The options of operations, as the types of the languages that have a type for each.

use std::fs;

use anyhow::{Context, Result, ensure};
use cloudconvert_core::surface::{
    DescribedMode, DescribedOperation, MODES, OPERATIONS, OperationOption, Takes,
};

use crate::paths::root;

/// What a file holds.
type Writer = fn() -> String;

/// Every file that is written from the description, and what it holds.
const FILES: &[(&str, Writer)] =
    &[("npm/src/types/operations.ts", typescript), ("python/src/cloudconvert_kit/operations.py", python)];

/// How many columns a line of Python may have.
const COLUMNS: usize = 120;

/// Checks that the files say what is described.
pub(super) fn check() -> Result<()> {
    for (file, wanted) in FILES {
        let text = fs::read_to_string(root().join(file)).with_context(|| format!("{file} is missing"))?;
        ensure!(
            text == wanted(),
            "{file} does not tell today's operations: write it by `cargo xtask faces --write`"
        );
    }
    Ok(())
}

/// Writes the files.
pub(super) fn write() -> Result<()> {
    for (file, wanted) in FILES {
        fs::write(root().join(file), wanted()).with_context(|| format!("{file} cannot be written"))?;
    }
    Ok(())
}

fn typescript() -> String {
    let mut text = "// Written from `core/src/surface/operations/` by `cargo xtask faces --write`.\n\n\
         /** What is done with the input. Those after `extract` are operations of version 2 of the API. */\n\
         export type Mode =\n"
        .to_owned();
    let modes: Vec<_> = MODES.iter().map(|mode| format!("  | '{}'", mode.name)).collect();
    text += &modes.join("\n");
    text += ";\n\n/** The options of each mode that are known. Others go along as they are. */\n\
         export interface OperationOptions {\n";
    for operation in OPERATIONS {
        let does = sentence(does(operation));
        let name = if operation.mode.contains(['-', '/']) {
            format!("'{}'", operation.mode)
        } else {
            operation.mode.to_owned()
        };
        if operation.options.is_empty() {
            text.extend([format!("  /** {does} */\n  {name}: {{}};\n")]);
            continue;
        }
        text.extend([format!("  /** {does} */\n  {name}: {{\n")]);
        for option in operation.options {
            let takes = match option.takes {
                Takes::Text => "string | number".to_owned(),
                Takes::Texts => "readonly string[]".to_owned(),
                Takes::Whole | Takes::Number => "number".to_owned(),
                Takes::Flag => "boolean".to_owned(),
                Takes::Object => "Record<string, unknown>".to_owned(),
                Takes::OneOf(names) => {
                    names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(" | ")
                }
            };
            text.extend([format!(
                "    /** {} */\n    {}?: {takes} | undefined;\n",
                told(option),
                option.name
            )]);
        }
        text += "  };\n";
    }
    text + "}\n"
}

fn python() -> String {
    let mut text = "\"\"\"What can be done with a file, and the known options of each mode. Others go along as they are.\n\n\
         Written from ``core/src/surface/operations/`` by ``cargo xtask faces --write``.\n\n\
         >>> options: WatermarkOptions = {\"text\": \"Draft\", \"opacity\": 30}\n\
         >>> client.convert(\"plan.pdf\", mode=\"watermark\", options=options)\n\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from typing import Any, Dict, List, Literal, Mapping, Tuple, TypedDict, Union\n\n"
        .to_owned();
    // Of `convert`, the service alone knows the options of each pair of formats.
    let has_type =
        |operation: &&DescribedOperation| operation.mode != "convert" && !operation.options.is_empty();
    let typed: Vec<_> = OPERATIONS.iter().filter(has_type).collect();
    let mut names: Vec<_> = typed.iter().map(|operation| class(operation)).collect();
    names.extend(["MODES", "Mode", "NEEDS_TO", "TAKES_MANY"].map(str::to_owned));
    names.sort();
    text += &listed("__all__ = [", names.iter().map(|name| format!("\"{name}\"")), "]");
    text +=
        "\n#: What is done with the input. Those after ``extract`` are operations of version 2 of the API.\n";
    text += &listed("Mode = Literal[", MODES.iter().map(|mode| format!("\"{}\"", mode.name)), "]");
    text += "\n#: What comes out of each.\nMODES: Dict[Mode, str] = {\n";
    for mode in MODES {
        text.extend([format!("    \"{}\": \"{}\",\n", mode.name, mode.does)]);
    }
    text += "}\n";
    for (name, says, holds) in [
        (
            "NEEDS_TO",
            "Those that have to be told the format of the output",
            needs_to as fn(&DescribedMode) -> bool,
        ),
        ("TAKES_MANY", "Those that make one output of several inputs", takes_many),
    ] {
        let modes = MODES.iter().filter(|mode| holds(mode)).map(|mode| format!("\"{}\"", mode.name));
        text.extend([format!("#: {says}.\n")]);
        text += &listed(&format!("{name}: Tuple[Mode, ...] = ("), modes, ")");
    }
    for operation in typed {
        let (mode, does) = (operation.mode, does(operation));
        text.extend([format!("\n\nclass {}(TypedDict, total=False):\n", class(operation))]);
        text.extend([format!("    \"\"\"Of the mode ``{mode}``: {does}.\"\"\"\n\n")]);
        for option in operation.options {
            let takes = match option.takes {
                Takes::Text => "Union[str, float]".to_owned(),
                Takes::Texts => "List[str]".to_owned(),
                Takes::Whole => "int".to_owned(),
                Takes::Number => "float".to_owned(),
                Takes::Flag => "bool".to_owned(),
                Takes::Object => "Mapping[str, Any]".to_owned(),
                Takes::OneOf(names) => {
                    let names: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
                    format!("Literal[{}]", names.join(", "))
                }
            };
            let told = told(option).replace('`', "``");
            text.extend([format!("{}    {}: {takes}\n", comment(&told), option.name)]);
        }
    }
    text
}

const fn needs_to(mode: &DescribedMode) -> bool {
    mode.needs_to
}

const fn takes_many(mode: &DescribedMode) -> bool {
    mode.takes_many
}

/// A list in one line where it fits, as ruff writes it.
fn listed(head: &str, items: impl Iterator<Item = String>, end: &str) -> String {
    let items: Vec<_> = items.collect();
    let line = format!("{head}{}{end}\n", items.join(", "));
    if line.len() <= COLUMNS {
        return line;
    }
    let items: String = items.iter().flat_map(|item| ["    ", item, ",\n"]).collect();
    format!("{head}\n{items}{end}\n")
}

/// A comment of Python in as many lines as it takes.
fn comment(text: &str) -> String {
    let (mut lines, mut line) = (String::new(), "    #:".to_owned());
    for word in text.split(' ') {
        if line.len() + 1 + word.len() > COLUMNS {
            lines += &(std::mem::replace(&mut line, "    #:".to_owned()) + "\n");
        }
        line.extend([" ", word]);
    }
    lines + &line + "\n"
}

/// `pdf/ocr` as `PdfOcrOptions`.
fn class(operation: &DescribedOperation) -> String {
    let words = operation.mode.split(['-', '/']);
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect::<String>() + "Options"
}

fn does(operation: &DescribedOperation) -> &'static str {
    MODES.iter().find(|mode| mode.name == operation.mode).map_or("", |mode| mode.does)
}

/// What an option does, and its default.
fn told(option: &OperationOption) -> String {
    let default = match option.default {
        "needed" => "Needed.".to_owned(),
        default => format!("Default: {default}."),
    };
    format!("{} {default}", sentence(option.does))
}

fn sentence(text: &str) -> String {
    if text.starts_with('`') {
        return format!("{text}.");
    }
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest + "."
}
