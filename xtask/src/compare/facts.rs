//! What files say, read by programs that neither side writes with: a name and a value for each fact.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use super::shell;

pub(super) type Facts = BTreeMap<String, String>;

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
/// Tags of films that players write for themselves.
const TAGS: [&str; 6] =
    ["encoder", "major_brand", "minor_version", "compatible_brands", "duration", "handler_name"];

/// The words by which the loss of a fact is told.
pub(super) fn words(fact: &str) -> &'static [&'static str] {
    match kind(fact) {
        "exif" => &["exif"],
        "xmp" => &["xmp"],
        "iptc" => &["iptc"],
        "profile" => &["srgb", "profile"],
        "comment" => &["comment"],
        "resolution" => &["resolution"],
        "depth" => &["16 bits", "8 bits"],
        "alpha" => &["transparent", "background"],
        "pixels" => &["transparent", "cmyk", "reader", "not drawn", "not loaded", "fonts of its own"],
        "frames" | "delays" | "plays" => &["animation", "pictures", "sizes", "page", "icon"],
        "pages" => &["page"],
        "words" | "title" => &["title", "alternative", "metadata", "letter"],
        "links" | "bookmarks" | "forms" => &["links", "bookmarks", "forms"],
        "html" => &["html", "style"],
        "covers" => &["cover"],
        "chapters" => &["chapter"],
        "subtitles" => &["subtitle"],
        "tags" => &["tag", "title"],
        "rotation" => &["rotat", "turn"],
        "hdr" => &["hdr"],
        "member" => &["lost", "left out", "named", "name"],
        _ => &[],
    }
}

/// Facts that one kind of file has in common with others.
pub(super) fn between_kinds(fact: &str) -> bool {
    ["words", "links", "pixels", "html", "title", "bookmarks", "pages", "member"].contains(&kind(fact))
}

/// The first part of a fact's name, under which it is counted.
pub(super) fn kind(fact: &str) -> &str {
    fact.split('/').next().unwrap_or(fact)
}

/// Whether two values say the same.
pub(super) fn same(fact: &str, wanted: &str, have: &str) -> bool {
    match kind(fact) {
        "pixels" => {
            let (wanted, have) = (hex(wanted), hex(have));
            let far = wanted.iter().zip(&have).filter(|(a, b)| a.abs_diff(**b) > 40).count();
            wanted.len() == have.len() && far * 20 <= wanted.len()
        }
        "resolution" | "duration" | "delays" => {
            let numbers =
                |text: &str| text.split(' ').filter_map(|n| n.parse::<f64>().ok()).collect::<Vec<_>>();
            let (wanted, have) = (numbers(wanted), numbers(have));
            wanted.len() == have.len()
                && wanted.iter().zip(&have).all(|(a, b)| (a - b).abs() <= 0.15_f64.max(a * 0.02))
        }
        "words" => missing(wanted, have).is_empty(),
        "html" | "frames" => have.parse::<usize>().unwrap_or(0) >= wanted.parse::<usize>().unwrap_or(0),
        // A channel in which nothing is transparent says nothing.
        "alpha" => wanted == "no" || have == "yes",
        "comment" => have.contains(wanted),
        "links" | "bookmarks" => missing(wanted, have).is_empty(),
        _ => wanted == have,
    }
}

fn missing<'a>(wanted: &'a str, have: &str) -> Vec<&'a str> {
    let have: BTreeSet<&str> = have.split(' ').collect();
    wanted.split(' ').filter(|word| !have.contains(word)).collect()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}

/// How the names of pictures end.
const PICTURES: [&str; 9] = ["png", "apng", "jpg", "gif", "bmp", "webp", "tiff", "tif", "ico"];

/// What `ExifTool` says of all pictures below a folder, asked once because it starts slowly.
pub(super) struct Metadata(BTreeMap<PathBuf, Value>);

impl Metadata {
    pub(super) fn below(folder: &Path) -> Result<Self> {
        let kinds = PICTURES.map(|name| format!("-ext {name}")).join(" ");
        let line = format!("exiftool -q -q -j -G1 -n -r {kinds} in service peer || true");
        let said = shell(&line, folder)?;
        let said: Vec<Value> = serde_json::from_str(&said)?;
        let place = |said: &Value| folder.join(said["SourceFile"].as_str().unwrap_or_default());
        Ok(Self(said.into_iter().map(|said| (place(&said), said)).collect()))
    }
}

/// What the files of one output say together.
pub(super) fn of(files: &[PathBuf], metadata: &Metadata) -> Result<Facts> {
    let Some(first) = files.first() else { return Ok(Facts::new()) };
    let name = first.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut facts = match name.rsplit('.').next().unwrap_or_default() {
        ending if PICTURES.contains(&ending) => picture(first, metadata.0.get(first))?,
        "pdf" => pdf(first)?,
        "txt" => text(&std::fs::read(first)?),
        "html" => html(first)?,
        "mp4" | "mov" | "mkv" | "webm" | "avi" | "mp3" | "wav" | "ogg" | "flac" | "m4a" | "flv" => {
            film(first)?
        }
        "zip" | "gz" => archive(first)?,
        _ => Facts::new(),
    };
    if let Some(frames) = facts.get("frames").and_then(|frames| frames.parse::<usize>().ok()) {
        facts.insert("frames".into(), (frames + files.len() - 1).to_string());
    }
    Ok(facts)
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

fn picture(file: &Path, said: Option<&Value>) -> Result<Facts> {
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
    facts.insert("frames".into(), frames_of_png(&std::fs::read(file)?).unwrap_or(lines.len()).to_string());
    if lines.len() > 1 {
        let delays: Vec<&str> = lines.iter().filter_map(|line| line.get(1).copied()).collect();
        facts.insert("delays".into(), delays.join(" "));
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

/// A line for each picture of a file; and how the first looks in sRGB, upright, on white, as 8 times 8 pixels.
fn look(file: &Path) -> Result<(String, Facts)> {
    let place = file.display();
    let profile = srgb(file).map(|srgb| format!("-profile '{}'", srgb.display())).unwrap_or_default();
    let line = |profile: &str| {
        format!(
            "convert '{place}' -format '%z|%T|%x %y %U\\n' -write info:'{place}.facts' -delete 1--1 -auto-orient \
             -format '=%w %h %[fx:mean.a<1]\\n' -write info:'{place}.sides' {profile} -colorspace sRGB \
             -background white -alpha remove -alpha off -resize '8x8!' -depth 8 rgb:'{place}.rgb'; \
             cat '{place}.facts' '{place}.sides'; printf =; od -An -v -tx1 '{place}.rgb' | tr -d ' \\n'; \
             rm -f '{place}.facts' '{place}.sides' '{place}.rgb'"
        )
    };
    let said = shell(&line(&profile), folder(file)).or_else(|_| shell(&line(""), folder(file)))?;
    let mut parts = said.split('=');
    let lines = parts.next().unwrap_or_default().to_owned();
    let sides = parts.next().unwrap_or_default().trim();
    let (sides, alpha) = sides.rsplit_once(' ').unwrap_or((sides, "0"));
    let look = [
        ("pixels".to_owned(), parts.next().unwrap_or_default().to_owned()),
        ("sides".to_owned(), sides.to_owned()),
        ("alpha".to_owned(), if alpha == "1" { "yes" } else { "no" }.to_owned()),
    ];
    Ok((lines, look.into()))
}

/// The profile of sRGB, which `samples` puts beside the files.
fn srgb(file: &Path) -> Option<PathBuf> {
    file.ancestors().map(|folder| folder.join("srgb.icc")).find(|profile| profile.is_file())
}

fn pdf(file: &Path) -> Result<Facts> {
    let (mut facts, place) = (Facts::new(), format!("'{}'", file.display()));
    let said = shell(&format!("pdfinfo {place} 2>&1 || pdfinfo -upw secret {place}"), folder(file))?;
    for line in said.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim().to_owned();
        match name {
            "Title" if !value.is_empty() => drop(facts.insert("title".into(), value)),
            "Author" | "Subject" | "Keywords" if !value.is_empty() => {
                drop(facts.insert(format!("tags/{name}"), value));
            }
            "Pages" => drop(facts.insert("pages".into(), value)),
            "Page size" => {
                let size: Vec<String> = value
                    .split(' ')
                    .filter_map(|word| word.parse::<f64>().ok())
                    .map(|side| format!("{side:.0}"))
                    .collect();
                facts.insert("page size".into(), size.join(" "));
            }
            "Page rot" => drop(facts.insert("rotation".into(), value)),
            "Tagged" if value == "yes" => drop(facts.insert("structure".into(), value)),
            "Form" if value != "none" => drop(facts.insert("forms".into(), value)),
            _ => {}
        }
    }
    let text =
        shell(&format!("pdftotext {place} - 2>/dev/null || pdftotext -upw secret {place} -"), folder(file))?;
    facts.extend(self::text(text.as_bytes()));
    let links = shell(&format!("pdfinfo -url {place} 2>/dev/null | awk 'NR>1 {{print $3}}'"), folder(file));
    let links = links.unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    if !links.is_empty() {
        facts.insert("links".into(), links.join(" "));
    }
    let outlines = shell(&format!("qpdf --json --json-key=outlines {place} || test $? = 3"), folder(file));
    let outlines: Value = serde_json::from_str(&outlines.unwrap_or_default()).unwrap_or_default();
    let mut titles = Vec::new();
    bookmarks(&outlines["outlines"], &mut titles);
    if !titles.is_empty() {
        facts.insert("bookmarks".into(), titles.join(" "));
    }
    let page = format!("'{}.page'", file.display());
    let drawn = format!("pdftoppm -cropbox -singlefile -png -r 60 {place} {page} 2>/dev/null");
    let locked = format!("pdftoppm -upw secret -cropbox -singlefile -png -r 60 {place} {page}");
    if shell(&format!("{drawn} || {locked}"), folder(file)).is_ok() {
        let page = PathBuf::from(format!("{}.page.png", file.display()));
        facts.extend(look(&page)?.1.into_iter().filter(|(name, _)| name == "pixels"));
        let _ = std::fs::remove_file(page);
    }
    Ok(facts)
}

fn bookmarks(node: &Value, titles: &mut Vec<String>) {
    for child in node.as_array().into_iter().flatten() {
        titles.push(child["title"].as_str().unwrap_or_default().replace(' ', "_"));
        bookmarks(&child["kids"], titles);
    }
}

/// The words of a text, of letters and digits alone.
fn text(bytes: &[u8]) -> Facts {
    let text = String::from_utf8_lossy(bytes);
    let words: BTreeSet<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).collect();
    [("words".to_owned(), words.into_iter().collect::<Vec<_>>().join(" "))].into()
}

fn html(file: &Path) -> Result<Facts> {
    let page = std::fs::read_to_string(file)?;
    let plain = shell(&format!("pandoc -f html -t plain --wrap=none '{}'", file.display()), folder(file))?;
    let mut facts = text(plain.as_bytes());
    let lower = page.to_lowercase();
    for tag in [
        "h1",
        "h2",
        "li",
        "td",
        "th",
        "pre",
        "blockquote",
        "img",
        "em",
        "strong",
        "del",
        "sup",
        "hr",
        "input",
    ] {
        let count = lower.matches(&format!("<{tag}>")).count() + lower.matches(&format!("<{tag} ")).count();
        if count > 0 {
            facts.insert(format!("html/{tag}"), count.to_string());
        }
    }
    let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let outside: Vec<&str> = links.into_iter().filter(|link| !link.starts_with('#')).collect();
    if !outside.is_empty() {
        facts.insert("links".into(), outside.join(" "));
    }
    Ok(facts)
}

fn film(file: &Path) -> Result<Facts> {
    let mut facts = Facts::new();
    let place = format!("'{}'", file.display());
    let said = shell(
        &format!("ffprobe -v error -show_format -show_streams -show_chapters -of json {place}"),
        folder(file),
    )?;
    let said: Value = serde_json::from_str(&said)?;
    let mut count = BTreeMap::<&str, usize>::new();
    for stream in said["streams"].as_array().into_iter().flatten() {
        let cover = stream["disposition"]["attached_pic"] == 1;
        let kind = if cover { "covers" } else { stream["codec_type"].as_str().unwrap_or_default() };
        *count.entry(kind).or_default() += 1;
        if kind == "audio" {
            facts.insert("channels".into(), stream["channels"].to_string());
        }
        if kind == "video" {
            let mut rotation = stream["side_data_list"].as_array().into_iter().flatten();
            let rotation = rotation.find_map(|data| data["rotation"].as_f64()).unwrap_or(0.0);
            if rotation != 0.0 {
                facts.insert("rotation".into(), rotation.to_string());
            }
            if ["smpte2084", "arib-std-b67"].contains(&stream["color_transfer"].as_str().unwrap_or_default())
            {
                facts.insert("hdr".into(), "yes".into());
            }
        }
        if let Some(language) = stream["tags"]["language"].as_str().filter(|language| *language != "und") {
            facts.insert(format!("language/{kind}"), language.to_owned());
        }
        if kind == "audio" {
            tags(&stream["tags"], &mut facts);
        }
    }
    for (kind, name) in
        [("video", "videos"), ("audio", "sounds"), ("subtitle", "subtitles"), ("covers", "covers")]
    {
        facts.insert(name.into(), count.get(kind).copied().unwrap_or(0).to_string());
    }
    let chapters = said["chapters"].as_array().map_or(0, Vec::len);
    if chapters > 0 {
        facts.insert("chapters".into(), chapters.to_string());
    }
    if let Some(duration) = said["format"]["duration"].as_str() {
        facts.insert("duration".into(), duration.to_owned());
    }
    tags(&said["format"]["tags"], &mut facts);
    Ok(facts)
}

fn tags(tags: &Value, facts: &mut Facts) {
    for (name, value) in tags.as_object().into_iter().flatten() {
        let name = name.to_lowercase();
        let known = !TAGS.contains(&name.as_str()) && name != "language" && name != "vendor_id";
        if let Some(value) = value.as_str().filter(|_| known) {
            facts.insert(format!("tags/{name}"), value.to_owned());
        }
    }
}

/// The members of an archive, unpacked by other programs.
fn archive(file: &Path) -> Result<Facts> {
    let folder = tempfile::tempdir()?;
    let place = format!("'{}'", file.display());
    let line = if file.extension().is_some_and(|extension| extension == "zip") {
        // `7z` knows more methods, and `unzip` all of Unix.
        format!("unzip -q -P secret {place} || test $? = 1 || 7z x -y -psecret {place}")
    } else {
        format!("tar xzf {place}")
    };
    shell(&line, folder.path())?;
    let list = shell("find . -mindepth 1 -printf '%P\\t%y %m %Ts %l\\t%s\\n' | sort", folder.path())?;
    let mut facts = Facts::new();
    for line in list.lines() {
        let Some((name, rest)) = line.split_once('\t') else { continue };
        let (said, size) = rest.split_once('\t').unwrap_or((rest, ""));
        let size = if said.starts_with('f') { size } else { "" };
        facts.insert(format!("member/{name}"), format!("{said}{size}"));
    }
    Ok(facts)
}
