//! Writing a PDF that was changed.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use lopdf::{Document, Object};

use super::super::{Failure, Outcome, Progress, Work};

/// Writes a document, and tells what does not outlive that.
pub(super) fn save(document: &mut Document, path: &Path, progress: &Progress) -> Result<(), Failure> {
    tell_signatures(document, progress);
    let mut file = BufWriter::new(File::create_new(path).map_err(Failure::io)?);
    document.save_to(&mut file).map_err(Failure::io)?;
    file.into_inner().map_err(|error| Failure::io(error.into_error()))?;
    Ok(())
}

/// The one result of this work.
pub(in crate::engine) fn saved(
    document: &mut Document,
    work: &Work,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    progress.set(80.0, "Writing the pages")?;
    let path = work.output();
    save(document, &path, progress)?;
    Ok(Outcome::Files(vec![path]))
}

/// Tells that signatures break: they hold for the bytes of a file.
pub(in crate::engine) fn tell_signatures(document: &Document, progress: &Progress) {
    // The bytes for which it holds (PDF 32000-1, 12.8.1).
    let is_signature = |object: &Object| object.as_dict().is_ok_and(|object| object.has(b"ByteRange"));
    let has_signature = |object: &Object| {
        is_signature(object) || object.as_dict().and_then(|field| field.get(b"V")).is_ok_and(is_signature)
    };
    if document.objects.values().any(has_signature) {
        progress.warn(
            "The signatures of the PDF do not hold for the output, because it is another file; keep the input where they are needed",
        );
    }
}
