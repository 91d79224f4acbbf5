//! Web pages as pictures and PDFs.

use super::written::{PAGES, THEIRS, into, may};
use crate::surface::DescribedOperation;
use crate::surface::Takes::{Flag, Number, Object, OneOf, Text, Whole};

/// `capture-website`.
pub(super) const CAPTURE_WEBSITE: DescribedOperation = into(
    "capture-website",
    &["pdf", "png", "jpg"],
    &[
        PAGES,
        may("zoom", Number, THEIRS, "how much larger or smaller it is", "the page is too wide for the paper"),
        may("page_width", Number, THEIRS, "the width of the paper, or of the screen", "the page is no A4"),
        may("page_height", Number, THEIRS, "the height of the paper, or of the screen", "the page is no A4"),
        may("margin_top", Number, THEIRS, "the margin of the paper", "the paper is bound, or has no margin"),
        may(
            "margin_bottom",
            Number,
            THEIRS,
            "the margin of the paper",
            "the paper is bound, or has no margin",
        ),
        may("margin_left", Number, THEIRS, "the margin of the paper", "the paper is bound, or has no margin"),
        may(
            "margin_right",
            Number,
            THEIRS,
            "the margin of the paper",
            "the paper is bound, or has no margin",
        ),
        may(
            "print_background",
            Flag,
            THEIRS,
            "whether colours and pictures behind the text are printed",
            "ink is to be saved",
        ),
        may(
            "display_header_footer",
            Flag,
            THEIRS,
            "whether every sheet has a header and a footer",
            "the sheets are numbered",
        ),
        may("header_template", Text, THEIRS, "the header, in HTML", "`display_header_footer` is set"),
        may("footer_template", Text, THEIRS, "the footer, in HTML", "`display_header_footer` is set"),
        may(
            "wait_until",
            OneOf(&["load", "domcontentloaded", "networkidle0", "networkidle2"]),
            THEIRS,
            "when the page counts as loaded",
            "scripts load more after the page has come",
        ),
        may(
            "wait_for_element",
            Text,
            THEIRS,
            "the CSS selector of an element that is waited for",
            "a script makes what is to be seen",
        ),
        may(
            "wait_time",
            Whole,
            THEIRS,
            "how long is waited besides, in milliseconds",
            "nothing else tells that the page is ready",
        ),
        may(
            "headers",
            Object,
            "none",
            "headers of the request for the page",
            "the page needs a login or a language",
        ),
    ],
);
