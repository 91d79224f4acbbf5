//! What `converteroptions` say of pictures.

use serde_json::{Map, Value, json};

use super::background::Colour;
use super::format::Format;
use super::metadata::Resolution;
use crate::engine::{Failure, Work};

/// How a picture comes into the width and height that are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) enum Fit {
    /// As a whole and in its proportions; it is not enlarged.
    #[default]
    Max,
    /// In its proportions, filling all; what is too much is cut off at both sides.
    Crop,
    /// Exactly, out of its proportions where it has to be.
    Scale,
    /// As a whole and in its proportions, with the background around it.
    Pad,
}

pub(in crate::engine) struct Settings {
    pub(in crate::engine) width: Option<u32>,
    pub(in crate::engine) height: Option<u32>,
    pub(in crate::engine) fit: Fit,
    /// What is behind transparent pixels, and around padded pictures.
    pub(super) background: Option<Colour>,
    pub(super) strip: bool,
    pub(super) quality: Option<u8>,
    pub(super) progressive: bool,
    pub(super) lossless: Option<bool>,
    pub(in crate::engine) resolution: Option<Resolution>,
}

/// The options for an output format, and what they are when left out.
pub(in crate::engine) fn options(output: &str) -> Value {
    let mut options = json!({
        "width": null, "height": null, "fit": "max", "background": null, "strip": false, "density": null,
    });
    let more = match output {
        "jpg" | "jpeg" => json!({"quality": 85, "progressive": false}),
        "gif" => json!({"progressive": false}),
        "webp" => json!({"quality": 80, "lossless": null}),
        "pdf" => json!({"quality": null}),
        _ => json!({}),
    };
    if let (Value::Object(options), Value::Object(more)) = (&mut options, more) {
        options.extend::<Map<_, _>>(more);
    }
    options
}

impl Settings {
    pub(in crate::engine) fn read(work: &Work) -> Result<Self, Failure> {
        let most = super::page::MAX_SIDE;
        let fit = match work.one_of("fit")? {
            Some("crop") => Fit::Crop,
            Some("scale") => Fit::Scale,
            Some("pad") => Fit::Pad,
            _ => Fit::Max,
        };
        let background = work.word("background").map(|text| colour(&text)).transpose()?;
        let density = work.number("density", 1, 100_000)?.map(f64::from);
        let lossless = work.choice("lossless")?;
        let quality = work.number("quality", 1, 100)?.and_then(|quality| u8::try_from(quality).ok());
        Ok(Self {
            width: work.number("width", 1, most)?,
            height: work.number("height", 1, most)?,
            fit,
            background,
            strip: work.flag("strip")?,
            quality,
            progressive: work.flag("progressive")?,
            lossless,
            resolution: density.and_then(|density| Resolution::per_inch(density, density)),
        })
    }

    /// Whether a WebP is written without loss: as asked for, else as the input is, unless a quality is named.
    pub(super) fn lossless(&self, input: bool) -> bool {
        self.lossless.unwrap_or(input && self.quality.is_none())
    }

    /// Whether a format takes this picture as it is.
    pub(in crate::engine) fn changes_nothing(&self) -> bool {
        let size = self.width.or(self.height);
        size.is_none() && self.background.is_none() && self.quality.is_none() && !self.strip
    }

    pub(super) const fn resizes(&self) -> bool {
        self.width.is_some() || self.height.is_some()
    }
}

/// A colour as CSS writes it.
fn colour(text: &str) -> Result<Colour, Failure> {
    let colour: Result<svgtypes::Color, _> = text.parse();
    let colour = colour.map_err(|_| {
        wrong("background has to be a colour like white, #ffcc00, rgba(255, 204, 0, 0.5) or transparent")
    })?;
    Ok([colour.red, colour.green, colour.blue, colour.alpha])
}

fn wrong(message: &str) -> Failure {
    Failure::BadParameter(format!("converteroptions: {message}"))
}

/// The output format of some work.
pub(super) fn output(work: &Work) -> Result<&'static Format, Failure> {
    let format = Format::named(&work.output_format);
    format.ok_or_else(|| Failure::BadParameter("This output format is not an image".into()))
}
