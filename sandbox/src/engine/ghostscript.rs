//! PDF for archives, for printers, and small, by `gs` (Ghostscript) where it is on the PATH.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::process::Command;

use super::program::{self, Installed};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work, pdf};

/// Where systems keep the profiles of Ghostscript.
const PROFILES: [&str; 2] = ["/usr/share/color/icc/ghostscript", "/usr/share/ghostscript/iccprofiles"];

pub(super) fn types(installed: &Installed) -> Vec<ConversionType> {
    if !installed.program("gs") {
        return Vec::new();
    }
    let new = |mode, run, options: Value| {
        let pair = ConversionType::new("document", "ghostscript", ("pdf", "pdf"), run);
        pair.mode(mode).options(options).program().note("A locked PDF becomes an open one.")
    };
    vec![
        new(Mode::PdfA, archive, json!({"conformance_level": "2b", "password": null}))
            .note("Forms, signatures, scripts, the structure (tags) and links that are not meant to be printed are lost."),
        new(Mode::PdfX, print, json!({"password": null}))
            .note("All colours become those of ink (CMYK); links, forms, signatures, attachments, scripts and the structure (tags) are lost."),
        new(Mode::Optimize, optimize, json!({"profile": "web", "password": null}))
            .note("Pictures become coarser: for `web` and `mrc` 150 dots per inch, for `print` and `archive` 300, for `max` 72. Forms, signatures, scripts and the structure (tags) are lost."),
    ]
}

/// PDF/A.
fn archive(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let level = match work.one_of("conformance_level")? {
        Some("1b") => 1,
        Some("3b") => 3,
        _ => 2,
    };
    let intent =
        Intent { kind: "GTS_PDFA1", profile: "srgb.icc", channels: 3, condition: "(sRGB)", more: "" };
    let mut gs = writer();
    // What is not allowed in it is left out.
    gs.arg(format!("-dPDFA={level}")).args(["-dPDFACompatibilityPolicy=1", "-sColorConversionStrategy=RGB"]);
    run(gs, Some(&intent), work, progress)
}

/// PDF/X-3.
fn print(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let intent = Intent {
        kind: "GTS_PDFX",
        profile: "default_cmyk.icc",
        channels: 4,
        condition: "(CGATS TR001) /RegistryName (http://www.color.org)",
        more: "[/GTS_PDFXVersion (PDF/X-3:2002) /Trapped /False /DOCINFO pdfmark\n",
    };
    let mut gs = writer();
    // What is not allowed in it is left out; by itself, this program would write another PDF instead.
    gs.args(["-dPDFX", "-dPDFACompatibilityPolicy=1", "-sColorConversionStrategy=CMYK"]);
    run(gs, Some(&intent), work, progress)
}

fn optimize(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let settings = match work.one_of("profile")? {
        Some("print") => "/printer",
        Some("archive") => "/prepress",
        Some("max") => "/screen",
        Some("mrc") => {
            progress.warn("profile=mrc does not part text from pictures here; it does what web does");
            "/ebook"
        }
        _ => "/ebook",
    };
    let mut gs = writer();
    gs.arg(format!("-dPDFSETTINGS={settings}"));
    let made = run(gs, None, work, progress)?;
    // A lock would come back with the input.
    if work.word("password").is_some() { Ok(made) } else { super::optimize::smaller(work, made) }
}

fn writer() -> Command {
    let mut gs = program::named("gs");
    gs.args(["-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite"]);
    gs
}

/// For what device a document is meant, as its catalogue says it.
struct Intent {
    kind: &'static str,
    profile: &'static str,
    channels: u8,
    condition: &'static str,
    more: &'static str,
}

impl Intent {
    fn profile(&self) -> Result<PathBuf, Failure> {
        let places = PROFILES.iter().map(|folder| Path::new(folder).join(self.profile));
        places.into_iter().find(|place| place.is_file()).ok_or_else(|| {
            Failure::Unavailable("The conversion host lacks the colour profiles of Ghostscript".into())
        })
    }

    /// A program in PostScript that writes it down.
    fn source(&self, profile: &Path) -> String {
        let Self { kind, channels, condition, more, .. } = self;
        let profile = profile.display();
        format!(
            "%!\n{more}[/_objdef {{icc}} /type /stream /OBJ pdfmark\n[{{icc}} <</N {channels}>> /PUT pdfmark\n\
             [{{icc}} ({profile}) (r) file /PUT pdfmark\n[/_objdef {{intent}} /type /dict /OBJ pdfmark\n\
             [{{intent}} <</Type /OutputIntent /S /{kind} /DestOutputProfile {{icc}} \
             /OutputConditionIdentifier {condition}>> /PUT pdfmark\n\
             [{{Catalog}} <</OutputIntents [{{intent}}]>> /PUT pdfmark\n"
        )
    }
}

fn run(
    mut gs: Command,
    intent: Option<&Intent>,
    work: &Work,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let input = work.input()?;
    progress.set(5.0, "Reading the PDF")?;
    let unlocked = work.word("password").map(|_| pdf::unlocked(input, work)).transpose()?;
    gs.arg(format!("-sOutputFile={}", work.output().display()));
    let mut prefix = None;
    if let Some(intent) = intent {
        let profile = intent.profile()?;
        gs.arg(format!("--permit-file-read={}", profile.display()));
        let file = NamedTempFile::new_in(&work.output_dir).map_err(Failure::io)?;
        std::fs::write(file.path(), intent.source(&profile)).map_err(Failure::io)?;
        gs.arg(prefix.insert(file).path());
    }
    gs.arg(unlocked.as_ref().map_or(input.path.as_path(), NamedTempFile::path));
    let (mut pages, mut locked) = (0.0, false);
    let ended = program::run(&mut gs, progress, |line| {
        // Processing pages 1 through 12.
        if let Some(last) = line.strip_prefix("Processing pages ").and_then(|line| line.rsplit(' ').next()) {
            pages = last.trim_end_matches('.').parse().unwrap_or(0.0);
        }
        if let Some(page) = line.strip_prefix("Page ").and_then(|page| page.parse::<f64>().ok()) {
            progress.percent(5.0 + 90.0 * page / f64::max(pages, 1.0));
        }
        locked |= line.contains("requires a password");
    });
    if locked {
        return Err(pdf::locked(work));
    }
    ended?;
    // Of what it cannot read it makes a document without pages.
    if pages < 1.0 {
        return Err(Failure::BadInput("The input file is not a PDF that can be read".into()));
    }
    Ok(Outcome::Files(vec![work.output()]))
}
