//! HTML to PDF with its styles, by Chromium where it is on the PATH, within a `bwrap` that has no network and no files
//! but the page. Elsewhere, [`super::documents`] sets what it knows of HTML.

mod held;
mod outside;

use std::path::Path;

use tokio::process::Command;

use super::program::{self, Installed};
use super::{ConversionType, Failure, Outcome, Progress, Work, documents, fonts, text};
use crate::escape::escaped;

pub(super) use held::{FLAGS, command as held, find};

/// Nothing is loaded, also from this machine, and nothing runs.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline' data:; img-src data:; font-src data:; media-src data:";

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
    if document.folded > 0 {
        progress.warn(format!(
            "{} lists show the option that is chosen; their other options are not in the PDF",
            document.folded
        ));
    }
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let page = folder.path().join("page.html");
    let title = document.title.is_none().then_some(work.stem.as_str());
    std::fs::write(&page, guarded(&source, title)).map_err(Failure::io)?;
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
    std::fs::rename(made, work.output()).map_err(Failure::io)?;
    Ok(Outcome::Files(vec![work.output()]))
}

/// Whether there is a browser that can be held in.
pub(super) fn is_there(installed: &Installed) -> bool {
    installed.all() || find().is_some()
}

/// What the browser prints to, in the folder of outputs.
const PRINTED: &str = "printed.pdf";

/// The page in UTF-8, with the policy and a title where it has none. They stand behind the type of document, so that the
/// page is set as it would be without them.
fn guarded(source: &str, title: Option<&str>) -> String {
    let start = source.trim_start();
    let begins = start.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
    let (kind, rest) = start.split_at(if begins { start.find('>').map_or(0, |at| at + 1) } else { 0 });
    let title = title.map(|title| format!("<title>{}</title>", escaped(title))).unwrap_or_default();
    format!("\u{feff}{kind}<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">{title}{rest}")
}

/// The browser, where it sees the system and the page, and writes into this folder.
fn held_in(browser: &Path, page: &Path, folder: &Path) -> Command {
    let mut bwrap = held::command();
    bwrap.arg("--ro-bind").arg(page).arg("/in/page.html").arg("--bind").arg(folder).arg("/out").arg("--");
    bwrap.arg(browser).args(held::FLAGS);
    bwrap.args(["--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline"]);
    bwrap.arg(format!("--print-to-pdf=/out/{PRINTED}")).arg("file:///in/page.html");
    bwrap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_set_as_it_would_be() {
        let page = guarded("\n<!DOCTYPE html>\n<p>x", Some("A & <B>"));
        assert!(page.starts_with("\u{feff}<!DOCTYPE html><meta http-equiv"), "{page}");
        assert!(page.ends_with("<title>A &amp; &lt;B&gt;</title>\n<p>x"), "{page}");
        assert!(guarded("<p>x", None).starts_with("\u{feff}<meta "));
    }
}
