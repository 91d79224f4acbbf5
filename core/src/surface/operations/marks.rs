//! What is drawn over a file, and small pictures of it.

use super::written::{FIT, PAGES, THEIRS, into, may, needs, operation};
use crate::surface::DescribedOperation;
use crate::surface::Takes::{Number, OneOf, Text, Whole};

/// `watermark`.
pub(super) const WATERMARK: DescribedOperation = operation(
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
        may("image_height", Number, THEIRS, "the height of the picture", "the mark has a size of its own"),
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
        may("opacity", Number, THEIRS, "how much it covers, in percent", "what is below has to show through"),
        may("rotation", Number, THEIRS, "how far it is turned, in degrees", "the mark goes across the page"),
    ],
);

/// `thumbnail`.
pub(super) const THUMBNAIL: DescribedOperation = into(
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
);
