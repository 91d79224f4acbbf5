//! A TIFF that is read.

use std::io::Cursor;

use tiff::TiffError;
use tiff::decoder::Decoder;

use crate::engine::Failure;

/// How many pages are read.
pub(super) const MAX_PAGES: usize = 5000;

pub(super) type File = Decoder<Cursor<Vec<u8>>>;

#[allow(clippy::needless_pass_by_value)]
pub(super) fn corrupt(error: TiffError) -> Failure {
    Failure::corrupt("tiff image", error)
}
