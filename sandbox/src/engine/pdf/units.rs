//! Pages whose unit is not a point, which Poppler does not know of.

use std::fs;
use std::path::Path;

use lopdf::Document;
use memchr::memmem;

use super::shown::unit;

/// A larger file is not looked through.
const MAX_FILE: u64 = 256 << 20;

/// How many points the unit of each page is; nothing where all are points.
pub(in crate::engine) fn units(path: &Path) -> Vec<f64> {
    if !fs::metadata(path).is_ok_and(|file| file.len() <= MAX_FILE) {
        return Vec::new();
    }
    let Ok(bytes) = fs::read(path) else { return Vec::new() };
    // Pages may be packed together, so that their words do not show.
    let may = [&b"/UserUnit"[..], b"/ObjStm"].iter().any(|word| memmem::find(&bytes, word).is_some());
    let document = Some(bytes).filter(|_| may).and_then(|bytes| Document::load_mem(&bytes).ok());
    let units = document.map(|document| document.page_iter().map(|page| unit(&document, page)).collect());
    units
        .filter(|units: &Vec<f64>| units.iter().any(|unit| (unit - 1.0).abs() > f64::EPSILON))
        .unwrap_or_default()
}
