//! What options take, by their names.

use serde_json::Value;

use super::Mode;

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    Text,
    Flag,
    /// A whole number.
    Integer,
    Number,
    /// One of these words.
    One(&'static [&'static str]),
    /// Names and values.
    Dictionary,
}

impl Takes {
    /// What the option of this name takes in this mode.
    pub(crate) fn of(mode: Mode, name: &str, default: &Value) -> Self {
        if let Some(words) = words(mode, name) {
            return Self::One(words);
        }
        match (name, default) {
            ("lossless", _) | (_, Value::Bool(_)) => Self::Flag,
            ("headers" | "metadata", _) | (_, Value::Object(_)) => Self::Dictionary,
            ("zoom" | "rotation", _) => Self::Number,
            ("page_width" | "page_height", _) if mode == Mode::Capture => Self::Number,
            (name, _) if INTEGERS.contains(&name) => Self::Integer,
            (_, Value::Number(number)) if number.is_f64() => Self::Number,
            (_, Value::Number(_)) => Self::Integer,
            _ => Self::Text,
        }
    }

    /// Whether a value of this shape may be one of these, for the option of this name.
    pub(crate) fn fits(self, name: &str, value: &Value) -> bool {
        match value {
            Value::Object(_) => self == Self::Dictionary,
            Value::Array(list) => list.is_empty() || ["arguments", "language"].contains(&name),
            _ => true,
        }
    }
}

/// Options that are whole numbers, and have none when they are left out.
const INTEGERS: [&str; 12] = [
    "width",
    "height",
    "density",
    "quality",
    "font_size",
    "font_width_percent",
    "image_width",
    "image_height",
    "image_width_percent",
    "video_bitrate",
    "video_fps",
    "audio_bitrate",
];

/// The words of which an option is one; none where it takes something else.
pub(super) fn words(mode: Mode, name: &str) -> Option<&'static [&'static str]> {
    Some(match (mode, name) {
        (_, "fit") => &["max", "crop", "scale", "pad"],
        (_, "position_vertical") => &["top", "center", "bottom"],
        (_, "position_horizontal" | "font_align") => &["left", "center", "right"],
        (_, "layer") => &["above", "below"],
        (_, "conformance_level") => &["1b", "2b", "3b"],
        (_, "profile") => &["web", "print", "archive", "mrc", "max"],
        (_, "wait_until") => &["load", "domcontentloaded", "networkidle0", "networkidle2"],
        (Mode::Rotate, "rotation") => &["+90", "-90", "180"],
        _ => return None,
    })
}
