//! `cargo xtask docs`: the documentation site, as plain files. Its pages are `docs/pages/`; what is an example there is taken
//! from where it is run by a test, and what is a table from the core's description or from the package's types.

mod examples;
mod interfaces;
mod links;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::paths::{root, target};
use crate::process::command;
use crate::{build, process};

/// The package, for the demo that is a part of the site.
const KIT: &str = "kit";

struct Page {
    /// Its address in the site.
    name: String,
    title: String,
    /// Its Markdown, without examples and tables.
    text: String,
}

/// Builds the site with its demo; gives its folder.
pub(crate) fn build() -> Result<PathBuf> {
    build::npm()?;
    let folder = write()?;
    let kit = folder.join(KIT);
    fs::create_dir_all(&kit)?;
    let dist = root().join("npm/dist");
    process::run(command("cp", &["-r"]).arg(dist.join("browser")).arg(&kit))?;
    for entry in fs::read_dir(dist)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "wasm") {
            fs::copy(&path, kit.join(path.file_name().context("a file has a name")?))?;
        }
    }
    Ok(folder)
}

/// Builds the pages, and sees to it that their links lead somewhere.
pub(crate) fn check() -> Result<()> {
    links::check(&write()?)
}

fn write() -> Result<PathBuf> {
    let folder = target().join("site");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let source = root().join("docs");
    let template = fs::read_to_string(source.join("page.html")).context("docs/page.html is missing")?;
    for name in ["style.css", "demo.js"] {
        fs::copy(source.join(name), folder.join(name)).with_context(|| format!("docs/{name} is missing"))?;
    }
    let pages = pages(&source.join("pages"))?;
    for page in &pages {
        let content = html(&page.text).with_context(|| format!("the page {}", page.name))?;
        let whole = template
            .replace("{title}", &escaped(&page.title))
            .replace("{navigation}", &navigation(&pages, page))
            .replace("{content}", &content);
        fs::write(folder.join(&page.name), whole)?;
    }
    println!("{} pages in {}", pages.len(), folder.display());
    Ok(folder)
}

/// The pages, in the order of the numbers before their names.
fn pages(folder: &Path) -> Result<Vec<Page>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let page = |file: fs::DirEntry| {
        let name = file.file_name().to_string_lossy().into_owned();
        let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        let text = fs::read_to_string(file.path())?;
        let title = text.lines().next().and_then(|line| line.strip_prefix("# "));
        let title = title.with_context(|| format!("{name} does not begin with a title"))?.to_owned();
        Ok(Page { name: name.replace(".md", ".html"), title, text })
    };
    files.into_iter().map(page).collect()
}

fn navigation(pages: &[Page], present: &Page) -> String {
    let link = |page: &Page| {
        let current = if page.name == present.name { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{}\"{current}>{}</a></li>", page.name, escaped(&page.title))
    };
    pages.iter().map(link).collect()
}

/// A page's Markdown, with its examples and tables in it, as HTML.
fn html(text: &str) -> Result<String> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.header_id_prefix = Some(String::new());
    // The pages are the project's own.
    options.render.r#unsafe = true;
    // What is wider than the page is scrolled by keys too.
    let html = comrak::markdown_to_html(&whole(text)?, &options);
    Ok(html.replace("<pre>", "<pre tabindex=\"0\">").replace("<table>", "<table tabindex=\"0\">"))
}

/// Puts in what the blocks `example` and `table` name.
fn whole(text: &str) -> Result<String> {
    let mut whole = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let kind = match line {
            "```example" | "```table" => &line[3..],
            _ => {
                whole.extend([line, "\n"]);
                continue;
            }
        };
        let named: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        ensure!(!named.is_empty(), "an empty block: {line}");
        for name in named {
            whole += &match kind {
                "table" => tables::of(name)?,
                _ => examples::of(name)?,
            };
        }
    }
    if whole.contains("```example") {
        bail!("a block is not closed");
    }
    Ok(whole)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
