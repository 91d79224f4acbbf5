//! What is done with PDFs.

use super::written::{PAGES, THEIRS, may, needs, operation};
use crate::surface::DescribedOperation;
use crate::surface::Takes::{Flag, Number, OneOf, Text, Texts};

/// `pdf/a`.
pub(super) const ARCHIVAL: DescribedOperation = operation(
    "pdf/a",
    &[may(
        "conformance_level",
        OneOf(&["1b", "2b", "3b"]),
        THEIRS,
        "the part of the standard",
        "an archive asks for one",
    )],
);

/// `pdf/ocr`.
pub(super) const OCR: DescribedOperation = operation(
    "pdf/ocr",
    &[
        may(
            "auto_orient",
            Flag,
            THEIRS,
            "whether pages that lie are turned",
            "pages were scanned every way round",
        ),
        may("language", Texts, THEIRS, "the languages of the text, as `[\"eng\"]`", "it is not English"),
    ],
);

/// `pdf/encrypt`.
pub(super) const ENCRYPT: DescribedOperation = operation(
    "pdf/encrypt",
    &[
        needs(
            "set_password",
            Text,
            "the password that opens it; or `set_owner_password`",
            "only those who know it may read",
        ),
        needs(
            "set_owner_password",
            Text,
            "the password that lifts the limits; or `set_password`",
            "all may read, and not do all else",
        ),
        may(
            "allow_extract",
            Flag,
            THEIRS,
            "whether text and pictures may be copied",
            "an owner's password is set",
        ),
        may(
            "allow_accessibility",
            Flag,
            THEIRS,
            "whether programs may read it aloud",
            "an owner's password is set",
        ),
        may("allow_modify", Flag, THEIRS, "whether it may be changed", "an owner's password is set"),
        may("allow_print", Flag, THEIRS, "whether it may be printed", "an owner's password is set"),
    ],
);

/// `pdf/rotate-pages`.
pub(super) const ROTATE_PAGES: DescribedOperation = operation(
    "pdf/rotate-pages",
    &[PAGES, needs("rotation", Number, "how far they are turned: 90, -90 or 180 degrees", "always")],
);
