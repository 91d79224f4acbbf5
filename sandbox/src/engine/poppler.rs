//! PDF to pictures and text, by `pdftoppm` and `pdftotext` where they are on the PATH.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::{Failure, Outcome, Progress, Types, Work, command};

pub(super) fn add(types: &mut Types) {
    if command::find("pdftoppm").is_some() {
        for output in ["jpg", "jpeg", "png"] {
            let options = json!({"density": 150, "quality": 85});
            types.add("document", "pdftoppm", ("pdf", output), options, pictures);
        }
    }
    if command::find("pdftotext").is_some() {
        types.add("document", "pdftotext", ("pdf", "txt"), super::none(), text);
    }
}

/// One picture for each page: `stem.jpg`, or `stem-1.jpg`, `stem-2.jpg` and so on.
fn pictures(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let density = work.number("density", 10, 600)?.unwrap_or(150);
    let quality = work.number("quality", 1, 100)?.unwrap_or(85);
    let mut pdftoppm = Command::new("pdftoppm");
    if work.output_format == "png" {
        pdftoppm.arg("-png");
    } else {
        pdftoppm.args(["-jpeg", "-jpegopt", &format!("quality={quality}")]);
    }
    // It tells of every page on its error output, which is kept for error messages, so the pages are counted instead.
    pdftoppm.args(["-r", &density.to_string()]).arg(work.input()?).arg(work.output_dir.join("page"));
    progress.set(10.0, "Drawing the pages")?;
    command::run(&mut pdftoppm, progress, |_| Ok(()))?;
    progress.set(90.0, "Naming the pages")?;
    let mut pages: Vec<PathBuf> = std::fs::read_dir(&work.output_dir)
        .map_err(Failure::io)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    pages.sort();
    let single = pages.len() == 1;
    let named = pages.into_iter().enumerate().map(|(index, page)| {
        let number = if single { String::new() } else { format!("-{}", index + 1) };
        let path = work.output_dir.join(format!("{}{number}.{}", work.stem, work.output_format));
        std::fs::rename(page, &path).map(|()| path)
    });
    Ok(Outcome::Files(named.collect::<Result<_, _>>().map_err(Failure::io)?))
}

fn text(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(10.0, "Reading the text")?;
    let output = work.output();
    let mut pdftotext = Command::new("pdftotext");
    command::run(pdftotext.args(["-enc", "UTF-8"]).arg(work.input()?).arg(&output), progress, |_| Ok(()))?;
    Ok(Outcome::Files(vec![output]))
}
