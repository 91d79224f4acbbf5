//! Programs of ffmpeg's, as files of strangers are opened with.

use tokio::process::Command;

use super::program;

/// What inputs may be. Of others, playlists above all, ffmpeg would open the files that they name.
const READERS: &str =
    "3g2,3gp,aac,avi,flac,flv,m4a,matroska,mj2,mov,mp3,mp4,mpeg,mpegts,mpegvideo,ogg,wav,webm";
/// The largest picture of a film, in pixels.
pub(super) const MAX_PIXELS: &str = "100000000";

/// A program of ffmpeg's that opens the input and nothing else.
pub(super) fn reader(program: &str) -> Command {
    let mut command = program::named(program);
    command.args([
        "-hide_banner",
        "-v",
        "error",
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        READERS,
    ]);
    command
}
