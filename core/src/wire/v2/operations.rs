//! What each mode is as an operation of version 2, and the options of it that are known.
//!
//! API documentation: <https://cloudconvert.com/api/v2/convert>, `…/optimize`, `…/watermark`, `…/thumbnail`, and so on.

use super::operation::Operation;
use super::operation::Takes::{self, Flag, Number, Object, OneOf, Text, Texts, Whole};
use crate::job::Mode;

const FIT: Takes = OneOf(&["max", "crop", "scale"]);

const OPERATIONS: &[Operation] = &[
    // Its options depend on the pair of formats, so only those are known that mean the same for all.
    Operation::new(Mode::Convert, "convert", &[], &[("pages", Text), ("fit", FIT)]).from().to(),
    Operation::new(Mode::Info, "metadata", &[], &[]),
    Operation::new(Mode::Combine, "merge", &[], &[("to", OneOf(&["pdf"]))]).to(),
    Operation::new(
        Mode::Archive,
        "archive",
        &[],
        &[("to", OneOf(&["zip", "rar", "7z", "tar", "tar.gz", "tar.bz2"]))],
    )
    .to(),
    Operation::new(Mode::Extract, "archive/extract", &[], &[]),
    Operation::new(
        Mode::Optimize,
        "optimize",
        &[],
        &[("profile", OneOf(&["web", "print", "archive", "mrc", "max"])), ("quality", Number)],
    )
    .from(),
    Operation::new(
        Mode::Watermark,
        "watermark",
        &[&["text", "image"]],
        &[
            ("text", Text),
            ("image", Text),
            ("pages", Text),
            ("layer", OneOf(&["above", "below"])),
            ("font_size", Number),
            ("font_width_percent", Number),
            ("font_color", Text),
            ("font_name", Text),
            ("font_align", Text),
            ("image_width", Number),
            ("image_height", Number),
            ("image_width_percent", Number),
            ("position_vertical", OneOf(&["top", "center", "bottom"])),
            ("position_horizontal", OneOf(&["left", "center", "right"])),
            ("margin_vertical", Number),
            ("margin_horizontal", Number),
            ("opacity", Number),
            ("rotation", Number),
        ],
    )
    .from(),
    Operation::new(
        Mode::Thumbnail,
        "thumbnail",
        &[],
        &[
            ("to", OneOf(&["png", "jpg", "webp"])),
            ("width", Whole),
            ("height", Whole),
            ("fit", FIT),
            ("count", Whole),
            ("timestamp", Text),
        ],
    )
    .from()
    .to(),
    Operation::new(
        Mode::CaptureWebsite,
        "capture-website",
        &[],
        &[
            ("to", OneOf(&["pdf", "png", "jpg"])),
            ("pages", Text),
            ("zoom", Number),
            ("page_width", Number),
            ("page_height", Number),
            ("margin_top", Number),
            ("margin_bottom", Number),
            ("margin_left", Number),
            ("margin_right", Number),
            ("print_background", Flag),
            ("display_header_footer", Flag),
            ("header_template", Text),
            ("footer_template", Text),
            ("wait_until", OneOf(&["load", "domcontentloaded", "networkidle0", "networkidle2"])),
            ("wait_for_element", Text),
            ("wait_time", Whole),
            ("headers", Object),
        ],
    )
    .to(),
    Operation::new(Mode::WriteMetadata, "metadata/write", &[&["metadata"]], &[("metadata", Object)]),
    Operation::new(Mode::PdfA, "pdf/a", &[], &[("conformance_level", OneOf(&["1b", "2b", "3b"]))]),
    Operation::new(Mode::PdfX, "pdf/x", &[], &[]),
    Operation::new(Mode::PdfOcr, "pdf/ocr", &[], &[("auto_orient", Flag), ("language", Texts)]),
    Operation::new(
        Mode::PdfEncrypt,
        "pdf/encrypt",
        &[&["set_password", "set_owner_password"]],
        &[
            ("set_password", Text),
            ("set_owner_password", Text),
            ("allow_extract", Flag),
            ("allow_accessibility", Flag),
            ("allow_modify", Flag),
            ("allow_print", Flag),
        ],
    ),
    Operation::new(Mode::PdfDecrypt, "pdf/decrypt", &[&["password"]], &[("password", Text)]),
    Operation::new(Mode::PdfSplitPages, "pdf/split-pages", &[], &[]),
    Operation::new(Mode::PdfExtractPages, "pdf/extract-pages", &[&["pages"]], &[("pages", Text)]),
    Operation::new(
        Mode::PdfRotatePages,
        "pdf/rotate-pages",
        &[&["rotation"]],
        &[("pages", Text), ("rotation", Number)],
    ),
    Operation::new(Mode::PdfMerge, "pdf/merge", &[], &[]),
    Operation::new(
        Mode::Command,
        "command",
        &[&["command"], &["arguments"]],
        &[
            ("command", OneOf(&["ffmpeg", "ffprobe", "convert", "identify", "gm"])),
            ("arguments", Text),
            ("capture_output", Flag),
        ],
    ),
];

/// The operation of a mode. Every mode has one.
pub(super) fn of(mode: Mode) -> &'static Operation {
    OPERATIONS.iter().find(|operation| operation.mode == mode).unwrap_or(&OPERATIONS[0])
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::job::MODES;
    use crate::json::Value;

    #[test]
    fn every_mode_is_one_operation() {
        for (name, mode) in MODES {
            let rows = OPERATIONS.iter().filter(|operation| operation.mode == *mode).count();
            assert_eq!(rows, 1, "{name}");
        }
        assert_eq!(OPERATIONS.len(), MODES.len());
    }

    /// Pages do not load the descriptions, so there are two tables.
    #[cfg(feature = "surface")]
    #[test]
    fn every_operation_is_described_as_it_is_checked() {
        let described = crate::surface::OPERATIONS.iter().map(|operation| {
            let options = operation.options.iter();
            let options: Vec<_> = options.map(|option| (option.name, option.takes)).collect();
            let needed: Vec<_> =
                operation.options.iter().filter(|option| option.default == "needed").collect();
            let needed: Vec<_> = needed.iter().map(|option| option.name).collect();
            (operation.mode, operation.to, options, needed)
        });
        let checked = MODES.iter().map(|(name, mode)| {
            let operation = of(*mode);
            let to = operation.options.iter().find(|(name, _)| *name == "to");
            let to = to.map_or(&[][..], |(_, takes)| if let OneOf(formats) = takes { formats } else { &[] });
            let others = operation.options.iter().filter(|(name, _)| *name != "to");
            let options = others.copied().collect();
            (*name, to, options, operation.needs.concat())
        });
        for (mut described, mut checked) in described.zip(checked) {
            described.3.sort_unstable();
            checked.3.sort_unstable();
            assert_eq!(described, checked);
        }
        assert_eq!(crate::surface::OPERATIONS.len(), MODES.len());
    }

    #[test]
    fn known_options_are_checked_and_others_are_open() {
        let check = |mode, options: &str| {
            let options: Value<'_> = serde_json::from_str(options).unwrap();
            of(mode).check(|name| options.get(name))
        };
        for (mode, options, says) in [
            (Mode::Watermark, "{}", "`text` or `image`"),
            (Mode::Watermark, r#"{"text":"x","layer":"beside"}"#, "one of above, below"),
            (Mode::Watermark, r#"{"text":"x","opacity":"half"}"#, "a number"),
            (Mode::Thumbnail, r#"{"to":"pdf"}"#, "one of png, jpg, webp"),
            (Mode::Archive, r#"{"to":"png"}"#, "one of zip, rar"),
            (Mode::PdfA, r#"{"conformance_level":"9z"}"#, "one of 1b, 2b, 3b"),
            (Mode::PdfEncrypt, r#"{"set_password":"x","allow_print":"no"}"#, "true or false"),
            (Mode::CaptureWebsite, r#"{"print_background":"yes"}"#, "true or false"),
            (Mode::PdfOcr, r#"{"language":"eng"}"#, "an array of texts"),
            (Mode::WriteMetadata, r#"{"metadata":[1]}"#, "an object"),
            (Mode::Convert, r#"{"pages":[1]}"#, "a text"),
            (Mode::PdfDecrypt, "{}", "`password`"),
            (Mode::Command, r#"{"command":"rm","arguments":"-rf"}"#, "one of ffmpeg"),
        ] {
            let error = check(mode, options).unwrap_err();
            assert!(error.message.contains(says), "{says}: {}", error.message);
        }
        assert!(check(Mode::Watermark, r#"{"text":"x","opacity":50,"glow":{"a":1}}"#).is_ok());
        assert!(check(Mode::Convert, r#"{"width":"wide","pages":"1-2"}"#).is_ok());
    }
}
