//! Every option of an operation of version 2 that is known. Others go along as they are, and the service judges them.
//!
//! API documentation: <https://cloudconvert.com/api/v2/convert>, `…/optimize`, `…/watermark`, `…/thumbnail`, and so on.

use super::Takes::{Flag, Number, Object, OneOf, Text, Texts, Whole};
use super::{DescribedOperation, OperationOption, Takes};

/// What holds where nobody but the service knows it.
const THEIRS: &str = "the service's";

/// An option that may be left out.
const fn may(
    name: &'static str,
    takes: Takes,
    default: &'static str,
    does: &'static str,
    when: &'static str,
) -> OperationOption {
    OperationOption { name, takes, default, does, when }
}

/// An option that is needed, or another one in its place.
const fn needs(name: &'static str, takes: Takes, does: &'static str, when: &'static str) -> OperationOption {
    may(name, takes, "needed", does, when)
}

const fn operation(mode: &'static str, options: &'static [OperationOption]) -> DescribedOperation {
    DescribedOperation { mode, to: &[], options }
}

/// An operation that makes some formats only.
const fn into(
    mode: &'static str,
    to: &'static [&'static str],
    options: &'static [OperationOption],
) -> DescribedOperation {
    DescribedOperation { mode, to, options }
}

const PAGES: OperationOption =
    may("pages", Text, "all", "the pages that are taken, as `1-3,7`", "only some of them are wanted");
const FIT: OperationOption = may(
    "fit",
    OneOf(&["max", "crop", "scale"]),
    THEIRS,
    "how a picture fits into `width` and `height`: within, cut off, or drawn out",
    "both sides are given",
);

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
    operation(
        "watermark",
        &[
            needs("text", Text, "the text that is put on the file; or `image`", "the mark is a text"),
            needs(
                "image",
                Text,
                "the task that imports the picture of the mark; or `text`",
                "the mark is a picture, in a job of your own",
            ),
            PAGES,
            may(
                "layer",
                OneOf(&["above", "below"]),
                THEIRS,
                "where the mark lies on a page",
                "the text of a page has to stay readable",
            ),
            may("font_size", Number, THEIRS, "the size of the letters", "all marks have letters of one size"),
            may(
                "font_width_percent",
                Number,
                THEIRS,
                "the width of the text, in percent of the page's",
                "the text grows with the page",
            ),
            may("font_color", Text, THEIRS, "the colour of the text, as `#ff0000`", "black does not show"),
            may("font_name", Text, THEIRS, "the font", "the text has a font of a brand"),
            may("font_align", Text, THEIRS, "`left`, `center` or `right`", "the text has several lines"),
            may("image_width", Number, THEIRS, "the width of the picture", "the mark has a size of its own"),
            may(
                "image_height",
                Number,
                THEIRS,
                "the height of the picture",
                "the mark has a size of its own",
            ),
            may(
                "image_width_percent",
                Number,
                THEIRS,
                "the width of the picture, in percent of the page's",
                "the mark grows with the page",
            ),
            may(
                "position_vertical",
                OneOf(&["top", "center", "bottom"]),
                THEIRS,
                "where it is on the page",
                "the middle is needed for something else",
            ),
            may(
                "position_horizontal",
                OneOf(&["left", "center", "right"]),
                THEIRS,
                "where it is on the page",
                "the middle is needed for something else",
            ),
            may(
                "margin_vertical",
                Number,
                THEIRS,
                "the distance from the top or the bottom",
                "the mark is at an edge",
            ),
            may(
                "margin_horizontal",
                Number,
                THEIRS,
                "the distance from the left or the right",
                "the mark is at an edge",
            ),
            may(
                "opacity",
                Number,
                THEIRS,
                "how much it covers, in percent",
                "what is below has to show through",
            ),
            may(
                "rotation",
                Number,
                THEIRS,
                "how far it is turned, in degrees",
                "the mark goes across the page",
            ),
        ],
    ),
    into(
        "thumbnail",
        &["png", "jpg", "webp"],
        &[
            may("width", Whole, THEIRS, "the width, in pixels", "the place for the picture has a width"),
            may("height", Whole, THEIRS, "the height, in pixels", "the place for the picture has a height"),
            FIT,
            may("count", Whole, "1", "how many pictures", "a document or a film is shown by several"),
            may(
                "timestamp",
                Text,
                THEIRS,
                "where in a film it is taken, as `00:00:05`",
                "a film begins with black",
            ),
        ],
    ),
    into(
        "capture-website",
        &["pdf", "png", "jpg"],
        &[
            PAGES,
            may(
                "zoom",
                Number,
                THEIRS,
                "how much larger or smaller it is",
                "the page is too wide for the paper",
            ),
            may(
                "page_width",
                Number,
                THEIRS,
                "the width of the paper, or of the screen",
                "the page is no A4",
            ),
            may(
                "page_height",
                Number,
                THEIRS,
                "the height of the paper, or of the screen",
                "the page is no A4",
            ),
            may(
                "margin_top",
                Number,
                THEIRS,
                "the margin of the paper",
                "the paper is bound, or has no margin",
            ),
            may(
                "margin_bottom",
                Number,
                THEIRS,
                "the margin of the paper",
                "the paper is bound, or has no margin",
            ),
            may(
                "margin_left",
                Number,
                THEIRS,
                "the margin of the paper",
                "the paper is bound, or has no margin",
            ),
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
    ),
    operation("metadata/write", &[needs("metadata", Object, "the fields and what they are to be", "always")]),
    operation(
        "pdf/a",
        &[may(
            "conformance_level",
            OneOf(&["1b", "2b", "3b"]),
            THEIRS,
            "the part of the standard",
            "an archive asks for one",
        )],
    ),
    operation("pdf/x", &[]),
    operation(
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
    ),
    operation(
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
    ),
    operation("pdf/decrypt", &[needs("password", Text, "the password that opens it", "always")]),
    operation("pdf/split-pages", &[]),
    operation("pdf/extract-pages", &[needs("pages", Text, "the pages that are taken, as `1-3,7`", "always")]),
    operation(
        "pdf/rotate-pages",
        &[PAGES, needs("rotation", Number, "how far they are turned: 90, -90 or 180 degrees", "always")],
    ),
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
