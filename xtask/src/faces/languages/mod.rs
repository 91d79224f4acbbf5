//! The faces, one language each.

mod c;
mod cli;
mod kotlin;
mod npm;
mod python;
mod swift;

use super::face::Face;

/// Every face, in the order of the printed tables.
pub(super) const FACES: &[Face] = &[npm::FACE, python::FACE, cli::FACE, c::FACE, kotlin::FACE, swift::FACE];
