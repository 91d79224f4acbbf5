//! HTML to PDF with its styles, by Chromium where it is on the PATH, within a `bwrap` that has no network and no files
//! but the page. Elsewhere, [`super::documents`] sets what it knows of HTML.

mod held;
mod links;
mod outside;
mod page;

use std::path::Path;

use tokio::process::Command;

use super::program::{self, Installed};
use super::{ConversionType, Failure, Outcome, Progress, Work, documents, fonts, text};

pub(super) use held::{FLAGS, command as held, find};

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
    let letters = document.blocks.iter().flat_map(|block| block.text.text.chars());
    if !fonts::uncovered(letters).is_empty() {
        // A browser would leave these out of the text too.
        progress.warn(
            "The styles of the page are left out, because it has letters that no font of this machine has",
        );
        return documents::paged(work, progress);
    }
    outside::warn(&source, progress);
    if document.long_forms > 0 {
        progress.warn(format!(
            "What {} abbreviations are short for is not in the PDF, where no mouse shows it",
            document.long_forms
        ));
    }
    if document.folded > 0 {
        progress.warn(format!(
            "{} lists show the option that is chosen; their other options are not in the PDF",
            document.folded
        ));
    }
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let page = folder.path().join("page.html");
    let title = document.title.is_none().then_some(work.stem.as_str());
    std::fs::write(&page, page::guarded(&source, title)).map_err(Failure::io)?;
    progress.set(20.0, "Setting the page")?;
    let browser =
        find().ok_or_else(|| Failure::Unavailable("The browser of the conversion host is gone".into()))?;
    let run = program::run(&mut held_in(&browser, &page, &work.output_dir), progress, |_| ());
    let made = work.output_dir.join(PRINTED);
    match run {
        Ok(()) if made.is_file() => {}
        Ok(()) | Err(Failure::BadInput(_)) => {
            return Err(Failure::BadInput("The page cannot be set: the browser gave up on it".into()));
        }
        Err(failure) => return Err(failure),
    }
    links::restore(&made, &source)?;
    std::fs::rename(made, work.output()).map_err(Failure::io)?;
    Ok(Outcome::Files(vec![work.output()]))
}

/// Whether there is a browser that can be held in.
pub(super) fn is_there(installed: &Installed) -> bool {
    installed.all() || find().is_some()
}

/// What the browser prints to, in the folder of outputs.
const PRINTED: &str = "printed.pdf";

/// The browser, where it sees the system and the page, and writes into this folder.
fn held_in(browser: &Path, page: &Path, folder: &Path) -> Command {
    let mut bwrap = held::command();
    bwrap.arg("--ro-bind").arg(page).arg(links::PAGE).arg("--bind").arg(folder).arg("/out").arg("--");
    bwrap.arg(browser).args(held::FLAGS);
    bwrap.args(["--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline"]);
    bwrap.arg(format!("--print-to-pdf=/out/{PRINTED}")).arg(format!("file://{}", links::PAGE));
    bwrap
}
