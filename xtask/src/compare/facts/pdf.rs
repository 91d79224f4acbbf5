//! What a PDF says, and how its first page looks.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::picture::look;
use super::{Facts, folder, shell, text};
use crate::compare::peer::files;

pub(super) fn facts(file: &Path) -> Result<Facts> {
    let (mut facts, place) = (Facts::new(), format!("'{}'", file.display()));
    let said = shell(&format!("pdfinfo {place} 2>&1 || pdfinfo -upw secret {place}"), folder(file))?;
    for line in said.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim().to_owned();
        match name {
            // Chromium takes the name of a file for the title of a page that has none.
            "Title" if !value.is_empty() && Path::new(&value).extension().is_none_or(|end| end != "html") => {
                drop(facts.insert("title".into(), value));
            }
            "Author" | "Subject" | "Keywords" if !value.is_empty() => {
                drop(facts.insert(format!("tags/{name}"), value));
            }
            "Pages" => drop(facts.insert("pages".into(), value)),
            "Page size" => {
                let size: Vec<String> = value
                    .split(' ')
                    .filter_map(|word| word.parse::<f64>().ok())
                    .map(|side| format!("{side:.0}"))
                    .collect();
                facts.insert("page size".into(), size.join(" "));
            }
            "Page rot" => drop(facts.insert("rotation".into(), value)),
            "Tagged" if value == "yes" => drop(facts.insert("structure".into(), value)),
            "Form" if value != "none" => drop(facts.insert("forms".into(), value)),
            _ => {}
        }
    }
    let text =
        shell(&format!("pdftotext {place} - 2>/dev/null || pdftotext -upw secret {place} -"), folder(file))?;
    facts.extend(text::facts(text.as_bytes()));
    let links = shell(&format!("pdfinfo -url {place} 2>/dev/null | awk 'NR>1 {{print $3}}'"), folder(file));
    let links =
        links.unwrap_or_default().lines().map(|link| text::whole(link).to_owned()).collect::<Vec<_>>();
    if !links.is_empty() {
        facts.insert("links".into(), links.join(" "));
    }
    let attached = shell(
        &format!("pdfdetach -list {place} 2>/dev/null || pdfdetach -list -upw secret {place}"),
        folder(file),
    );
    let attached: Vec<String> = attached
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(_, name)| name.to_owned())
        .collect();
    if !attached.is_empty() {
        facts.insert("attachments".into(), attached.join(" "));
    }
    let readable = format!("qpdf --password=secret --qdf --object-streams=disable {place} - 2>/dev/null");
    let of_language = format!("{readable} | sed -n 's|^ */Lang (\\(.*\\))|\\1|p' | head -n 1");
    let language = shell(&of_language, folder(file));
    if let Some(language) = language.ok().map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()) {
        facts.insert("language/document".into(), language);
    }
    let outlines = shell(&format!("qpdf --json --json-key=outlines {place} || test $? = 3"), folder(file));
    let outlines: Value = serde_json::from_str(&outlines.unwrap_or_default()).unwrap_or_default();
    let mut titles = Vec::new();
    bookmarks(&outlines["outlines"], &mut titles);
    if !titles.is_empty() {
        facts.insert("bookmarks".into(), titles.join(" "));
    }
    facts.extend(pages(file)?);
    Ok(facts)
}

/// How the pages look, as far as they can be drawn.
fn pages(file: &Path) -> Result<Facts> {
    let drawn = tempfile::tempdir()?;
    let place = format!("'{}'", file.display());
    let draw =
        |options: &str| shell(&format!("pdftoppm {options} -cropbox -png -r 60 {place} page"), drawn.path());
    if draw("").or_else(|_| draw("-upw secret")).is_err() {
        return Ok(Facts::new());
    }
    let mut pages = files(drawn.path());
    pages.sort();
    let looks = pages.iter().map(|page| Ok(look(page)?.1.remove("pixels").unwrap_or_default()));
    let looks = looks.collect::<Result<Vec<_>>>()?;
    let mut facts = Facts::new();
    facts.extend(looks.first().map(|first| ("pixels".to_owned(), first.clone())));
    if looks.len() > 1 {
        facts.insert("pictures".into(), looks.join(" "));
    }
    Ok(facts)
}

fn bookmarks(node: &Value, titles: &mut Vec<String>) {
    for child in node.as_array().into_iter().flatten() {
        titles.push(child["title"].as_str().unwrap_or_default().replace(' ', "_"));
        bookmarks(&child["kids"], titles);
    }
}
