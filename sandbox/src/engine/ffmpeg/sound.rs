//! What becomes of the sound.

use super::asked::{Asked, asked};
use super::plan::Plan;
use super::probe::{Media, Stream};
use super::target::Target;
use super::{Failure, Progress, Work, depth};

/// The encoder of sound as it is.
const PCM: &str = "pcm_s16le";

pub(super) fn audio(
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
                plan.add(&[&codec, if encoder == PCM { deep_enough(sound) } else { encoder }]);
                if encoder == depth::FLAC {
                    depth::keep(plan, work, target, (number, sound), progress)?;
                }
                if encoder == "libopus" {
                    around(plan, target, (number, sound), progress);
                }
                if let Some(kilobits) = bitrate {
                    plan.add(&[&format!("-b:a:{number}"), &format!("{kilobits}k")]);
                }
            }
        }
    }
    Ok(())
}

/// Opus has one way to place so many loudspeakers (RFC 7845, 5.1.1.2), and its encoder refuses others.
fn around(plan: &mut Plan, target: &Target, (number, sound): (usize, &Stream), progress: &Progress) {
    const PLACES: [&str; 8] = ["mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"];
    let count = usize::try_from(sound.channels).unwrap_or(PLACES.len());
    let Some(places) = PLACES.get(count.clamp(1, PLACES.len()) - 1) else { return };
    plan.add(&[&format!("-filter:a:{number}"), &format!("aformat=channel_layouts={places}")]);
    let had = sound.channel_layout.as_str();
    // At the side or behind is the same to most listeners.
    if !had.is_empty() && had.split('(').next() != Some(places) && had != "4.0" {
        progress.warn(format!(
            "The loudspeakers {had} of the sound become {places}: {} has no others",
            target.format
        ));
    }
}

/// The kind of PCM that has all bits of a sound.
fn deep_enough(sound: &Stream) -> &'static str {
    match sound.depth().unwrap_or(16) {
        0..=16 => PCM,
        33.. => "pcm_f64le",
        _ if sound.has_fractions() => "pcm_f32le",
        17..=24 => "pcm_s24le",
        _ => "pcm_s32le",
    }
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
