//! What is asked for.

use super::place::{Along, Place};
use crate::engine::{Failure, Progress, Work, fonts};

/// The longest text, in letters, and the most lines.
const MAX_TEXT: usize = 2000;
const MAX_LINES: usize = 100;
const MAX_SIDE: u32 = 30_000;

/// A text as it is to be set.
pub(super) struct Text {
    pub(super) lines: Vec<String>,
    pub(super) family: Option<String>,
    pub(super) color: String,
    pub(super) align: Along,
    pub(super) size: Size,
}

/// How large a text is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Size {
    /// Of its letters.
    Letters(f64),
    /// Of the whole, in percent of what is marked.
    Percent(f64),
}

/// How large a picture is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sides {
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    pub(super) percent: Option<f64>,
}

impl Text {
    /// None where a picture is asked for.
    pub(super) fn read(work: &Work, progress: &Progress) -> Result<Option<Self>, Failure> {
        let (text, image) = (work.word("text"), work.inputs.len() > 1);
        let text = match (text, image) {
            (Some(text), false) => text,
            (None, true) => return Ok(None),
            _ => return Err(wrong("text or image has to be there, and only one of them")),
        };
        let lines: Vec<String> = text.lines().map(visible).collect();
        if text.chars().count() > MAX_TEXT || lines.len() > MAX_LINES {
            return Err(wrong(&format!("text has more than {MAX_TEXT} letters or {MAX_LINES} lines")));
        }
        if lines.iter().all(|line| line.trim().is_empty()) {
            return Err(wrong("text has to have letters"));
        }
        let color = work.word("font_color").unwrap_or_else(|| "#000000".to_owned());
        if color.parse::<svgtypes::Color>().is_err() {
            return Err(wrong("font_color has to be a colour like white, #ffcc00 or rgb(255, 204, 0)"));
        }
        let size = match (work.number("font_size", 1, 10_000)?, work.number("font_width_percent", 1, 1000)?) {
            (_, Some(percent)) => Size::Percent(percent.into()),
            (Some(size), None) => Size::Letters(size.into()),
            (None, None) => Size::Percent(50.0),
        };
        Ok(Some(Self {
            lines,
            family: family(work, progress),
            color,
            align: along(work, "font_align")?,
            size,
        }))
    }
}

impl Sides {
    pub(super) fn read(work: &Work) -> Result<Self, Failure> {
        Ok(Self {
            width: work.number("image_width", 1, MAX_SIDE)?,
            height: work.number("image_height", 1, MAX_SIDE)?,
            percent: work.number("image_width_percent", 1, 1000)?.map(f64::from),
        })
    }
}

impl Place {
    pub(super) fn read(work: &Work) -> Result<Self, Failure> {
        let rotation = work.word("rotation").map_or(Ok(0.0), |turn| turn.parse::<f64>());
        let rotation = rotation.ok().filter(|turn| (-360.0..=360.0).contains(turn));
        let opacity = work.number("opacity", 0, 100)?.unwrap_or(100);
        Ok(Self {
            horizontal: along(work, "position_horizontal")?,
            vertical: along(work, "position_vertical")?,
            margin: (margin(work, "margin_horizontal")?, margin(work, "margin_vertical")?),
            rotation: rotation
                .ok_or_else(|| wrong("rotation has to be a number of degrees from -360 to 360"))?,
            opacity: f64::from(opacity) / 100.0,
        })
    }
}

fn margin(work: &Work, name: &str) -> Result<f64, Failure> {
    Ok(work.number(name, 0, MAX_SIDE)?.map_or(25.0, f64::from))
}

/// At the beginning, in the middle, or at the end.
fn along(work: &Work, name: &str) -> Result<Along, Failure> {
    Ok(match work.one_of(name)? {
        Some("top" | "left") => Along::Begin,
        Some("bottom" | "right") => Along::End,
        None if name == "font_align" => Along::Begin,
        _ => Along::Middle,
    })
}

/// The font that is asked for, if this machine has it.
fn family(work: &Work, progress: &Progress) -> Option<String> {
    let name = work.word("font_name")?;
    let is_here = fonts::machine()
        .faces()
        .any(|face| face.families.iter().any(|(family, _)| family.eq_ignore_ascii_case(&name)));
    if !is_here {
        progress.warn(format!("This machine has no font {name}; another one is used"));
    }
    is_here.then_some(name)
}

/// Without what XML cannot hold.
fn visible(line: &str) -> String {
    line.chars().filter(|letter| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}

fn wrong(message: &str) -> Failure {
    Failure::BadParameter(message.to_owned())
}
