//! What a picture says, and how it looks.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use super::{Facts, folder, shell};

/// Groups of `ExifTool` in which a picture says something of itself.
const GROUPS: [(&str, &str); 7] = [
    ("IFD0:", "exif"),
    ("ExifIFD:", "exif"),
    ("GPS:", "exif"),
    ("XMP-", "xmp"),
    ("IPTC", "iptc"),
    ("ICC_Profile:ProfileDescription", "profile"),
    ("ICC-header:ProfileDescription", "profile"),
];
/// What says how the file is built rather than what is in it.
const BUILD: [&str; 46] = [
    "Orientation",
    "XResolution",
    "YResolution",
    "ResolutionUnit",
    "ImageWidth",
    "ImageHeight",
    "ExifImageWidth",
    "ExifImageHeight",
    "BitsPerSample",
    "Compression",
    "PhotometricInterpretation",
    "StripOffsets",
    "SamplesPerPixel",
    "RowsPerStrip",
    "StripByteCounts",
    "PlanarConfiguration",
    "Predictor",
    "ExtraSamples",
    "FillOrder",
    "ColorMap",
    "TileWidth",
    "TileLength",
    "TileOffsets",
    "TileByteCounts",
    "SampleFormat",
    "YCbCrPositioning",
    "PageNumber",
    "SubfileType",
    "T4Options",
    "T6Options",
    "YCbCrSubSampling",
    "JPEGTables",
    "ReferenceBlackWhite",
    "XMPToolkit",
    "ExifVersion",
    "ComponentsConfiguration",
    "FlashpixVersion",
    "ColorSpace",
    "InkSet",
    "NumberofInks",
    "InkNames",
    "WhitePoint",
    "PrimaryChromaticities",
    "XPosition",
    "YPosition",
    "GPSVersionID",
];

pub(super) fn facts(file: &Path, said: Option<&Value>) -> Result<Facts> {
    let mut facts = Facts::new();
    let is_tiff = file.extension().is_some_and(|ending| ending == "tif" || ending == "tiff");
    for (name, value) in said.and_then(Value::as_object).into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let tag = name.rsplit(':').next().unwrap_or(name);
        let group = GROUPS.iter().find(|(group, _)| name.starts_with(group)).map(|(_, kind)| *kind);
        match (group, name.as_str()) {
            (Some("profile"), _) => {
                facts.insert("profile".into(), value);
            }
            (_, "IFD0:XResolution") => {
                facts.insert("resolution".into(), value);
            }
            (_, "File:Comment" | "PNG:Comment" | "GIF:Comment" | "IFD0:ImageDescription") => {
                facts.insert("comment".into(), value);
            }
            (_, "PNG:Title" | "PNG:Author" | "PNG:Description" | "PNG:Copyright" | "PNG:Source") => {
                facts.insert(format!("comment/{tag}"), value);
            }
            // How often it plays is counted otherwise by each format.
            (_, "GIF:AnimationIterations" | "PNG:AnimationPlays" | "RIFF:AnimationLoopCount") => {
                facts.insert(format!("plays/{tag}"), value);
            }
            (Some(kind), _) if !BUILD.contains(&tag) && !tag.starts_with("Thumbnail") => {
                facts.insert(format!("{kind}/{tag}"), value);
            }
            _ => {}
        }
    }
    let (lines, look) = look(file)?;
    let lines: Vec<Vec<&str>> = lines.lines().map(|line| line.split('|').collect()).collect();
    let Some(first) = lines.first() else { return Ok(facts) };
    let deep = first.first().and_then(|bits| bits.parse::<u32>().ok()).unwrap_or(8) > 8;
    facts.insert("depth".into(), if deep { "16" } else { "8" }.into());
    facts.insert("frames".into(), lines.len().to_string());
    if lines.len() > 1 {
        let delays: Vec<&str> = lines.iter().filter_map(|line| line.get(1).copied()).collect();
        // Pages have none.
        if delays.iter().any(|delay| *delay != "0") {
            facts.insert("delays".into(), delays.join(" "));
        }
    }
    let density: Vec<&str> = first.get(2).map(|text| text.split(' ').collect()).unwrap_or_default();
    if let [x, y, unit] = density[..] {
        let factor = if unit == "PixelsPerCentimeter" { 2.54 } else { 1.0 };
        let number = |text: &str| text.parse::<f64>().unwrap_or(0.0) * factor;
        // What a TIFF does not say, ImageMagick makes up.
        let says = !is_tiff || facts.contains_key("resolution");
        facts.remove("resolution");
        if says && unit != "Undefined" && number(x) > 1.0 {
            facts.insert("resolution".into(), format!("{:.2} {:.2}", number(x), number(y)));
        }
    }
    facts.extend(look);
    Ok(facts)
}

/// How many pictures an animated PNG has, of which `ImageMagick` sees the first.
fn frames_of_png(file: &[u8]) -> Option<usize> {
    let at = file.starts_with(b"\x89PNG").then(|| file.windows(4).position(|name| name == b"acTL"))?? + 4;
    usize::try_from(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?)).ok()
}

/// A line for each picture of a file; and how the first looks in sRGB, upright, on white, as 8 times 8 pixels, and all of
/// them where there are several.
pub(super) fn look(file: &Path) -> Result<(String, Facts)> {
    const LOOK: usize = 2 * 3 * 8 * 8;
    let place = file.display();
    let profile = srgb(file).map(|srgb| format!("-profile '{}'", srgb.display())).unwrap_or_default();
    // The pictures of a GIF may be parts of the whole; those of a WebP are read whole.
    let whole = if file.extension().is_some_and(|ending| ending == "gif") { "-coalesce" } else { "" };
    let is_animated = frames_of_png(&std::fs::read(file)?).is_some_and(|frames| frames > 1);
    let (apart, pictures) = if is_animated {
        let parts =
            format!("ffmpeg -nostdin -v error -y -i '{place}' -fps_mode passthrough '{place}.%03d.png'");
        (format!("{parts}; "), format!("'{place}'.???.png"))
    } else {
        (String::new(), format!("'{place}'"))
    };
    let line = |profile: &str| {
        format!(
            "{apart}convert {pictures} -format '%z|%T|%x %y %U\\n' -write info:'{place}.facts' {whole} -auto-orient \
             -format '=%w %h %[fx:mean.a<1]\\n' -write info:'{place}.sides' {profile} -colorspace sRGB \
             -background white -alpha remove -alpha off -resize '8x8!' -depth 8 rgb:'{place}.rgb'; \
             cat '{place}.facts'; head -n 1 '{place}.sides'; printf =; \
             od -An -v -tx1 '{place}.rgb' | tr -d ' \\n'; rm -f '{place}.facts' '{place}.sides' '{place}.rgb' '{place}'.???.png"
        )
    };
    let said = shell(&line(&profile), folder(file)).or_else(|_| shell(&line(""), folder(file)))?;
    let mut parts = said.split('=');
    let lines = parts.next().unwrap_or_default().to_owned();
    let sides = parts.next().unwrap_or_default().trim();
    let (sides, alpha) = sides.rsplit_once(' ').unwrap_or((sides, "0"));
    let looks = parts.next().unwrap_or_default();
    let looks: Vec<&str> = (0..looks.len() / LOOK).map(|at| &looks[at * LOOK..(at + 1) * LOOK]).collect();
    let mut look = Facts::from([
        ("pixels".to_owned(), looks.first().copied().unwrap_or_default().to_owned()),
        ("sides".to_owned(), sides.to_owned()),
        ("alpha".to_owned(), if alpha == "1" { "yes" } else { "no" }.to_owned()),
    ]);
    if looks.len() > 1 {
        look.insert("pictures".to_owned(), looks.join(" "));
    }
    Ok((lines, look))
}

/// The profile of sRGB, which `samples` puts beside the files.
fn srgb(file: &Path) -> Option<PathBuf> {
    file.ancestors().map(|folder| folder.join("srgb.icc")).find(|profile| profile.is_file())
}
