//! What options take, by their names.

use serde_json::Value;

use super::Mode;

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    Text,
    /// A text, or an array of texts.
    Texts,
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
            ("arguments" | "language", _) => Self::Texts,
            ("lossless", _) | (_, Value::Bool(_)) => Self::Flag,
            ("headers" | "metadata", _) | (_, Value::Object(_)) => Self::Dictionary,
            ("zoom" | "rotation", _) => Self::Number,
            (name, _) if mode == Mode::Capture && LENGTHS.contains(&name) => Self::Number,
            (name, _) if INTEGERS.contains(&name) => Self::Integer,
            (_, Value::Number(number)) if number.is_f64() => Self::Number,
            (_, Value::Number(_)) => Self::Integer,
            _ => Self::Text,
        }
    }

    /// Whether a value is of this kind; a number and a truth also written as text. What is empty is as if it was left out.
    pub(crate) fn fits(self, value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::String(text) if text.is_empty() => true,
            Value::Object(_) => self == Self::Dictionary,
            // An empty object of PHP is an empty array.
            Value::Array(list) if list.is_empty() => matches!(self, Self::Dictionary | Self::Texts),
            Value::Array(list) => self == Self::Texts && list.iter().all(Value::is_string),
            single => self.fits_single(single),
        }
    }

    fn fits_single(self, value: &Value) -> bool {
        match self {
            Self::Text => !value.is_boolean(),
            Self::One(words) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                words.iter().any(|word| *word == text || is_same_turn(word, &text))
            }
            Self::Texts => value.is_string(),
            Self::Flag => truth(value).is_some(),
            Self::Integer => whole(value).is_some(),
            Self::Number => match value {
                Value::String(text) => text.parse::<f64>().is_ok_and(f64::is_finite),
                value => value.is_number(),
            },
            Self::Dictionary => false,
        }
    }

    /// What is said of a value that does not fit, behind the name of its option.
    pub(crate) fn wanted(self) -> String {
        let kind = match self {
            Self::Text => "a text",
            Self::Texts => "a text, or an array of texts",
            Self::Flag => "true or false",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Dictionary => "an object of names and values",
            Self::One(words) => {
                let (last, others) = words.split_last().unwrap_or((&"", &[]));
                return format!("has to be {} or {last}", others.join(", "));
            }
        };
        format!("has to be {kind}")
    }
}

/// Whether these are degrees, and the same: 270 is -90.
fn is_same_turn(one: &str, other: &str) -> bool {
    let turn = |text: &str| text.parse::<i64>().ok().map(|degrees| degrees.rem_euclid(360));
    turn(one).is_some_and(|one| turn(other) == Some(one))
}

/// A whole number, also written as text, or with nothing but zeros behind its point.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn whole(value: &Value) -> Option<i64> {
    /// Up to here a number with a point is exact.
    const MOST: f64 = 9_007_199_254_740_992.0;
    let exact = |number: f64| (number.fract() == 0.0 && number.abs() <= MOST).then_some(number as i64);
    match value {
        Value::String(text) => text.parse().ok().or_else(|| exact(text.parse().ok()?)),
        Value::Number(number) => number.as_i64().or_else(|| exact(number.as_f64()?)),
        _ => None,
    }
}

/// True or false, also written as text or number.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    let text = match value {
        Value::String(text) => text.to_lowercase(),
        value => value.to_string(),
    };
    match text.as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Options of a page that are lengths, and may have parts of their unit.
const LENGTHS: [&str; 6] =
    ["page_width", "page_height", "margin_top", "margin_bottom", "margin_left", "margin_right"];

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
