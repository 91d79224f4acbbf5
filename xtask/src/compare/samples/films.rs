//! Films and sound: covers, chapters, subtitles, rotation, HDR.

use super::Sample;

pub(super) const PARTS: &str = r"
ffmpeg -v error -y -f lavfi -i testsrc2=size=64x48:rate=10:duration=2 -f lavfi -i sine=duration=2 -c:v libx264 -pix_fmt yuv420p -c:a aac -metadata title=Name film.mp4
ffmpeg -v error -y -f lavfi -i sine=duration=2 -metadata title=Name -metadata artist=Ada -metadata album=Songs -metadata track=3 -metadata date=2020 sound.flac
printf '1\n00:00:00,000 --> 00:00:01,000\nWords\n' > words.srt
printf ';FFMETADATA1\ntitle=Name\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=First\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Second\n' > chapters.txt
";

const FILM: &[&str] = &["mp4", "mov", "mkv", "webm", "avi", "mp3", "ogg", "m4a"];
const SOUND: &[&str] = &["mp3", "wav", "ogg", "flac", "m4a"];

#[allow(clippy::too_many_lines)] // A list.
pub(super) fn all() -> Vec<Sample> {
    const FF: &str = "ffmpeg -v error -y";
    // Of each five pictures the second and the third are missing.
    const UNEVEN: &str =
        "-vf select='not(eq(mod(n\\,5)\\,1)+eq(mod(n\\,5)\\,2))' -fps_mode passthrough -c:a copy";
    let films = [
        ("plain", "mp4", "cp film.mp4 $out".to_owned()),
        ("plain", "mkv", format!("{FF} -i film.mp4 -c copy $out")),
        ("plain", "mov", format!("{FF} -i film.mp4 -c copy $out")),
        ("plain", "webm", format!("{FF} -i film.mp4 $out")),
        ("plain", "avi", format!("{FF} -i film.mp4 -c:v mpeg4 -c:a libmp3lame $out")),
        ("plain", "flv", format!("{FF} -i film.mp4 -c copy $out")),
        ("rotated", "mp4", format!("{FF} -i film.mp4 -c copy -metadata:s:v:0 rotate=90 $out")),
        (
            "subtitles",
            "mp4",
            format!("{FF} -i film.mp4 -i words.srt -c copy -c:s mov_text -metadata:s:s:0 language=ger $out"),
        ),
        (
            "subtitles",
            "mkv",
            format!("{FF} -i film.mp4 -i words.srt -c copy -c:s srt -metadata:s:s:0 language=ger $out"),
        ),
        ("chapters", "mp4", format!("{FF} -i film.mp4 -i chapters.txt -map_metadata 1 -c copy $out")),
        ("chapters", "mkv", format!("{FF} -i film.mp4 -i chapters.txt -map_metadata 1 -c copy $out")),
        (
            "cover",
            "mp4",
            format!(
                "{FF} -i film.mp4 -i camera.jpg -map 0 -map 1 -c copy -disposition:v:1 attached_pic $out"
            ),
        ),
        (
            "cover",
            "mkv",
            format!(
                "{FF} -i film.mp4 -c copy -attach camera.jpg -metadata:s:t mimetype=image/jpeg -metadata:s:t filename=cover.jpg $out"
            ),
        ),
        (
            "two-sounds",
            "mkv",
            format!(
                "{FF} -i film.mp4 -i sound.flac -map 0 -map 1 -c copy -metadata:s:a:0 language=eng -metadata:s:a:1 language=ger $out"
            ),
        ),
        ("odd", "mkv", format!("{FF} -f lavfi -i testsrc2=size=65x49:rate=10:duration=1 -c:v ffv1 $out")),
        ("444", "mkv", format!("{FF} -i film.mp4 -c:v libx264 -pix_fmt yuv444p -c:a copy $out")),
        (
            "10-bit",
            "mkv",
            format!(
                "{FF} -i film.mp4 -c:v libx265 -x265-params log-level=error -pix_fmt yuv420p10le -c:a copy $out"
            ),
        ),
        (
            "hdr",
            "mp4",
            format!(
                "{FF} -i film.mp4 -c:v libx265 -x265-params log-level=error -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -c:a copy $out"
            ),
        ),
        ("surround", "mkv", format!("{FF} -i film.mp4 -c:v copy -ac 6 -c:a ac3 $out")),
        (
            "interlaced",
            "mpg",
            format!("{FF} -i film.mp4 -r 25 -flags +ilme+ildct -c:v mpeg2video -c:a mp2 $out"),
        ),
        (
            "forced",
            "mkv",
            format!(
                "{FF} -i film.mp4 -i words.srt -i words.srt -map 0 -map 1 -map 2 -c copy -c:s srt -disposition:s:0 forced -disposition:s:1 hearing_impaired $out"
            ),
        ),
        ("uneven", "mp4", format!("{FF} -i film.mp4 {UNEVEN} $out")),
        ("uneven", "mkv", format!("{FF} -i film.mp4 {UNEVEN} $out")),
        ("wide-pixels", "mp4", format!("{FF} -i film.mp4 -vf setsar=2 $out")),
    ];
    let films = films.into_iter().map(|(name, format, line)| Sample::new(name, format, FILM, line));
    let sounds = [
        ("tags", "mp3", format!("{FF} -i sound.flac $out")),
        ("tags", "flac", "cp sound.flac $out".to_owned()),
        ("tags", "ogg", format!("{FF} -i sound.flac $out")),
        ("tags", "m4a", format!("{FF} -i sound.flac $out")),
        ("tags", "wav", format!("{FF} -i sound.flac $out")),
        ("24-bit", "flac", format!("{FF} -i sound.flac -sample_fmt s32 $out")),
        (
            "cover",
            "mp3",
            format!(
                "{FF} -i sound.flac -i camera.jpg -map 0 -map 1 -c:v copy -disposition:v attached_pic $out"
            ),
        ),
        (
            "cover",
            "flac",
            format!(
                "{FF} -i sound.flac -i camera.jpg -map 0 -map 1 -c copy -disposition:v attached_pic $out"
            ),
        ),
        (
            "cover",
            "m4a",
            format!(
                "{FF} -i sound.flac -i camera.jpg -map 0 -map 1 -c:v copy -disposition:v attached_pic $out"
            ),
        ),
        ("chapters", "m4a", format!("{FF} -i sound.flac -i chapters.txt -map_metadata 1 $out")),
        ("chapters", "mp3", format!("{FF} -i sound.flac -i chapters.txt -map_metadata 1 $out")),
        ("mono-8000", "wav", format!("{FF} -i sound.flac -ac 1 -ar 8000 $out")),
        ("float", "wav", format!("{FF} -i sound.flac -c:a pcm_f32le $out")),
    ];
    films
        .chain(sounds.into_iter().map(|(name, format, line)| Sample::new(name, format, SOUND, line)))
        .collect()
}
