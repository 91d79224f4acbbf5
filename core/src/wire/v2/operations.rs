//! What each mode is as an operation of version 2, and the options of it that are known.
//!
//! Known options are checked before anything is sent, because a job costs even where it fails. Others go along as they are.
//!
//! API documentation: <https://cloudconvert.com/api/v2/convert>, `…/optimize`, `…/watermark`, `…/thumbnail`, and so on.

use crate::error::Error;
use crate::job::Mode;
use crate::json::Value;
use Kind::{Flag, Number, Object, OneOf, Text, Texts, Whole};

/// One operation.
pub(super) struct Operation {
    mode: Mode,
    /// Its name in a task.
    pub(super) name: &'static str,
    /// Whether it is told the format of its input.
    pub(super) from: bool,
    /// Whether it is told the format of its output.
    pub(super) to: bool,
    /// Options without which it is refused: one of each row.
    needs: &'static [&'static [&'static str]],
    options: &'static [(&'static str, Kind)],
}

/// What an option can be.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Texts,
    Whole,
    Number,
    Flag,
    Object,
    OneOf(&'static [&'static str]),
}

const FIT: Kind = OneOf(&["max", "crop", "scale"]);

const OPERATIONS: &[Operation] = &[
    // Its options depend on the pair of formats, so only those are known that mean the same for all.
    Operation::new(Mode::Convert, "convert", &[], &[("pages", Text), ("fit", FIT)]).from().to(),
    Operation::new(Mode::Info, "metadata", &[], &[]),
    Operation::new(Mode::Combine, "merge", &[], &[]).to(),
    Operation::new(Mode::Archive, "archive", &[], &[]).to(),
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
            ("pages", Text),
            ("layer", OneOf(&["above", "below"])),
            ("text", Text),
            ("image", Text),
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
        &[("width", Whole), ("height", Whole), ("fit", FIT), ("count", Whole), ("timestamp", Text)],
    )
    .from()
    .to(),
    Operation::new(
        Mode::CaptureWebsite,
        "capture-website",
        &[],
        &[
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
    Operation::new(Mode::PdfA, "pdf/a", &[], &[("conformance_level", Text)]),
    Operation::new(Mode::PdfX, "pdf/x", &[], &[]),
    Operation::new(Mode::PdfOcr, "pdf/ocr", &[], &[("auto_orient", Flag), ("language", Texts)]),
    Operation::new(
        Mode::PdfEncrypt,
        "pdf/encrypt",
        &[&["set_password", "set_owner_password"]],
        &[("set_password", Text), ("set_owner_password", Text)],
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

impl Operation {
    const fn new(
        mode: Mode,
        name: &'static str,
        needs: &'static [&'static [&'static str]],
        options: &'static [(&'static str, Kind)],
    ) -> Self {
        Self { mode, name, from: false, to: false, needs, options }
    }

    const fn from(self) -> Self {
        Self { from: true, ..self }
    }

    const fn to(self) -> Self {
        Self { to: true, ..self }
    }

    /// The operation of a mode. Every mode has one.
    pub(super) fn of(mode: Mode) -> &'static Self {
        OPERATIONS.iter().find(|operation| operation.mode == mode).unwrap_or(&OPERATIONS[0])
    }

    /// Refuses what it lacks, and known options with a value they cannot take.
    pub(super) fn check<'v>(&self, option: impl Fn(&str) -> &'v Value<'v>) -> Result<(), Error> {
        let lacks = |names: &&&[&str]| names.iter().all(|name| option(name).is_empty());
        if let Some(missing) = self.needs.iter().find(lacks) {
            return Err(Error::bad_request(
                ["`", self.name, "` needs `", &missing.join("` or `"), "` in its options"].concat(),
            ));
        }
        for (name, kind) in self.options {
            let value = option(name);
            if value != &Value::Null && !kind.takes(value) {
                return Err(Error::bad_request(
                    ["the option `", name, "` of `", self.name, "` has to be ", &kind.words()].concat(),
                ));
            }
        }
        Ok(())
    }
}

impl Kind {
    fn takes(self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Text, Value::String(_) | Value::Integer(_) | Value::Float(_)) | (Flag, Value::Bool(_)) => true,
            (Whole, Value::Integer(number)) => *number >= 0,
            (Number, value) => value.number().is_some(),
            (Texts, Value::Array(items)) => items.iter().all(|item| item.text().is_some()),
            (Object, Value::Object(_)) => true,
            (OneOf(names), value) => value.text().is_some_and(|text| names.contains(&text)),
            _ => false,
        }
    }

    fn words(self) -> String {
        match self {
            Text => "a text".to_owned(),
            Texts => "an array of texts".to_owned(),
            Whole => "a whole number".to_owned(),
            Number => "a number".to_owned(),
            Flag => "true or false".to_owned(),
            Object => "an object".to_owned(),
            OneOf(names) => ["one of ", &names.join(", ")].concat(),
        }
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::job::MODES;

    #[test]
    fn every_mode_is_one_operation() {
        for (name, mode) in MODES {
            let rows = OPERATIONS.iter().filter(|operation| operation.mode == *mode).count();
            assert_eq!(rows, 1, "{name}");
        }
        assert_eq!(OPERATIONS.len(), MODES.len());
    }

    #[test]
    fn known_options_are_checked_and_others_are_open() {
        let check = |mode, options: &str| {
            let options: Value<'_> = serde_json::from_str(options).unwrap();
            Operation::of(mode).check(|name| options.get(name))
        };
        for (mode, options, says) in [
            (Mode::Watermark, "{}", "`text` or `image`"),
            (Mode::Watermark, r#"{"text":"x","layer":"beside"}"#, "one of above, below"),
            (Mode::Watermark, r#"{"text":"x","opacity":"half"}"#, "a number"),
            (Mode::Thumbnail, r#"{"width":-3}"#, "a whole number"),
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
