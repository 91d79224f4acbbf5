//! What films and sound say.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::{Facts, folder, shell, text};

/// Tags of films that players write for themselves.
const TAGS: [&str; 6] =
    ["encoder", "major_brand", "minor_version", "compatible_brands", "duration", "handler_name"];

/// How tracks are meant, which players offer to choose by.
const WAYS: [&str; 5] = ["forced", "hearing_impaired", "visual_impaired", "comment", "original"];

/// What shows and sounds, by the kind of the streams that have it: what is only said of them may be right where they are
/// black, silent or empty.
const DECODED: [(&str, Decoded); 4] =
    [("video", look), ("covers", cover), ("audio", level), ("subtitle", subtitles)];

type Decoded = fn(&str, &Path) -> Option<(String, String)>;

pub(super) fn facts(file: &Path) -> Result<Facts> {
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
        for way in WAYS.into_iter().filter(|way| stream["disposition"][way] == 1) {
            facts.insert(format!("{way}/{kind}"), "yes".into());
        }
        if kind == "video" {
            facts.extend(shape(stream));
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
    let times = times(file)?;
    if !times.is_empty() {
        let list: Vec<String> = times.iter().map(|time| format!("{time:.0}")).collect();
        facts.insert("times".into(), list.join(" "));
    }
    facts.extend(rate(&times).map(|rate| ("frame rate".to_owned(), format!("{rate:.3}"))));
    for (kind, name) in
        [("video", "videos"), ("audio", "sounds"), ("subtitle", "subtitles"), ("covers", "covers")]
    {
        facts.insert(name.into(), count.get(kind).copied().unwrap_or(0).to_string());
    }
    if let Some(chapters) = said["chapters"].as_array().filter(|chapters| !chapters.is_empty()) {
        facts.insert("chapters".into(), chapters.len().to_string());
        facts.insert("chapters/each".into(), chapters.iter().map(chapter).collect::<Vec<_>>().join(" | "));
    }
    for (kind, read) in DECODED {
        if count.contains_key(kind) {
            facts.extend(read(&place, file));
        }
    }
    if let Some(duration) = said["format"]["duration"].as_str() {
        facts.insert("duration".into(), duration.to_owned());
    }
    tags(&said["format"]["tags"], &mut facts);
    Ok(facts)
}

/// When a chapter begins, and what it is called.
fn chapter(chapter: &Value) -> String {
    let start = chapter["start_time"].as_str().and_then(|time| time.parse::<f64>().ok()).unwrap_or(0.0);
    format!("{start:.1} {}", chapter["tags"]["title"].as_str().unwrap_or_default())
}

/// How the first picture looks.
fn look(place: &str, file: &Path) -> Option<(String, String)> {
    Some(("look".into(), pixels(place, "-map 0:V:0", file)?))
}

fn cover(place: &str, file: &Path) -> Option<(String, String)> {
    Some(("covers/look".into(), pixels(place, "-map 0:v -map -0:V", file)?))
}

/// The first picture of some streams as 8 times 8 pixels; None where it cannot be decoded.
fn pixels(place: &str, streams: &str, file: &Path) -> Option<String> {
    let line = format!(
        "ffmpeg -nostdin -v error -i {place} {streams} -frames:v 1 -vf scale=8:8:flags=area+full_chroma_inp+full_chroma_int -pix_fmt rgb24 -f rawvideo - \
         | od -An -v -tx1 | tr -d ' \\n'"
    );
    shell(&line, folder(file)).ok().filter(|pixels| !pixels.is_empty())
}

/// How loud the first sound is on the whole, in decibels.
fn level(place: &str, file: &Path) -> Option<(String, String)> {
    let line = format!(
        "ffmpeg -nostdin -hide_banner -i {place} -map 0:a:0 -af volumedetect -f null - 2>&1 \
         | sed -n 's/.*mean_volume: \\(.*\\) dB/\\1/p'"
    );
    let said = shell(&line, folder(file)).ok()?.trim().to_owned();
    Some(("level".into(), said)).filter(|(_, said)| !said.is_empty())
}

/// The words of the first subtitles.
fn subtitles(place: &str, file: &Path) -> Option<(String, String)> {
    let line = format!("ffmpeg -nostdin -v error -i {place} -map 0:s:0 -f srt -");
    let said = shell(&line, folder(file)).ok()?;
    let is_time = |line: &str| line.contains("-->") || line.trim().bytes().all(|byte| byte.is_ascii_digit());
    let lines: Vec<&str> = said.lines().filter(|line| !is_time(line)).collect();
    Some(("subtitles/words".into(), text::facts(lines.join("\n").as_bytes()).remove("words")?))
}

/// How wide the picture is for its height as players show it.
fn shape(stream: &Value) -> Facts {
    let number = |name: &str| stream[name].as_f64().unwrap_or(1.0);
    let ratio = |name: &str, between: char| {
        let (one, other) = stream[name].as_str()?.split_once(between)?;
        let ratio = one.parse::<f64>().ok()? / other.parse::<f64>().ok()?;
        (ratio.is_finite() && ratio > 0.0).then_some(ratio)
    };
    let aspect = ratio("sample_aspect_ratio", ':').unwrap_or(1.0) * number("width") / number("height");
    [("aspect".to_owned(), format!("{aspect:.3}"))].into()
}

/// How many pictures there are a second, by the time from one to the next that is in the middle of all: one film leaves out
/// what another repeats.
fn rate(times: &[f64]) -> Option<f64> {
    let mut steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).filter(|step| **step > 0.0).map(|step| 1e3 / step)
}

/// When each picture is shown, in milliseconds after the first.
fn times(file: &Path) -> Result<Vec<f64>> {
    let said = shell(
        &format!(
            "ffprobe -v error -select_streams V:0 -show_entries packet=pts_time -of csv=p=0 '{}'",
            file.display()
        ),
        folder(file),
    )?;
    let mut times: Vec<f64> = said
        .lines()
        .filter_map(|line| line.trim_matches(',').parse::<f64>().ok())
        .map(|time| time * 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    let first = times.first().copied().unwrap_or(0.0);
    Ok(times.into_iter().map(|time| time - first).collect())
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
