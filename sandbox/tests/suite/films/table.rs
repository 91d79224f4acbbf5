//! The table of the README: each cell of it, by doing what it says.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use serde_json::{Value, json};

use super::space::around;
use super::{FILM, SOUND, ffprobe, packets, times};
use crate::service::{Service, make};
use crate::tables::{Cell, cells};

/// A film or a sound that was made here.
pub(super) struct Input {
    pub(super) format: &'static str,
    pub(super) content: Vec<u8>,
}

/// What came out: what ffprobe says of it, and what was told.
pub(super) struct Made {
    name: String,
    content: Vec<u8>,
    said: Value,
    pub(super) told: String,
}

#[tokio::test]
async fn every_cell_is_what_happens() {
    let service = Service::start().await;
    let cells = cells("### Films and sound");
    assert_eq!(cells.len(), 15 * 11);
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = HashMap::new();
    let mut outputs: HashMap<(&str, &str), Made> = HashMap::new();
    for cell in cells.iter().filter(|cell| !cell.says.is_empty()) {
        let kind = kind(cell.row);
        let input = inputs.entry(kind).or_insert_with(|| input(kind, folder.path()));
        let output = cell.column.to_lowercase();
        let key = (kind, cell.column);
        let made = match outputs.entry(key) {
            Entry::Occupied(made) => made.into_mut(),
            Entry::Vacant(place) => place.insert(made(&service, input, &output).await),
        };
        let seen = seen(cell, input, made);
        assert_eq!(seen, cell.says, "{} to {}: {}\n{}", cell.row, cell.column, made.told, made.said);
    }
}

async fn made(service: &Service, input: &Input, output: &str) -> Made {
    let status = service.convert((input.format, output), input.content.clone(), json!({})).await;
    assert_eq!(status["step"], "finished", "{} to {output}: {}", input.format, status.text());
    let content = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    Made::of(output, content, status["warnings"].to_string())
}

/// Which input a row is about.
pub(super) fn kind(row: &str) -> &'static str {
    match row {
        "how it is turned" => "turned",
        "pixels that are not square" => "wide",
        "uneven times (variable frame rate)" => "uneven",
        "view all around (360°), for each eye (3D)" => "around",
        "HDR" => "bright",
        "4:4:4, 10 bits, odd sides" => "unusual",
        "24 bits a sample" => "fine",
        _ => "rich",
    }
}

pub(super) fn input(kind: &str, folder: &Path) -> Input {
    let h264 = "-c:v libx264 -pix_fmt yuv420p";
    let (name, arguments) = match kind {
        "turned" => {
            make(folder, "upright.mp4", &format!("{FILM} {h264}"));
            ("turned.mp4", "-i upright.mp4 -c copy -metadata:s:v rotate=90".to_owned())
        }
        "wide" => ("wide.mp4", format!("{FILM} -vf setsar=4/3 {h264}")),
        "uneven" => {
            let some = "-vf select=not(eq(mod(n\\,5)\\,1)+eq(mod(n\\,5)\\,2)) -fps_mode passthrough";
            // Which no other format than MKV takes as it is.
            ("uneven.mp4", format!("{FILM} {some} -c:v libx264 -pix_fmt yuv444p"))
        }
        "around" => {
            make(folder, "around.mp4", &format!("{FILM} {h264}"));
            let film = std::fs::read(folder.join("around.mp4")).unwrap();
            return Input { format: "mp4", content: around(film) };
        }
        "bright" => {
            let colours = "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc";
            ("bright.mp4", format!("{FILM} -c:v libx264 -pix_fmt yuv420p10le {colours}"))
        }
        "unusual" => {
            let film = "-f lavfi -i testsrc=duration=1:rate=10:size=65x49 -c:v libx264 -pix_fmt yuv444p10le";
            ("unusual.mkv", film.to_owned())
        }
        "fine" => ("fine.flac", format!("{SOUND} -sample_fmt s32 -bits_per_raw_sample 24")),
        _ => {
            std::fs::write(folder.join("a.srt"), "1\n00:00:00,000 --> 00:00:00,500\nWords\n").unwrap();
            let chapter =
                |start, end| format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle=Part\n");
            std::fs::write(
                folder.join("a.txt"),
                format!(";FFMETADATA1\n{}{}", chapter(0, 500), chapter(500, 1000)),
            )
            .unwrap();
            std::fs::write(folder.join("a.ttf"), "a font").unwrap();
            make(folder, "cover.jpg", "-f lavfi -i testsrc2=size=40x40 -frames:v 1");
            let inputs = format!("{FILM} {SOUND} {SOUND} -i a.srt -f ffmetadata -i a.txt");
            let streams = format!(
                "-map 0 -map 1 -map 2 -map 3 -map_chapters 4 {h264} -c:a aac -c:s srt -metadata title=Name"
            );
            let attached = "-attach cover.jpg -metadata:s:t:0 mimetype=image/jpeg -metadata:s:t:0 filename=cover.jpg \
                            -attach a.ttf -metadata:s:t:1 mimetype=font/ttf -metadata:s:t:1 filename=a.ttf";
            ("rich.mkv", format!("{inputs} {streams} {attached}"))
        }
    };
    make(folder, name, &arguments);
    let format = name.rsplit('.').next().unwrap();
    Input { format, content: std::fs::read(folder.join(name)).unwrap() }
}

impl Made {
    pub(super) fn of(format: &str, content: Vec<u8>, told: String) -> Self {
        let name = format!("a.{format}");
        let all = ["-show_format", "-show_streams", "-show_chapters", "-of", "json"];
        let said = serde_json::from_str(&ffprobe(&name, &content, &all)).unwrap();
        Self { name, content, said, told }
    }

    /// The streams of a kind, without covers.
    fn streams(&self, kind: &str) -> Vec<&Value> {
        let all = self.said["streams"].as_array().unwrap().iter();
        all.filter(|it| it["codec_type"] == kind && it["disposition"]["attached_pic"] != 1).collect()
    }

    /// What a stream became: its own packets, or those of another codec.
    fn codec(&self, input: &Input, stream: &str, kind: &str) -> &'static str {
        let select = ["-select_streams", stream];
        let before = packets(&format!("a.{}", input.format), &input.content, &select);
        if !before.is_empty() && packets(&self.name, &self.content, &select) == before {
            return "copied";
        }
        match self.streams(kind).first().map_or("", |it| it["codec_name"].as_str().unwrap()) {
            "" => "lost",
            "vp9" => "VP9",
            "mpeg4" => "MPEG-4",
            "gif" => "GIF",
            "opus" => "Opus",
            "vorbis" => "Vorbis",
            "mp3" => "MP3",
            "aac" => "AAC",
            "flac" => "FLAC",
            "pcm_s16le" => "PCM",
            other => panic!("the codec {other} is not in the table"),
        }
    }

    /// Kept; else lost, and told by a word or not.
    fn kept(&self, kept: bool, word: &str) -> &'static str {
        match (kept, self.told.contains(word)) {
            (true, false) => "kept",
            (false, true) => "lost, told",
            (true, true) => "kept, and told as lost",
            (false, false) => "lost without a word",
        }
    }
}

/// Whether pictures come at the same times, as far as a format counts them.
fn is_near(had: &[f64], has: &[f64]) -> bool {
    had.len() == has.len() && had.iter().zip(has).all(|(had, has)| (had - has).abs() < 0.011)
}

pub(super) fn seen(cell: &Cell, input: &Input, made: &Made) -> &'static str {
    let film = made.streams("video").first().copied().unwrap_or(&Value::Null);
    match cell.row {
        "picture (H.264)" => made.codec(input, "v:0", "video"),
        "sound" => made.codec(input, "a:0", "audio"),
        "sound (AAC)" => match made.codec(input, "a:0", "audio") {
            "lost" => made.kept(false, "The sound is lost"),
            codec => codec,
        },
        "more sound tracks" => match made.streams("audio").len() {
            0 => made.kept(false, "The sound is lost"),
            1 if made.told.contains("the first is kept") => "first, told",
            count => made.kept(count == 2, "sound tracks"),
        },
        "subtitles" => made.kept(made.streams("subtitle").len() == 1, "Subtitles are lost"),
        "chapters" => {
            let chapters = made.said["chapters"].as_array().unwrap();
            made.kept(chapters.len() == 2 && chapters[1]["tags"]["title"] == "Part", "chapters are lost")
        }
        "title" => {
            let tags = [
                &made.said["format"]["tags"],
                &made.streams("audio").first().map_or(Value::Null, |it| it["tags"].clone()),
            ]
            .map(|tags| tags["title"] == "Name" || tags["TITLE"] == "Name");
            made.kept(tags.contains(&true), "The title")
        }
        "cover picture" => {
            let all = made.said["streams"].as_array().unwrap();
            made.kept(all.iter().any(|it| it["disposition"]["attached_pic"] == 1), "cover picture is lost")
        }
        "attached files" => made.kept(made.streams("attachment").len() == 1, "Attached files"),
        "how it is turned" => {
            let turned = film["side_data_list"].as_array().is_some_and(|data| !data.is_empty());
            match (turned, film["width"].as_u64(), film["height"].as_u64()) {
                (true, Some(64), Some(48)) => "kept",
                (false, Some(48), Some(64)) => "applied",
                _ => "wrong",
            }
        }
        "pixels that are not square" => {
            let (across, down) = film["sample_aspect_ratio"].as_str().unwrap().split_once(':').unwrap();
            let shape = across.parse::<f64>().unwrap() / down.parse::<f64>().unwrap();
            // Some formats have the size as it is shown, in whole pixels.
            made.kept((shape - 4.0 / 3.0).abs() < 0.02, "pixels")
        }
        "uneven times (variable frame rate)" => {
            let told = made.told.contains("uneven times (variable frame rate)");
            let (had, has) =
                (times(&format!("a.{}", input.format), &input.content), times(&made.name, &made.content));
            match (is_near(&had, &has), told) {
                (true, false) => "kept",
                (true, true) => "rounded to whole pictures, told",
                _ => panic!("{had:?} are {has:?}"),
            }
        }
        "view all around (360°), for each eye (3D)" => {
            let data = film["side_data_list"].to_string();
            let has = ["equirectangular", "side by side"].map(|word| data.contains(word));
            match (has, ["(360°", "(3D"].map(|word| made.told.contains(word))) {
                ([true, true], [false, false]) => "kept",
                ([false, false], [true, true]) => "lost, told",
                _ => "wrong",
            }
        }
        "HDR" => {
            let bright = film["color_transfer"] == "smpte2084";
            match (bright, made.told.contains("are mapped to the usual range")) {
                (true, false) => "kept",
                (false, true) => "mapped, told",
                _ => "wrong",
            }
        }
        "4:4:4, 10 bits, odd sides" => {
            match (film["pix_fmt"].as_str().unwrap(), film["width"].as_u64(), film["height"].as_u64()) {
                ("yuv444p10le", Some(65), Some(49)) => "kept",
                ("yuv420p", Some(64), Some(48)) => "4:2:0, 8 bits, even",
                _ => "wrong",
            }
        }
        "24 bits a sample" => {
            let sound = made.streams("audio")[0];
            let bits = [&sound["bits_per_raw_sample"], &sound["bits_per_sample"]];
            made.kept(bits.iter().any(|bits| **bits == "24" || **bits == 24), "bits")
        }
        row => panic!("the row {row} is not tested"),
    }
}
