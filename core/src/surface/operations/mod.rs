//! Every option of an operation of version 2 that is known. Others go along as they are, and the service judges them.
//!
//! API documentation: <https://cloudconvert.com/api/v2/convert>, `…/optimize`, `…/watermark`, `…/thumbnail`, and so on.

mod marks;
mod pdf;
mod website;
mod written;

use super::DescribedOperation;
use super::Takes::{Flag, Number, Object, OneOf, Text};
use written::{FIT, PAGES, THEIRS, into, may, needs, operation};

/// Every mode that is an operation of version 2, in the order of [`Mode`](crate::Mode).
pub const OPERATIONS: &[DescribedOperation] = &[
    // All other options depend on the pair of formats; the service lists them with its formats.
    operation("convert", &[PAGES, FIT]),
    operation("info", &[]),
    into("combine", &["pdf"], &[]),
    into("archive", &["zip", "rar", "7z", "tar", "tar.gz", "tar.bz2"], &[]),
    operation("extract", &[]),
    operation(
        "optimize",
        &[
            may(
                "profile",
                OneOf(&["web", "print", "archive", "mrc", "max"]),
                THEIRS,
                "what a PDF is made small for",
                "the file is printed or kept, or has to be as small as can be",
            ),
            may("quality", Number, THEIRS, "the quality of a picture", "the size counts more than the look"),
        ],
    ),
    marks::WATERMARK,
    marks::THUMBNAIL,
    website::CAPTURE_WEBSITE,
    operation("metadata/write", &[needs("metadata", Object, "the fields and what they are to be", "always")]),
    pdf::ARCHIVAL,
    operation("pdf/x", &[]),
    pdf::OCR,
    pdf::ENCRYPT,
    operation("pdf/decrypt", &[needs("password", Text, "the password that opens it", "always")]),
    operation("pdf/split-pages", &[]),
    operation("pdf/extract-pages", &[needs("pages", Text, "the pages that are taken, as `1-3,7`", "always")]),
    pdf::ROTATE_PAGES,
    operation("pdf/merge", &[]),
    operation(
        "command",
        &[
            needs(
                "command",
                OneOf(&["ffmpeg", "ffprobe", "convert", "identify", "gm"]),
                "the program, of the `engine` that is named",
                "always",
            ),
            needs(
                "arguments",
                Text,
                "its arguments; files are `/input/TASK/FILE` and `/output/FILE`",
                "always",
            ),
            may(
                "capture_output",
                Flag,
                THEIRS,
                "whether what it says is kept",
                "it tells something, as `ffprobe` does",
            ),
        ],
    ),
];
