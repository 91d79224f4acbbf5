//! What is said of a sound: speed, comments, several artists, words.

use lofty::config::{ParseOptions, WriteOptions};
use lofty::file::{AudioFile, TaggedFileExt};
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag};
use serde_json::json;

use super::SOUND;
use crate::service::{Service, made};

const FORMATS: [&str; 4] = ["mp3", "flac", "ogg", "m4a"];
const WORDS: &str = "First line\nsecond line";

/// A sound of this format, in which this is said besides its title.
fn said(format: &str, items: &[(ItemKey, &str)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a.{format}"));
    std::fs::write(&path, made(&format!("a.{format}"), &format!("{SOUND} -metadata title=Sea"))).unwrap();
    let mut file = lofty::read_from_path(&path).unwrap();
    let kind = file.primary_tag_type();
    let mut tag = file.remove(kind).unwrap_or_else(|| Tag::new(kind));
    for (key, text) in items {
        assert!(tag.push(lofty::tag::TagItem::new(*key, lofty::tag::ItemValue::Text((*text).to_owned()))));
    }
    file.insert_tag(tag);
    file.save_to_path(&path, WriteOptions::new()).unwrap();
    std::fs::read(&path).unwrap()
}

/// All values of these keys in a sound.
fn values(format: &str, content: &[u8], keys: &[ItemKey]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a.{format}"));
    std::fs::write(&path, content).unwrap();
    let options = ParseOptions::new().read_properties(false);
    let file = Probe::open(&path).unwrap().options(options).guess_file_type().unwrap().read().unwrap();
    let tag = file.primary_tag().unwrap();
    keys.iter().flat_map(|key| tag.get_strings(*key).map(str::to_owned)).collect()
}

#[tokio::test]
async fn speed_words_and_several_artists_are_kept_or_told() {
    let service = Service::start().await;
    let speed = |format| if format == "flac" || format == "ogg" { ItemKey::Bpm } else { ItemKey::IntegerBpm };
    let words = |format| if format == "mp3" { ItemKey::UnsyncLyrics } else { ItemKey::Lyrics };
    for input in FORMATS {
        let items = [
            (speed(input), "120"),
            (words(input), WORDS),
            (ItemKey::TrackArtist, "One"),
            (ItemKey::TrackArtist, "Two"),
            (ItemKey::Comment, "as heard"),
        ];
        let content = said(input, &items);
        for output in FORMATS {
            let what = format!("{input} to {output}");
            let status = service.convert((input, output), content.clone(), json!({})).await;
            assert_eq!(status["step"], "finished", "{what}: {}", status.text());
            assert_eq!(status["warnings"], json!([]), "{what}");
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let has = |keys: &[ItemKey]| values(output, &made, keys);
            assert_eq!(has(&[ItemKey::TrackTitle]), ["Sea"], "{what}");
            assert_eq!(has(&[ItemKey::TrackArtist]), ["One", "Two"], "{what}");
            assert_eq!(has(&[speed(output)]), ["120"], "{what}");
            let there = has(&[ItemKey::Lyrics, ItemKey::UnsyncLyrics]);
            assert!(there.contains(&WORDS.to_owned()), "{what}: {there:?}");
            let there = has(&[ItemKey::Comment, ItemKey::Description]);
            assert!(there.contains(&"as heard".to_owned()), "{what}: {there:?}");
        }
        let status = service.convert((input, "wav"), content, json!({})).await;
        let told = status["warnings"].to_string().to_lowercase();
        assert!(
            told.contains("these tags are lost") && told.contains("lyr") | told.contains("uslt"),
            "{told}"
        );
        assert!(["bpm", "tmpo"].iter().any(|name| told.contains(name)), "{input}: {told}");
    }
}

/// Frames of ID3 as programs write them: with a language and what they are about.
#[tokio::test]
async fn comments_of_id3_are_kept() {
    let service = Service::start().await;
    let frame = |name: &str, content: &[u8]| {
        let size = u32::try_from(content.len()).unwrap().to_be_bytes();
        [name.as_bytes(), &size, &[0, 0], content].concat()
    };
    let frames = [
        frame("TIT2", b"\0Sea"),
        frame("TBPM", b"\x0098"),
        frame("COMM", b"\0engfirst\0One comment"),
        frame("COMM", b"\0polsecond\0Another comment"),
        frame("USLT", b"\0eng\0Words of it"),
    ];
    let frames = frames.concat();
    let size = [7, 0].map(|bits| u8::try_from(frames.len() >> bits & 0x7f).unwrap());
    let bare = made("a.mp3", &format!("{SOUND} -write_id3v2 0 -id3v2_version 0"));
    let content = [&b"ID3\x03\0\0\0\0"[..], &size, &frames, &bare].concat();
    for output in FORMATS {
        let status = service.convert(("mp3", output), content.clone(), json!({})).await;
        assert_eq!(status["warnings"], json!([]), "{output}: {}", status.text());
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let comments = values(output, &made, &[ItemKey::Comment]);
        for comment in ["One comment", "Another comment"] {
            assert!(comments.iter().any(|there| there == comment), "{output}: {comments:?}");
        }
        assert_eq!(values(output, &made, &[ItemKey::Bpm, ItemKey::IntegerBpm]), ["98"], "{output}");
        let words = values(output, &made, &[ItemKey::Lyrics, ItemKey::UnsyncLyrics]);
        assert_eq!(words, ["Words of it"], "{output}");
    }
}
