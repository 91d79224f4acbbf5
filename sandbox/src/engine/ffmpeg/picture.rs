//! What becomes of the moving picture.

use super::asked::{Asked, asked};
use super::plan::Plan;
use super::probe::{Media, Stream};
use super::target::Target;
use super::{Failure, Progress, Work, program, space};

/// Formats whose pictures have no times of their own, which copies would need.
const WITHOUT_TIMES: [&str; 3] = ["avi", "mpeg", "mpegts"];

/// From light to BT.709, by the curve that keeps details in what is bright.
const TONES: &str = "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,\
                     zscale=t=bt709:m=bt709:r=tv";

pub(super) fn video(
    plan: &mut Plan,
    work: &Work,
    target: &Target,
    (media, film): (&Media, &Stream),
    copy: bool,
    progress: &Progress,
) -> Result<(), Failure> {
    let asked = asked(work, "video_codec", target.video)?;
    let bitrate = work.number("video_bitrate", 10, 100_000)?;
    let rate = work.number("video_fps", 1, 120)?;
    let is_free = bitrate.is_none() && rate.is_none();
    let copied = copy && is_free && asked.fits(target, film) && plays(target, media, film);
    if copied || matches!(asked, Asked::Copy) {
        tell_others(media, progress);
        plan.copies |= copied;
        plan.map(film);
        plan.add(&["-c:v:0", "copy"]);
        space::keep(plan, target, film, true, progress);
        return Ok(());
    }
    let picture = Picture { work, target, media, film, encoder: asked.encoder(target.video) };
    let filters = picture.filters(rate, progress)?.join(",");
    if film.dolby_vision().is_some() {
        // By itself, ffmpeg says of the new picture what was said of the old, unless what draws it has two inputs.
        let filters = if filters.is_empty() { "null" } else { filters.as_str() };
        let drawn = format!("[0:{0}]{filters}[film];[0:{0}]nullsink", film.index);
        plan.add(&["-filter_complex", &drawn, "-map", "[film]"]);
    } else {
        plan.map(film);
        if !filters.is_empty() {
            plan.add(&["-filter:v:0", &filters]);
        }
    }
    plan.add(&["-c:v:0", picture.encoder]);
    if let Some(kilobits) = bitrate {
        plan.add(&["-b:v:0", &format!("{kilobits}k")]);
    }
    if rate.is_none() {
        picture.keep_times(plan, progress)?;
    }
    space::keep(plan, target, film, false, progress);
    Ok(())
}

/// A moving picture that is coded anew.
pub(super) struct Picture<'a> {
    pub(super) work: &'a Work,
    pub(super) target: &'a Target,
    pub(super) media: &'a Media,
    pub(super) film: &'a Stream,
    pub(super) encoder: &'static str,
}

impl Picture<'_> {
    /// What makes of it what plays everywhere, and has this rate; tells of what is lost.
    pub(super) fn filters(&self, rate: Option<u32>, progress: &Progress) -> Result<Vec<String>, Failure> {
        let Self { target, media, film, encoder, .. } = *self;
        tell_others(media, progress);
        if film.closed_captions > 0 && encoder != "libx264" {
            progress.warn(format!("The closed captions in the picture are lost in {}", target.format));
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
        let opaque = target.format != "webm" || !film.has_opacity();
        if encoder != "gif" {
            // Four colours of a square share one, so sides are even.
            filters.push("scale=max(2\\,trunc(iw/2)*2):max(2\\,trunc(ih/2)*2)".to_owned());
            filters.push(format!("format={}", if opaque { "yuv420p" } else { "yuva420p" }));
        }
        if film.is_transparent() && opaque {
            progress.warn(format!("The transparency of the picture is lost in {}", target.format));
        }
        Ok(filters)
    }
}

fn tell_others(media: &Media, progress: &Progress) {
    if media.kind("video").nth(1).is_some() {
        progress.warn("Of several pictures, the first is kept");
    }
}

/// Maps a high dynamic range to what screens show everywhere, where this machine's ffmpeg can.
pub(super) fn tones(progress: &Progress) -> Result<Option<String>, Failure> {
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
    let turned = (film.rotation() != 0 || film.is_mirrored()) && !matches!(target.format, "mp4" | "mov");
    let timed = media.format.names.split(',').all(|name| !WITHOUT_TIMES.contains(&name));
    let simple = matches!(film.pix_fmt.as_str(), "yuv420p" | "yuvj420p");
    !turned
        && (target.format == "mkv" || (timed && simple) || target.format == "gif")
        && (timed || target.format == "avi")
}
