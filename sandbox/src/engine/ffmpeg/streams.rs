//! What becomes of each stream of an input: what fits is copied, what does not is coded anew, and what has no place is told.

use super::beside::{attachments, cover, data, subtitles};
use super::plan::Plan;
use super::probe::{Media, Stream};
use super::tags;
use super::target::{Codec, Target};
use super::{Failure, Progress, Work, program};

/// Formats whose pictures have no times of their own, which copies would need.
const WITHOUT_TIMES: [&str; 3] = ["avi", "mpeg", "mpegts"];

/// From light to BT.709, by the curve that keeps details in what is bright.
const TONES: &str = "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,\
                     zscale=t=bt709:m=bt709:r=tv";

/// Plans an output; `copy` may copy streams.
pub(super) fn plan(work: &Work, media: &Media, copy: bool, progress: &Progress) -> Result<Plan, Failure> {
    let target = Target::named(&work.output_format);
    let mut plan = Plan { arguments: Vec::new(), copies: false, cover: None };
    let (film, sound) = (media.kind("video").next(), media.kind("audio").next());
    match (film, sound) {
        (None, _) if target.format == "gif" => {
            return Err(Failure::BadInput("The input file has no moving picture".into()));
        }
        (_, None) if !target.is_film() => {
            return Err(Failure::BadInput("The input file has no sound".into()));
        }
        (None, None) => {
            return Err(Failure::BadInput("The input file has neither a picture nor sound".into()));
        }
        _ => {}
    }
    if let Some(film) = film.filter(|_| target.is_film()) {
        video(&mut plan, work, target, (media, film), copy, progress)?;
    }
    audio(&mut plan, work, target, media, copy, progress)?;
    if target.is_film() {
        subtitles(&mut plan, target, media, progress);
    }
    let attached = attachments(&mut plan, target, media, progress);
    cover(&mut plan, target, media, (film.is_some(), attached), progress);
    if !target.chapters && !media.chapters.is_empty() {
        progress.warn(format!("The chapters are lost: {} has none", target.format));
        // Some it would write, with wrong times.
        plan.add(&["-map_chapters", "-1"]);
    }
    tags::of_file(&mut plan, target, media, progress);
    tags::of_tracks(&mut plan, target, media);
    data(target, media, progress);
    if matches!(target.format, "mp4" | "mov" | "m4a") {
        // The directory before the content, so that it plays while it loads.
        plan.add(&["-movflags", "+faststart"]);
    }
    if target.format == "mp3" {
        plan.add(&["-id3v2_version", "3"]);
    }
    Ok(plan)
}

fn video(
    plan: &mut Plan,
    work: &Work,
    target: &Target,
    (media, film): (&Media, &Stream),
    copy: bool,
    progress: &Progress,
) -> Result<(), Failure> {
    if media.kind("video").nth(1).is_some() {
        progress.warn("Of several pictures, the first is kept");
    }
    plan.map(film);
    let asked = asked(work, "video_codec", target.video)?;
    let bitrate = work.number("video_bitrate", 10, 100_000)?;
    let rate = work.number("video_fps", 1, 120)?;
    if copy && bitrate.is_none() && rate.is_none() && asked.fits(target, film) && plays(target, media, film) {
        plan.copies = true;
        plan.add(&["-c:v:0", "copy"]);
        return Ok(());
    }
    if let Asked::Copy = asked {
        plan.add(&["-c:v:0", "copy"]);
        return Ok(());
    }
    let encoder = asked.encoder(target.video);
    plan.add(&["-c:v:0", encoder]);
    if let Some(kilobits) = bitrate {
        plan.add(&["-b:v:0", &format!("{kilobits}k")]);
    }
    let mut filters = Vec::new();
    if film.is_interlaced() {
        progress.warn("The picture is interlaced; of each two half pictures, a whole one is made");
        filters.push("bwdif=mode=send_frame:deint=interlaced".to_owned());
    }
    if let Some(rate) = rate {
        filters.push(format!("fps={rate}"));
    }
    if film.is_hdr() {
        filters.extend(tones(progress)?);
    }
    if encoder != "gif" {
        // Four colours of a square share one, so sides are even.
        filters.push("scale=max(2\\,trunc(iw/2)*2):max(2\\,trunc(ih/2)*2)".to_owned());
        let opaque = target.format != "webm" || !film.has_opacity();
        filters.push(format!("format={}", if opaque { "yuv420p" } else { "yuva420p" }));
        if film.is_transparent() && opaque {
            progress.warn(format!("The transparency of the picture is lost in {}", target.format));
        }
    } else if film.is_transparent() {
        progress.warn("The transparency of the picture is lost in gif");
    }
    if !filters.is_empty() {
        plan.add(&["-filter:v:0", &filters.join(",")]);
    }
    Ok(())
}

/// Maps a high dynamic range to what screens show everywhere, where this machine's ffmpeg can.
fn tones(progress: &Progress) -> Result<Option<String>, Failure> {
    let mut ffmpeg = program::named("ffmpeg");
    let filters = program::output(ffmpeg.args(["-hide_banner", "-filters"]), progress)?;
    if ["zscale", "tonemap"].iter().all(|name| filters.contains(&format!(" {name} "))) {
        progress.warn("The colours of high dynamic range (HDR) are mapped to the usual range (BT.709)");
        return Ok(Some(TONES.to_owned()));
    }
    progress.warn("The colours of high dynamic range (HDR) are not mapped, and look pale: this needs an ffmpeg with zimg");
    Ok(None)
}

/// Whether a picture plays everywhere as it is.
fn plays(target: &Target, media: &Media, film: &Stream) -> bool {
    // Of the formats here, only these say how to turn it.
    let turned = film.rotation() != 0 && !matches!(target.format, "mp4" | "mov");
    let timed = media.format.names.split(',').all(|name| !WITHOUT_TIMES.contains(&name));
    let simple = matches!(film.pix_fmt.as_str(), "yuv420p" | "yuvj420p");
    !turned
        && (target.format == "mkv" || (timed && simple) || target.format == "gif")
        && (timed || target.format == "avi")
}

fn audio(
    plan: &mut Plan,
    work: &Work,
    target: &Target,
    media: &Media,
    copy: bool,
    progress: &Progress,
) -> Result<(), Failure> {
    let asked = asked(work, "audio_codec", target.audio)?;
    let bitrate = work.number("audio_bitrate", 8, 1000)?;
    let several = target.is_film();
    for (number, sound) in media.kind("audio").enumerate() {
        if target.audio.is_empty() {
            progress.warn(format!("The sound is lost: {} has none", target.format));
            break;
        }
        if number > 0 && !several {
            progress.warn("Of several sound tracks, the first is kept");
            break;
        }
        plan.map(sound);
        let codec = format!("-c:a:{number}");
        let copied = copy && bitrate.is_none() && asked.fits(target, sound);
        plan.copies |= copied;
        match asked {
            _ if copied => plan.add(&[&codec, "copy"]),
            Asked::Copy => plan.add(&[&codec, "copy"]),
            _ => {
                mixed(target, sound, progress);
                let encoder = asked.encoder(target.audio);
                // Twenty-four bits stay what they are where the format has them.
                let fine = encoder == "pcm_s16le"
                    && matches!(sound.codec_name.as_str(), "flac" | "alac" | "pcm_s24be");
                plan.add(&[&codec, if fine && sound.is_fine() { "pcm_s24le" } else { encoder }]);
                if let Some(kilobits) = bitrate {
                    plan.add(&[&format!("-b:a:{number}"), &format!("{kilobits}k")]);
                }
            }
        }
    }
    Ok(())
}

/// Tells what a sound that is coded anew has too much of.
fn mixed(target: &Target, sound: &Stream, progress: &Progress) {
    let (channels, rate) = target.most_sound;
    if sound.channels > channels {
        progress.warn(format!(
            "The {} channels of the sound are mixed to {channels}: {} has no more",
            sound.channels, target.format
        ));
    }
    if sound.sample_rate.parse::<u32>().is_ok_and(|had| had > rate) {
        progress.warn(format!(
            "The sound has {} samples a second, and in {} only {rate}",
            sound.sample_rate, target.format
        ));
    }
}

/// Which codec is asked for.
#[derive(Clone, Copy)]
enum Asked {
    Nothing,
    Copy,
    Codec(&'static Codec),
}

impl Asked {
    /// Whether a stream may stay as it is.
    fn fits(self, target: &Target, stream: &Stream) -> bool {
        match self {
            Self::Nothing => target.keeps.contains(&stream.codec_name.as_str()),
            Self::Copy => true,
            Self::Codec(codec) => codec.0 == stream.codec_name,
        }
    }

    fn encoder(self, codecs: &'static [Codec]) -> &'static str {
        match self {
            Self::Codec(codec) => codec.1,
            Self::Copy => "copy",
            Self::Nothing => codecs.first().map_or("copy", |codec| codec.1),
        }
    }
}

fn asked(work: &Work, option: &str, codecs: &'static [Codec]) -> Result<Asked, Failure> {
    let Some(wanted) = work.word(option) else { return Ok(Asked::Nothing) };
    if wanted.eq_ignore_ascii_case("copy") {
        return Ok(Asked::Copy);
    }
    let found = codecs.iter().find(|codec| codec.0.eq_ignore_ascii_case(&wanted));
    found.map(Asked::Codec).ok_or_else(|| {
        let names: Vec<&str> = codecs.iter().map(|codec| codec.0).chain(["copy"]).collect();
        Failure::BadParameter(format!(
            "converteroptions: {option} of {} has to be one of these codecs: {}",
            work.output_format,
            names.join(", ")
        ))
    })
}
