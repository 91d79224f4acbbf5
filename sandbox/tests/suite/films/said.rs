//! What is said of a sound: speed, comments, several artists, words.

use std::fs::File;
use std::path::Path;

use lofty::config::{ParseOptions, WriteOptions};
use lofty::file::{AudioFile, TaggedFileExt};
use lofty::flac::FlacFile;
use lofty::mp4::{Atom, AtomData, AtomIdent, Mp4File};
use lofty::ogg::VorbisFile;
use lofty::ogg::tag::VorbisComments;
use lofty::probe::Probe;
use lofty::tag::{ItemKey, ItemValue, Tag, TagItem};
use serde_json::json;

use super::{FILM, SOUND};
use crate::service::{Service, made, make};

const FORMATS: [&str; 4] = ["mp3", "flac", "ogg", "m4a"];
const SPEED: AtomIdent<'static> = AtomIdent::Fourcc(*b"tmpo");
const WORDS: &str = "First line\nsecond line";

/// A sound of this format, in which this is said besides its title.
fn said(format: &str, items: &[(ItemKey, &str)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a.{format}"));
    std::fs::write(&path, made(&format!("a.{format}"), &format!("{SOUND} -metadata title=Sea"))).unwrap();
    let mut file = lofty::read_from_path(&path).unwrap();
    let kind = file.primary_tag_type();
    let mut tag = file.remove(kind).unwrap_or_else(|| Tag::new(kind));
    // In an MP4, it is a number.
    let is_number = |key: &ItemKey| format == "m4a" && *key == ItemKey::IntegerBpm;
    for (key, text) in items.iter().filter(|(key, _)| !is_number(key)) {
        assert!(tag.push(TagItem::new(*key, ItemValue::Text((*text).to_owned()))));
    }
    file.insert_tag(tag);
    file.save_to_path(&path, WriteOptions::new()).unwrap();
    if let Some((_, speed)) = items.iter().find(|(key, _)| is_number(key)) {
        let mut file = mp4(&path);
        let number = AtomData::SignedInteger(speed.parse().unwrap());
        file.ilst_mut().unwrap().replace_atom(Atom::new(SPEED, number));
        file.save_to_path(&path, WriteOptions::new()).unwrap();
    }
    std::fs::read(&path).unwrap()
}

fn mp4(path: &Path) -> Mp4File {
    Mp4File::read_from(&mut File::open(path).unwrap(), ParseOptions::new()).unwrap()
}

/// The beats a minute that a sound says.
fn speed(format: &str, content: &[u8]) -> Vec<String> {
    if format != "m4a" {
        return values(format, content, &[ItemKey::Bpm, ItemKey::IntegerBpm]);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.m4a");
    std::fs::write(&path, content).unwrap();
    let file = mp4(&path);
    let atoms = file.ilst().unwrap().get(&SPEED).into_iter().flat_map(Atom::data);
    let number = |data: &AtomData| match data {
        AtomData::SignedInteger(number) => number.to_string(),
        data => panic!("{data:?} is no number"),
    };
    atoms.map(number).collect()
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
    let speed_of =
        |format| if format == "flac" || format == "ogg" { ItemKey::Bpm } else { ItemKey::IntegerBpm };
    let words = |format| if format == "mp3" { ItemKey::UnsyncLyrics } else { ItemKey::Lyrics };
    for input in FORMATS {
        let items = [
            (speed_of(input), "120"),
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
            assert_eq!(speed(output, &made), ["120"], "{what}");
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
        assert_eq!(speed(output, &made), ["98"], "{output}");
        let words = values(output, &made, &[ItemKey::Lyrics, ItemKey::UnsyncLyrics]);
        assert_eq!(words, ["Words of it"], "{output}");
    }
}

/// What ffmpeg reads by a name of its own, and does not write, is neither lost nor told as lost.
#[tokio::test]
async fn what_is_told_as_lost_is_lost() {
    let service = Service::start().await;
    for (input, key, value) in [
        ("mp3", ItemKey::Publisher, "A house"),
        ("mp3", ItemKey::TrackTitleSortOrder, "Sea, The"),
        ("flac", ItemKey::Label, "A house"),
        ("m4a", ItemKey::AlbumTitleSortOrder, "Sea, The"),
    ] {
        let content = said(input, &[(key, value)]);
        let status = service.convert((input, "m4a"), content, json!({})).await;
        assert_eq!(status["warnings"], json!([]), "{input}: {}", status.text());
        let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
        let there = values("m4a", &made, &[key, ItemKey::Label]);
        assert!(there.contains(&value.to_owned()), "{input}: {key:?}: {there:?}");
    }
}

/// A comment may have any name.
#[tokio::test]
async fn comments_of_names_that_nobody_knows_are_kept() {
    let service = Service::start().await;
    for input in ["flac", "ogg"] {
        // Of two artists, ffmpeg leaves one out, so that the comments are written anew.
        let arguments = format!("{SOUND} -metadata title=Sea -metadata MYOWN=just-mine");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("a.{input}"));
        std::fs::write(&path, made(&format!("a.{input}"), &arguments)).unwrap();
        let comments = |said: &mut VorbisComments| {
            said.push("ARTIST".to_owned(), "One".to_owned());
            said.push("ARTIST".to_owned(), "Two".to_owned());
        };
        let content = &mut File::open(&path).unwrap();
        if input == "flac" {
            let mut file = FlacFile::read_from(content, ParseOptions::new()).unwrap();
            comments(file.vorbis_comments_mut().unwrap());
            file.save_to_path(&path, WriteOptions::new()).unwrap();
        } else {
            let mut file = VorbisFile::read_from(content, ParseOptions::new()).unwrap();
            comments(file.vorbis_comments_mut());
            file.save_to_path(&path, WriteOptions::new()).unwrap();
        }
        let content = std::fs::read(&path).unwrap();
        for output in ["flac", "ogg"] {
            let status = service.convert((input, output), content.clone(), json!({})).await;
            assert_eq!(status["step"], "finished", "{input} to {output}: {}", status.text());
            let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
            let text = String::from_utf8_lossy(&made);
            for part in ["just-mine", "One", "Two", "Sea"] {
                assert!(text.contains(part), "{input} to {output}: {part}: {}", status["warnings"]);
            }
        }
    }
}

/// In `WebVTT`, a line may say who speaks it.
#[tokio::test]
async fn who_speaks_in_subtitles_is_kept_or_told() {
    let service = Service::start().await;
    let folder = tempfile::tempdir().unwrap();
    for (words, told_names) in [
        ("<v Ann Lee>Yes</v>\n\n00:00.300 --> 00:00.400\n<v.loud Bob>No", Some("Ann Lee, Bob")),
        ("<v Zoë>Well", Some("Zoë")),
        ("<i>Well</i>", None),
    ] {
        let text = format!("WEBVTT\n\n00:00.000 --> 00:00.200\n{words}\n");
        std::fs::write(folder.path().join("a.vtt"), text).unwrap();
        let film = format!("{FILM} -i a.vtt -map 0 -map 1 -c:v libvpx-vp9 -c:s copy");
        make(folder.path(), "a.webm", &film);
        let film = std::fs::read(folder.path().join("a.webm")).unwrap();
        for (output, changes) in [("mp4", true), ("mov", true), ("mkv", false), ("webm", false)] {
            let status = service.convert(("webm", output), film.clone(), json!({})).await;
            assert_eq!(status["step"], "finished", "{words} to {output}: {}", status.text());
            let told = status["warnings"].to_string();
            let sentence = told_names.filter(|_| changes).map(|names| format!("is lost: {names};"));
            assert_eq!(told.contains("Who speaks"), sentence.is_some(), "{words} to {output}: {told}");
            assert!(sentence.is_none_or(|sentence| told.contains(&sentence)), "{words} to {output}: {told}");
        }
    }
}
