//! The pages of PDFs, chosen and joined, by `lopdf`, which keeps what a document has besides: links, bookmarks, forms,
//! attachments, structure.

mod attachments;
mod choose;
mod forms;
mod join;
mod labels;
mod layers;

use std::fs::File;
use std::io::BufWriter;

use lopdf::{Document, Error, LoadOptions, Object};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::super::range::PageRange;
use super::super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use super::lock::{is_locked, locked};
use super::save::saved;
use crate::file::StoredFile;

pub(super) use choose::{Lost, leave};

/// The largest file that is read into memory.
const MAX_FILE: u64 = 1 << 30;

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let pair = ConversionType::new("document", "lopdf", ("pdf", "pdf"), join).mode(Mode::Combine);
    let pair = pair.options(json!({"password": Value::Null}));
    std::iter::once(pair.note("The structure (tags) and named places of the documents are lost."))
}

/// A PDF, with nothing locked.
pub(in crate::engine) fn open(input: &StoredFile, work: &Work) -> Result<Document, Failure> {
    if input.size > MAX_FILE {
        return Err(Failure::BadInput(format!(
            "The PDF has {} bytes; at most {MAX_FILE} are read",
            input.size
        )));
    }
    let load = |force_reconstruct| {
        let password = work.word("password");
        let options = LoadOptions { password, force_reconstruct, ..LoadOptions::default() };
        let file = File::open(&input.path).map_err(Failure::io)?;
        Document::load_from_with_options(file, options).map_err(|error| match error {
            Error::InvalidPassword | Error::Decryption(_) => locked(work),
            error => Failure::corrupt("PDF", error),
        })
    };
    let document = load(false)?;
    if document.is_encrypted() {
        return Err(locked(work));
    }
    if is_complete(&document) {
        return Ok(document);
    }
    // The table of the objects is wrong, so they are looked for in the whole file.
    Ok(load(true).ok().filter(is_complete).unwrap_or(document))
}

/// Whether there is all that the pages refer to.
fn is_complete(document: &Document) -> bool {
    let is_there = |object: &Object| match object {
        Object::Reference(id) => document.has_object(*id),
        _ => true,
    };
    document.page_iter().all(|page| {
        let Ok(page) = document.get_dictionary(page) else { return false };
        [&b"Contents"[..], b"Resources"].into_iter().filter_map(|name| page.get(name).ok()).all(|object| {
            is_there(object) && object.as_array().map_or(true, |parts| parts.iter().all(is_there))
        })
    })
}

/// A locked PDF without its lock, in a file that is gone when this is dropped. So that the password stays in this
/// process: the arguments of programs can be read by every user of the machine.
pub(in crate::engine) fn unlocked(input: &StoredFile, work: &Work) -> Result<NamedTempFile, Failure> {
    let mut document = open(input, work)?;
    let file = NamedTempFile::new_in(&work.output_dir).map_err(Failure::io)?;
    document.save_to(&mut BufWriter::new(file.as_file())).map_err(Failure::io)?;
    Ok(file)
}

/// The pages that are wanted; None where the document cannot be read.
pub(in crate::engine) fn choose(work: &Work, progress: &Progress) -> Result<Option<Outcome>, Failure> {
    let range = PageRange::read(work)?;
    let input = work.input()?;
    progress.set(5.0, "Reading the pages")?;
    let mut document = match open(input, work) {
        Ok(document) if document.page_iter().next().is_some() => document,
        Err(locked) if is_locked(&locked) => return Err(locked),
        _ => return Ok(None),
    };
    progress.set(40.0, "Choosing the pages")?;
    let count = u32::try_from(document.page_iter().count()).unwrap_or(u32::MAX);
    let range = range.within(count)?;
    if range.count() == count && !document.was_encrypted() && document.xref_recovery.is_none() {
        std::fs::copy(&input.path, work.output()).map_err(Failure::io)?;
        return Ok(Some(Outcome::Files(vec![work.output()])));
    }
    if document.xref_recovery.is_some() {
        progress.warn("The PDF is damaged, and was repaired; what could not be found is missing");
    }
    leave(&mut document, |page| range.has(page)).tell(progress);
    saved(&mut document, work, progress).map(Some)
}

/// All pages of all documents.
fn join(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let inputs = work.several()?;
    let mut joined = join::Joined::default();
    for (done, input) in inputs.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        progress.set(80.0 * done as f64 / inputs.len() as f64, "Joining the documents")?;
        joined.add(open(input, work)?, progress)?;
    }
    saved(&mut joined.finish()?, work, progress)
}
