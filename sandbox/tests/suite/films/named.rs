//! Tags of sound whose names mean different things to formats and programs, and tags that stand where few look.

use std::fs::File;
use std::path::Path;

use lofty::ape::ApeTag;
use lofty::config::{ParseOptions, WriteOptions};
use lofty::file::{AudioFile, TaggedFileExt};
use lofty::flac::FlacFile;
use lofty::id3::v2::Id3v2Tag;
use lofty::iff::wav::WavFile;
use lofty::mp4::{AdvisoryRating, Atom, AtomData, AtomIdent, Mp4File};
use lofty::mpeg::MpegFile;
use lofty::probe::Probe;
use lofty::tag::{Accessor, ItemKey, ItemValue, Tag, TagItem, TagType};
use serde_json::json;

use super::{SOUND, ffprobe};
use crate::service::{Answer, Service, made};

/// A sound, changed by a function that gets its path.
fn changed(name: &str, arguments: &str, change: impl FnOnce(&Path)) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, made(name, format!("{SOUND} {arguments}").trim_end())).unwrap();
    change(&path);
    std::fs::read(&path).unwrap()
}

fn flac(comments: &[(&str, &str)]) -> Vec<u8> {
    changed("a.flac", "", |path| {
        let mut file = FlacFile::read_from(&mut File::open(path).unwrap(), ParseOptions::new()).unwrap();
        let said = file.vorbis_comments_mut().unwrap();
        for (name, value) in comments {
            said.push((*name).to_owned(), (*value).to_owned());
        }
        file.save_to_path(path, WriteOptions::new()).unwrap();
    })
}

fn m4a(atoms: Vec<(AtomIdent<'static>, AtomData)>) -> Vec<u8> {
    changed("a.m4a", "-metadata title=Sea", |path| {
        let mut file = Mp4File::read_from(&mut File::open(path).unwrap(), ParseOptions::new()).unwrap();
        let said = file.ilst_mut().unwrap();
        for (ident, data) in atoms {
            said.insert(Atom::new(ident, data));
        }
        file.save_to_path(path, WriteOptions::new()).unwrap();
    })
}

fn own(name: &'static str) -> AtomIdent<'static> {
    AtomIdent::Freeform { mean: "com.apple.iTunes".into(), name: name.into() }
}

fn text(text: &str) -> AtomData {
    AtomData::UTF8(text.to_owned())
}

async fn converted(service: &Service, formats: (&str, &str), content: &[u8]) -> (Answer, Vec<u8>) {
    let status = service.convert(formats, content.to_vec(), json!({})).await;
    assert_eq!(status["step"], "finished", "{formats:?}: {}", status.text());
    let made = service.get(status["output"]["url"].as_str().unwrap()).await.body;
    (status, made)
}

/// What a sound of this format says by this name: of comments of FLAC and Ogg, frames of ID3 (`TXXX:NAME` of any name),
/// boxes of an MP4 (`----:NAME`).
fn said(format: &str, content: &[u8], name: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a.{format}"));
    std::fs::write(&path, content).unwrap();
    let (mut file, options) = (File::open(&path).unwrap(), ParseOptions::new().read_properties(false));
    match format {
        "flac" => {
            let file = FlacFile::read_from(&mut file, options).unwrap();
            file.vorbis_comments().unwrap().get_all(name).map(str::to_owned).collect()
        }
        "ogg" => {
            let probe = Probe::open(&path).unwrap().options(options).guess_file_type().unwrap();
            let file = probe.read().unwrap();
            let key = ItemKey::from_key(TagType::VorbisComments, name).unwrap();
            file.primary_tag().unwrap().get_strings(key).map(str::to_owned).collect()
        }
        "mp3" => {
            let file = MpegFile::read_from(&mut file, options).unwrap();
            let said = file.id3v2().unwrap();
            let text = match name.strip_prefix("TXXX:") {
                Some(name) => said.get_user_text(name).map(str::to_owned),
                None if name == "COMM" => said.comments().next().map(|comment| comment.content.to_string()),
                None => {
                    said.get_text(&lofty::id3::v2::FrameId::new(name.to_owned()).unwrap()).map(str::to_owned)
                }
            };
            text.iter().flat_map(|text| text.split('\0')).map(str::to_owned).collect()
        }
        _ => {
            let file = Mp4File::read_from(&mut file, options).unwrap();
            let fourcc = || {
                let bytes = name.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap());
                AtomIdent::Fourcc(bytes.collect::<Vec<_>>().try_into().unwrap())
            };
            let of_any_name = |name: &str| AtomIdent::Freeform {
                mean: "com.apple.iTunes".into(),
                name: name.to_owned().into(),
            };
            let ident = name.strip_prefix("----:").map_or_else(fourcc, of_any_name);
            let data = file.ilst().unwrap().get(&ident).into_iter().flat_map(Atom::data);
            data.map(|data| match data {
                AtomData::UTF8(text) => text.clone(),
                data => format!("{data:?}"),
            })
            .collect()
        }
    }
}

/// Where each format has comments, and descriptions.
const DESCRIBED: [(&str, &str, &str); 4] = [
    ("mp3", "COMM", "TXXX:DESCRIPTION"),
    ("flac", "COMMENT", "DESCRIPTION"),
    ("ogg", "COMMENT", "DESCRIPTION"),
    ("m4a", "\u{a9}cmt", "desc"),
];

#[tokio::test]
async fn comments_and_descriptions_stay_apart() {
    let service = Service::start().await;
    let boxes = vec![
        (AtomIdent::Fourcc(*b"\xa9cmt"), text("A comment")),
        (AtomIdent::Fourcc(*b"desc"), text("What it is")),
    ];
    let both = [("COMMENT", "A comment"), ("DESCRIPTION", "What it is")];
    let mut inputs = vec![("m4a", m4a(boxes)), ("flac", flac(&both))];
    // And of what was made of it.
    inputs.push(("mp3", converted(&service, ("m4a", "mp3"), &inputs[0].1).await.1));
    for (input, content) in inputs {
        // FLAC stays as it is in an Ogg, and `lofty` does not read that.
        for (output, comment, description) in
            DESCRIBED.into_iter().filter(|(output, ..)| (input, *output) != ("flac", "ogg"))
        {
            let (status, made) = converted(&service, (input, output), &content).await;
            assert_eq!(status["warnings"], json!([]), "{input} to {output}");
            assert_eq!(said(output, &made, comment), ["A comment"], "{input} to {output}");
            let mut there = said(output, &made, description);
            if output == "mp3" && there.is_empty() {
                there = said(output, &made, "TXXX:description");
            }
            assert_eq!(there, ["What it is"], "{input} to {output}");
        }
    }
    // Programs write a comment of FLAC as a description where there is none.
    let alone = flac(&[("DESCRIPTION", "A comment")]);
    for (output, comment, description) in
        DESCRIBED.into_iter().filter(|(output, ..)| ["mp3", "m4a"].contains(output))
    {
        let (status, made) = converted(&service, ("flac", output), &alone).await;
        assert_eq!(status["warnings"], json!([]), "{output}");
        assert_eq!(said(output, &made, comment), ["A comment"], "{output}");
        assert_eq!(said(output, &made, description), [""; 0], "{output}");
    }
}

const PLAYERS: [&str; 2] = ["Ann (violin)", "Bob"];

#[tokio::test]
async fn performers_are_no_conductors() {
    let service = Service::start().await;
    let performers = PLAYERS.map(|player| ("PERFORMER", player));
    let places = [
        ("mp3", "TXXX:PERFORMER", "TPE3"),
        ("flac", "PERFORMER", "CONDUCTOR"),
        ("ogg", "PERFORMER", "CONDUCTOR"),
        ("m4a", "----:PERFORMER", "----:CONDUCTOR"),
    ];
    for conductor in [&["Cee"][..], &[]] {
        let conductors = conductor.iter().map(|name| ("CONDUCTOR", *name));
        let content = flac(&performers.into_iter().chain(conductors).collect::<Vec<_>>());
        for (input, ..) in places.into_iter().filter(|(input, ..)| *input != "ogg") {
            let content = match input {
                "flac" => content.clone(),
                _ => converted(&service, ("flac", input), &content).await.1,
            };
            // FLAC stays as it is in an Ogg, and `lofty` does not read that.
            for (output, performer, conducts) in
                places.into_iter().filter(|(output, ..)| (input, *output) != ("flac", "ogg"))
            {
                let what = format!("{input} to {output}, {conductor:?}");
                let (status, made) = converted(&service, (input, output), &content).await;
                assert_eq!(status["warnings"], json!([]), "{what}");
                assert_eq!(said(output, &made, performer), PLAYERS, "{what}");
                assert_eq!(said(output, &made, conducts), conductor, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn what_stays_in_an_mp4_is_not_told_as_lost() {
    let service = Service::start().await;
    let number = AtomData::SignedInteger(1234);
    let content = m4a(vec![
        (AtomIdent::Fourcc(*b"catg"), text("Talk")),
        (AtomIdent::Fourcc(*b"rtng"), AtomData::SignedInteger(AdvisoryRating::Clean.as_u8().into())),
        (AtomIdent::Fourcc(*b"purd"), text("2020-02-03")),
        (AtomIdent::Fourcc(*b"cnID"), number),
        (own("ISRC"), text("QZES71982312")),
        (own("LABEL"), text("A house")),
        (own("replaygain_track_gain"), text("-3.50 dB")),
        (own("MyOwnTag"), text("just mine")),
    ]);
    let (status, made) = converted(&service, ("m4a", "m4a"), &content).await;
    assert_eq!(status["warnings"], json!([]));
    for (name, value) in [
        ("catg", "Talk"),
        ("purd", "2020-02-03"),
        ("cnID", "SignedInteger(1234)"),
        ("----:ISRC", "QZES71982312"),
        ("----:LABEL", "A house"),
        ("----:replaygain_track_gain", "-3.50 dB"),
        ("----:MyOwnTag", "just mine"),
    ] {
        assert_eq!(said("m4a", &made, name), [value], "{name}");
    }
    assert_eq!(said("m4a", &made, "rtng").len(), 1);
    // Elsewhere, there is no place for a number of a shop.
    let (status, made) = converted(&service, ("m4a", "flac"), &content).await;
    let told = status["warnings"].to_string();
    assert!(told.contains("These tags are lost: cnID") && !told.contains("MyOwnTag"), "{told}");
    assert_eq!(said("flac", &made, "MyOwnTag"), ["just mine"]);
}

#[tokio::test]
async fn names_of_three_letters_are_known() {
    let service = Service::start().await;
    let frame = |name: &str, text: &str| {
        let size = u8::try_from(text.len() + 1).unwrap();
        [name.as_bytes(), &[0, 0, size, 0], text.as_bytes()].concat()
    };
    let frames = [frame("TT2", "Sea"), frame("TBP", "140")].concat();
    let size = u8::try_from(frames.len()).unwrap();
    let bare = made("a.mp3", &format!("{SOUND} -write_id3v2 0 -id3v2_version 0"));
    let content = [&b"ID3\x02\0\0\0\0\0"[..], &[size], &frames, &bare].concat();
    let (status, made) = converted(&service, ("mp3", "m4a"), &content).await;
    assert_eq!(status["warnings"], json!([]));
    assert_eq!(said("m4a", &made, "tmpo"), ["SignedInteger(140)"]);
}

#[tokio::test]
async fn a_wav_has_one_value_of_each_and_it_is_told() {
    let service = Service::start().await;
    let boxes = ["One", "Two"].map(|artist| (AtomIdent::Fourcc(*b"\xa9ART"), text(artist)));
    let (status, made) = converted(&service, ("m4a", "wav"), &m4a(boxes.into())).await;
    assert_eq!(
        status["warnings"],
        json!(["Further values of these tags are lost: artist; wav has one of each"])
    );
    let tags = ffprobe("a.wav", &made, &["-show_entries", "format_tags=artist", "-of", "csv=p=0"]);
    assert_eq!(tags.trim(), "One");
}

/// A tag of ID3 with a title, two artists and a name of one's own.
fn id3() -> Id3v2Tag {
    let mut tag = Tag::new(TagType::Id3v2);
    for (key, value) in [
        (ItemKey::TrackTitle, "Sea"),
        (ItemKey::TrackArtist, "One"),
        (ItemKey::TrackArtist, "Two"),
        (ItemKey::Composer, "Wave"),
    ] {
        tag.push(TagItem::new(key, ItemValue::Text(value.to_owned())));
    }
    let mut said = Id3v2Tag::from(tag);
    said.insert_user_text("MYOWN".to_owned(), "just mine".to_owned());
    said
}

#[tokio::test]
async fn id3_of_a_wav_is_read() {
    let service = Service::start().await;
    let content = changed("a.wav", "", |path| {
        let mut file = WavFile::read_from(&mut File::open(path).unwrap(), ParseOptions::new()).unwrap();
        file.set_id3v2(id3());
        file.save_to_path(path, WriteOptions::new()).unwrap();
    });
    for (output, title, artist) in
        [("mp3", "TIT2", "TPE1"), ("flac", "TITLE", "ARTIST"), ("m4a", "\u{a9}nam", "\u{a9}ART")]
    {
        let (status, made) = converted(&service, ("wav", output), &content).await;
        assert_eq!(said(output, &made, title), ["Sea"], "{output}");
        assert_eq!(said(output, &made, artist), ["One", "Two"], "{output}");
        // An MP4 has names of one's own only in tags that are like it.
        let told = status["warnings"].to_string();
        assert_eq!(told.to_lowercase().contains("myown"), output == "m4a", "{output}: {told}");
        assert!(!told.to_lowercase().contains("id3 ("), "{output}: {told}");
    }
    let (status, made) = converted(&service, ("wav", "wav"), &content).await;
    let tags = ffprobe("a.wav", &made, &["-show_entries", "format_tags", "-of", "default=nw=1"]);
    assert!(tags.contains("=Sea") && tags.contains("=One"), "{tags}");
    let told = status["warnings"].to_string();
    assert!(told.contains("Further values of these tags are lost: artist;"), "{told}");
    let info = service.convert(("wav", "json"), content, json!({"mode": "info"})).await;
    assert_eq!(
        (&info["info"]["tags"]["title"], &info["info"]["tags"]["artist"]),
        (&json!("Sea"), &json!("One;Two"))
    );
}

#[tokio::test]
async fn ape_of_an_mp3_is_read() {
    let service = Service::start().await;
    let content = changed("a.mp3", "-metadata title=Sea", |path| {
        let mut file = MpegFile::read_from(&mut File::open(path).unwrap(), ParseOptions::new()).unwrap();
        let mut said = ApeTag::new();
        said.set_title("Another sea".to_owned());
        said.set_artist("One".to_owned());
        said.insert(
            lofty::ape::ApeItem::new("MYOWN".to_owned(), ItemValue::Text("mine".to_owned())).unwrap(),
        );
        file.set_ape(said);
        file.save_to_path(path, WriteOptions::new()).unwrap();
    });
    let (status, made) = converted(&service, ("mp3", "flac"), &content).await;
    assert_eq!(said("flac", &made, "TITLE"), ["Sea"]);
    assert_eq!(said("flac", &made, "ARTIST"), ["One"]);
    assert_eq!(status["warnings"], json!(["These parts of the file are lost: MYOWN (APE), Title (APE)"]));
    let info = service.convert(("mp3", "json"), content, json!({"mode": "info"})).await;
    assert_eq!(info["info"]["tags"]["artist"], "One");
}

/// As the programs that write tags do, and not as comments of names of one's own.
#[tokio::test]
async fn a_comment_of_an_mp3_is_there_once() {
    let service = Service::start().await;
    let (_, made) = converted(&service, ("flac", "mp3"), &flac(&[("COMMENT", "A comment")])).await;
    assert_eq!(said("mp3", &made, "COMM"), ["A comment"]);
    assert_eq!(said("mp3", &made, "TXXX:comment"), [""; 0]);
    let info = service.convert(("mp3", "json"), made, json!({"mode": "info"})).await;
    assert_eq!(info["info"]["tags"]["comment"], "A comment");
}
