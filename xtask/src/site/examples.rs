//! Examples of the site: each stands where a test runs it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::paths::root;

/// What a line of a block `example` names, as blocks of Markdown:
///
/// - `npm/README.md: Errors`, the examples of a section, or `npm/README.md: Errors: html` those in a language;
/// - `npm/src/face/parts.ts: prepare`, the example of a call's documentation;
/// - `npm/examples/demo/page.js`, a whole file.
pub(super) fn of(name: &str) -> Result<String> {
    let mut parts = name.split(": ");
    let file = parts.next().unwrap_or_default();
    let text = fs::read_to_string(root().join(file)).with_context(|| format!("{file} is missing"))?;
    let found = match (parts.next(), parts.next()) {
        (None, _) => {
            let (_, language) = file.rsplit_once('.').context("the file's name tells its language")?;
            vec![fenced(language, &text)]
        }
        (Some(section), language) if Path::new(file).extension() == Some(OsStr::new("md")) => {
            section_of(&text, section, language)
        }
        (Some(call), _) => documented(&text, call).into_iter().collect(),
    };
    if found.is_empty() {
        bail!("there is no example {name}");
    }
    Ok(found.concat())
}

/// The examples of a section, in all languages or in one.
fn section_of(text: &str, section: &str, language: Option<&str>) -> Vec<String> {
    let (mut found, mut is_inside) = (Vec::new(), false);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("## ") {
            is_inside = name == section;
        }
        let Some(fence) = line.strip_prefix("```") else { continue };
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        if is_inside && language.is_none_or(|language| language == fence) {
            found.push(fenced(fence, &block.join("\n")));
        }
    }
    found
}

/// The example in the documentation of a call in TypeScript.
fn documented(text: &str, call: &str) -> Option<String> {
    let lines: Vec<_> = text.lines().collect();
    let declares = |line: &&str| {
        let line = line.trim_start().trim_start_matches("export ").trim_start_matches("async ");
        let rest = line.trim_start_matches("function ").strip_prefix(call);
        rest.is_some_and(|rest| rest.starts_with(['(', '<']))
    };
    let end = lines.iter().position(declares)?;
    let start = lines[..end].iter().rposition(|line| line.trim() == "/**")?;
    let block = lines[start..end].iter().map(|line| line.trim_start().trim_start_matches('*'));
    let block = block.map(|line| line.strip_prefix(' ').unwrap_or(line));
    let example: Vec<_> =
        block.skip_while(|line| *line != "```js").skip(1).take_while(|line| *line != "```").collect();
    (!example.is_empty()).then(|| fenced("js", &example.join("\n")))
}

fn fenced(language: &str, text: &str) -> String {
    ["```", language, "\n", text.trim_end(), "\n```\n\n"].concat()
}
