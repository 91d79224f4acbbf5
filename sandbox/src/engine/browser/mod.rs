//! HTML to PDF with its styles, by Chromium where it is on the PATH, within a `bwrap` that has no network and no files
//! but the page. Elsewhere, [`super::documents`] sets what it knows of HTML.

mod devtools;
mod held;
mod links;
mod outside;
mod page;
mod print;

use std::path::Path;

use tokio::process::Command;
use tokio::runtime::Handle;

use super::program::Installed;
use super::{ConversionType, Failure, Outcome, Progress, Work, documents, fonts, process, text};

pub(super) use devtools::Browser;
pub(super) use held::{FLAGS, command as held, find, start};

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    if !is_there(installed) {
        return Vec::new();
    }
    let pair = |input| {
        let pair = ConversionType::new("document", "chromium", (input, "pdf"), convert)
            .options(text::options_of_page(true));
        pair.browser().note("Scripts are not run. What a page refers to elsewhere is not loaded.")
    };
    vec![pair("html"), pair("htm")]
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(5.0, "Reading the page")?;
    let source = text::read_page(work, progress)?;
    let document = text::page(&source);
    if work.choice("styles")? == Some(false) {
        return documents::paged(work, progress);
    }
    // Fonts that a page brings along have its symbols where no letters are.
    let has_fonts = source.to_ascii_lowercase().contains("@font-face");
    let letters = document.blocks.iter().flat_map(|block| block.text.text.chars());
    let letters = letters.filter(|letter| !(has_fonts && is_symbol(*letter)));
    if !fonts::uncovered(letters).is_empty() {
        // A browser would leave these out of the text too.
        progress.warn(
            "The styles of the page are left out, because it has letters that no font of this machine has",
        );
        return documents::paged(work, progress);
    }
    tell(&source, &document, progress);
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let page = folder.path().join("page.html");
    let title = document.title.is_none().then_some(work.stem.as_str());
    std::fs::write(&page, page::guarded(&source, title)).map_err(Failure::io)?;
    progress.set(20.0, "Setting the page")?;
    let browser =
        find().ok_or_else(|| Failure::Unavailable("The browser of the conversion host is gone".into()))?;
    let made = work.output();
    std::fs::write(&made, printed(&held_in(&browser, &page), progress)?).map_err(Failure::io)?;
    links::restore(&made, &source)?;
    Ok(Outcome::Files(vec![made]))
}

/// Whether a character is one of those that everybody may use as they like.
fn is_symbol(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Tells what of the page is not in the PDF.
fn tell(source: &str, document: &text::Document, progress: &Progress) {
    outside::warn(source, progress);
    if document.long_forms > 0 {
        progress.warn(format!(
            "What {} abbreviations are short for is not in the PDF, where no mouse shows it",
            document.long_forms
        ));
    }
    if document.titles > 0 {
        progress.warn(format!(
            "{} titles of links, pictures and words are not in the PDF, where no mouse shows them",
            document.titles
        ));
    }
    if document.folded > 0 {
        progress.warn(format!(
            "{} lists show the option that is chosen; their other options are not in the PDF",
            document.folded
        ));
    }
}

/// The page as a PDF.
fn printed(bwrap: &Command, progress: &Progress) -> Result<Vec<u8>, Failure> {
    Handle::current().block_on(async {
        let (mut child, mut browser) = start(bwrap)?;
        let address = format!("file://{}", links::PAGE);
        let ended = tokio::select! {
            made = print::print(&mut browser, &address, progress) => made,
            () = progress.cancelled() => Err(Failure::Cancelled),
        };
        process::kill(&mut child).await;
        ended
    })
}

/// Whether there is a browser that can be held in.
pub(super) fn is_there(installed: &Installed) -> bool {
    installed.all() || find().is_some()
}

/// The browser, where it sees the system and the page.
fn held_in(browser: &Path, page: &Path) -> Command {
    let mut bwrap = held::command();
    bwrap.arg("--ro-bind").arg(page).arg(links::PAGE).arg("--").arg(browser).args(held::FLAGS);
    bwrap
}
