//! Each pair of films and sounds that is offered: the picture, the sound, how long it is, and its title.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{FILM, SOUND, ffprobe};
use crate::service::{Service, made};

const SOUNDS: [&str; 5] = ["mp3", "wav", "ogg", "flac", "m4a"];

/// A second of a film or a sound, in this format.
fn input(format: &str) -> Vec<u8> {
    let title = "-metadata title=Name";
    if SOUNDS.contains(&format) {
        return made(&format!("a.{format}"), &format!("{SOUND} {title}"));
    }
    let codecs = match format {
        "flv" => "-c:v flv1 -c:a libmp3lame -ar 44100",
        "avi" => "-c:v mpeg4 -c:a libmp3lame",
        "webm" => "-c:v libvpx-vp9 -c:a libopus",
        "mpg" => "-c:v mpeg2video -c:a mp2 -r 25",
        "3gp" => "-c:v mpeg4 -c:a aac",
        _ => "-c:v libx264 -c:a aac",
    };
    made(&format!("a.{format}"), &format!("{FILM} {SOUND} {codecs} -pix_fmt yuv420p {title}"))
}

fn said(name: &str, content: &[u8]) -> Value {
    serde_json::from_str(&ffprobe(name, content, &["-show_format", "-show_streams", "-of", "json"])).unwrap()
}

/// Whether the file or one of its tracks has the title.
fn has_title(said: &Value) -> bool {
    let all = said["streams"].as_array().unwrap().iter().chain([&said["format"]]);
    all.clone().any(|it| it["tags"]["title"] == "Name" || it["tags"]["TITLE"] == "Name")
}

fn length(said: &Value) -> f64 {
    said["format"]["duration"].as_str().unwrap().parse().unwrap()
}

async fn look(service: &Service, pair: (&str, &str), content: Vec<u8>) {
    let before = said(&format!("a.{}", pair.0), &content);
    let status = service.convert(pair, content, json!({})).await;
    assert_eq!(status["step"], "finished", "{pair:?}: {}", status.text());
    let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    let after = said(&format!("a.{}", pair.1), &made);
    let kinds: Vec<&str> =
        after["streams"].as_array().unwrap().iter().map(|it| it["codec_type"].as_str().unwrap()).collect();
    let told = status["warnings"].to_string();
    assert_eq!(kinds.contains(&"video"), !SOUNDS.contains(&pair.1), "{pair:?}: {kinds:?}");
    assert_eq!(kinds.contains(&"audio"), pair.1 != "gif", "{pair:?}: {kinds:?}");
    assert_eq!(told.contains("The sound is lost"), pair.1 == "gif", "{pair:?}: {told}");
    assert!(
        (length(&before) - length(&after)).abs() < 0.3,
        "{pair:?}: {} s, {} s",
        length(&before),
        length(&after)
    );
    if has_title(&before) {
        assert_ne!(has_title(&after), told.contains("title"), "{pair:?}: {told}: {after}");
    }
}

#[tokio::test]
async fn each_pair_keeps_picture_sound_length_and_title() {
    let service = Service::start().await;
    let types = service.get("/conversiontypes?mode=convert").await;
    let offered = types.json().as_array().unwrap().iter().filter(|pair| pair["converter"] == "ffmpeg");
    let text = |pair: &Value, name: &str| pair[name].as_str().unwrap().to_owned();
    let pairs: Vec<_> = offered.map(|pair| (text(pair, "inputformat"), text(pair, "outputformat"))).collect();
    assert_eq!(pairs.len(), 8 * 11 + 5 * 5);
    let inputs: HashMap<String, Vec<u8>> =
        pairs.iter().map(|(from, _)| (from.clone(), input(from))).collect();
    let each = async |pairs: &[(String, String)]| {
        for (from, to) in pairs {
            look(&service, (from, to), inputs[from].clone()).await;
        }
    };
    let (some, others) = pairs.split_at(pairs.len() / 2);
    tokio::join!(each(some), each(others));
}
