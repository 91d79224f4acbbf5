//! Where pages go.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::super::page::Page;
use crate::engine::{Failure, Progress};

/// What takes pages.
pub(in crate::engine::image) trait Sink {
    fn add(&mut self, page: Page, progress: &Progress) -> Result<(), Failure>;
    /// The files that were written.
    fn finish(self: Box<Self>) -> Result<Vec<PathBuf>, Failure>;
}

pub(super) fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    File::create(path).map(|file| BufWriter::with_capacity(1 << 16, file)).map_err(Failure::io)
}

pub(super) fn failed(format: &'static str) -> impl Fn(String) -> Failure {
    move |error| Failure::BadInput(format!("The image cannot be written as {format}: {error}"))
}
