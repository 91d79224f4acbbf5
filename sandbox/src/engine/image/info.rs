//! What mode `info` tells of a picture.

use serde_json::{Map, Value, json};

use super::format::Format;
use super::metadata::{Metadata, exif, iptc};
use super::page::{Page, Sequence, tell_missing};
use super::{color, decode, stored};
use crate::engine::{Failure, Outcome, Progress, Work};

/// The longest value of EXIF that is shown.
const MAX_VALUE: usize = 200;

pub(super) fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let input = work.input()?;
    progress.set(1.0, "Reading the image")?;
    let file = decode::read(input, progress, (1.0, 60.0))?;
    let format = decode::format_of(&file, &work.input_format);
    let stored = format.map(|format| stored::described(&file, format)).unwrap_or_default();
    let mut opened = decode::open_bytes(file, &work.input_format, None, progress)?;
    let first =
        opened.pages.next().ok_or_else(|| Failure::BadInput("The image file has no picture".into()))??;
    let mut info = json!({
        "format": format.and_then(Format::of).map(|format| format.names[0]),
        "size": input.size,
        // As it is shown, which is upright.
        "orientation": first.metadata.lay.unwrap_or(1),
        "width": first.image.width(),
        "height": first.image.height(),
    });
    if let (Some(info), Value::Object(stored)) = (info.as_object_mut(), stored) {
        info.extend(stored.into_iter().filter(|(_, value)| !value.is_null()));
    }
    describe(&mut info, &first.metadata);
    match opened.sequence {
        Sequence::One => {}
        Sequence::Pages(count) => {
            info["pages"] = count.into();
            // What cannot be converted is not told as if it could.
            let mut read = 1;
            for page in opened.pages {
                progress.check()?;
                page?;
                read += 1;
            }
            tell_missing(count, read, progress);
        }
        Sequence::Sizes(_) => {
            let told = |page: Page| (json!([page.image.width(), page.image.height()]), json!(page.bits));
            let pictures = std::iter::once(Ok(first)).chain(opened.pages).map(|page| page.map(told));
            let (sizes, depths): (Vec<Value>, Vec<Value>) =
                pictures.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
            info["sizes"] = sizes.into();
            info["depths"] = depths.into();
        }
        Sequence::Animation { frames, plays } => {
            let mut duration = first.delay;
            // Behind those that are whole, there may be one that is broken off.
            for page in opened.pages.take(frames - 1) {
                progress.check()?;
                duration += page?.delay;
            }
            info["frames"] = frames.into();
            info["plays"] = plays.into();
            info["duration"] = duration.as_secs_f64().into();
        }
    }
    Ok(Outcome::Info(info))
}

fn describe(info: &mut Value, metadata: &Metadata) {
    if let Some(resolution) = metadata.resolution {
        if !resolution.is_ratio() {
            info["resolution"] = json!([resolution.x, resolution.y]);
        }
        let shape = (resolution.aspect() * 1000.0).round() / 1000.0;
        if (shape - 1.0).abs() > f64::EPSILON {
            info["pixel_shape"] = json!(shape);
        }
    }
    if let Some(icc) = &metadata.icc {
        info["profile"] = color::description(icc).unwrap_or_else(|| "unnamed".to_owned()).into();
    }
    if let Some(exif) = &metadata.exif {
        info["exif"] = fields(exif);
    }
    if let Some(xmp) = &metadata.xmp {
        info["xmp"] = String::from_utf8_lossy(xmp).into_owned().into();
    }
    if let Some(iptc) = &metadata.iptc {
        info["iptc"] = iptc::fields(iptc).into();
    }
    if !metadata.comments.is_empty() {
        info["comments"] = metadata.comments.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>().into();
    }
}

/// The entries of EXIF, as they are shown to people.
fn fields(bytes: &[u8]) -> Value {
    let Some(exif) = exif::read(bytes) else { return json!({}) };
    let known = exif::fields_of(&exif).into_iter().filter(|field| field.tag.description().is_some());
    // The pixels were turned; how they lay is told beside.
    let known = known.filter(|field| field.tag != ::exif::Tag::Orientation);
    let mut fields = Map::new();
    for field in known {
        let value = field.display_value().with_unit(&exif).to_string();
        if value.len() <= MAX_VALUE {
            fields.insert(field.tag.to_string(), value.trim_matches('"').into());
        }
    }
    fields.into()
}
