//! Pictures that take fewer bytes, and PDFs where there is no Ghostscript. What would not become smaller stays as it is.

use std::fs::File;
use std::io::BufWriter;

use serde_json::{Value, json};

use super::image::{self as raster, Settings};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work, pdf};

pub(super) fn types() -> Vec<ConversionType> {
    let pictures = ["jpg", "jpeg", "png", "webp", "gif"].into_iter().map(|format| {
        let mut options = raster::options(format);
        if let Value::Object(options) = &mut options {
            options
                .retain(|name, _| ["quality", "lossless", "progressive", "strip"].contains(&name.as_str()));
        }
        let pair = ConversionType::new("image", "image", (format, format), picture);
        let pair = pair.mode(Mode::Optimize).options(options);
        match format {
            "png" | "gif" => pair,
            _ => pair.note("What is coded with loss is coded anew, by `quality`."),
        }
    });
    let pages = ConversionType::new("document", "lopdf", ("pdf", "pdf"), pages).mode(Mode::Optimize);
    let pages = pages.options(json!({"password": null})).note("Without loss; pictures stay as they are.");
    pictures.chain([pages]).collect()
}

fn picture(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    progress.set(1.0, "Decoding the image")?;
    // Where the input stays as it is, nothing of it is lost.
    let apart = progress.with_warnings_apart();
    let opened = raster::open(work.input()?, &work.input_format, Some(&settings), &apart, (1.0, 20.0))?;
    let made = raster::encode(work, &settings, opened, &apart)?;
    // What is to be left out would come back with the input.
    let strips = work.flag("strip")?;
    let made = if strips { made } else { smaller(work, made)? };
    if strips || is_smaller(work)? {
        apart.warnings().into_iter().for_each(|warning| progress.warn(warning));
    }
    Ok(made)
}

/// Whether the output is smaller than the input.
fn is_smaller(work: &Work) -> Result<bool, Failure> {
    Ok(work.output().metadata().map_err(Failure::io)?.len() < work.input()?.size)
}

fn pages(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(5.0, "Reading the PDF")?;
    let mut document = pdf::open(work.input()?, work)?;
    progress.set(40.0, "Packing the PDF")?;
    document.prune_objects();
    document.compress();
    let mut file = BufWriter::new(File::create(work.output()).map_err(Failure::io)?);
    document.save_modern(&mut file).map_err(Failure::io)?;
    file.into_inner().map_err(|error| Failure::io(error.into_error()))?;
    let made = Outcome::Files(vec![work.output()]);
    // A lock would come back with the input.
    let made = if document.was_encrypted() { made } else { smaller(work, made)? };
    if document.was_encrypted() || is_smaller(work)? {
        pdf::tell_signatures(&document, progress);
    }
    Ok(made)
}

/// The output, where it is smaller than the input; else a copy of that.
pub(super) fn smaller(work: &Work, made: Outcome) -> Result<Outcome, Failure> {
    let input = work.input()?;
    if let Outcome::Files(files) = &made
        && let [file] = files.as_slice()
        && file.metadata().map_err(Failure::io)?.len() >= input.size
    {
        std::fs::remove_file(file).and_then(|()| std::fs::copy(&input.path, file)).map_err(Failure::io)?;
    }
    Ok(made)
}
