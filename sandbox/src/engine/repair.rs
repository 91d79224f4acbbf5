//! PDF to PDF: the pages that are wanted, as they are in the file. Of one that is too damaged for that, what can be drawn.

use serde_json::{Value, json};

use super::{ConversionType, Failure, Outcome, Progress, Work, pdf, poppler};

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let pair = ConversionType::new("document", "lopdf", ("pdf", "pdf"), convert);
    let pair = pair.options(json!({"pages": Value::Null, "password": Value::Null}));
    // Programs draw anew what cannot be read.
    std::iter::once(pair.program().note("A locked PDF becomes an open one."))
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    match pdf::choose(work, progress)? {
        Some(made) => Ok(made),
        None => poppler::draw_anew(work, progress),
    }
}
