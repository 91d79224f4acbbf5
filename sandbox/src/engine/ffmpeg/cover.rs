//! Cover pictures where ffmpeg does not write them by itself: as an attachment of Matroska, as a comment of Ogg; and where it
//! does not read them, because they are of another type than is said.

use std::path::Path;

use base64::Engine as _;

use super::probe::Stream;
use super::reader::reader;
use super::{Failure, Progress, Work, program};
use crate::engine::image as raster;

/// Where a format has its cover picture.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    None,
    /// As a stream of one picture.
    Stream,
    /// As a file that is attached.
    Attachment,
    /// As a comment beside the title (`METADATA_BLOCK_PICTURE`).
    Comment,
}

/// A cover picture in a file of its own.
pub(super) struct Cover {
    picture: Picture,
    place: Place,
    extension: &'static str,
    mime: &'static str,
    size: (u32, u32),
    /// How many files are attached before it.
    before: usize,
}

enum Picture {
    /// A stream of the input, and the codec to write it by.
    Stream(u32, &'static str),
    /// The bytes of a file.
    File(Vec<u8>),
}

/// Where a picture that is a file comes among the inputs of ffmpeg, and among the pictures of its output.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) input: usize,
    pub(super) picture: usize,
}

impl Cover {
    pub(super) fn new(stream: &Stream, place: Place, before: usize) -> Self {
        let (codec, extension, mime) = match stream.codec_name.as_str() {
            "mjpeg" => ("copy", "jpg", "image/jpeg"),
            "png" => ("copy", "png", "image/png"),
            // Players know these two.
            _ => ("png", "png", "image/png"),
        };
        let picture = Picture::Stream(stream.index, codec);
        Self { picture, place, extension, mime, size: (stream.width, stream.height), before }
    }

    /// By the content of a picture, whatever is said of it. None where it cannot be read.
    pub(super) fn of_file(file: Vec<u8>, place: Place, before: usize, progress: &Progress) -> Option<Self> {
        let (file, extension, size) = raster::for_players(file, progress)?;
        let mime = if extension == "jpg" { "image/jpeg" } else { "image/png" };
        Some(Self { picture: Picture::File(file), place, extension, mime, size, before })
    }

    /// Takes the cover out of the input, into a folder. Gives the arguments of ffmpeg that come behind the input, and
    /// those before the output.
    pub(super) fn take(
        &self,
        work: &Work,
        order: Order,
        folder: &Path,
        progress: &Progress,
    ) -> Result<(Vec<String>, Vec<String>), Failure> {
        let picture = folder.join(format!("cover.{}", self.extension));
        match &self.picture {
            Picture::Stream(stream, codec) => take_out(work, (*stream, *codec), &picture, progress)?,
            Picture::File(file) => std::fs::write(&picture, file).map_err(Failure::io)?,
        }
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        if self.place == Place::Attachment {
            let tag = format!("-metadata:s:t:{}", self.before);
            let (name, mime) =
                (format!("filename=cover.{}", self.extension), format!("mimetype={}", self.mime));
            let attach = words(&["-attach", &shown(&picture)?, &tag, &mime, &tag, &name]);
            return Ok((Vec::new(), attach));
        }
        if self.place == Place::Stream {
            let kind = if self.extension == "jpg" { "jpeg_pipe" } else { "png_pipe" };
            let reader = ["-protocol_whitelist", "file", "-format_whitelist", kind, "-f", kind, "-i"];
            let (stream, number) = (format!("{}:0", order.input), order.picture);
            let (codec, role) = (format!("-c:v:{number}"), format!("-disposition:v:{number}"));
            let input = [words(&reader), vec![shown(&picture)?]].concat();
            return Ok((input, words(&["-map", &stream, &codec, "copy", &role, "attached_pic"])));
        }
        let comments = folder.join("comments");
        let block = self.block(&std::fs::read(&picture).map_err(Failure::io)?);
        let text = base64::engine::general_purpose::STANDARD.encode(block).replace('=', "\\=");
        std::fs::write(&comments, format!(";FFMETADATA1\nMETADATA_BLOCK_PICTURE={text}\n"))
            .map_err(Failure::io)?;
        let reader =
            ["-protocol_whitelist", "file", "-format_whitelist", "ffmetadata", "-f", "ffmetadata", "-i"];
        let input = [words(&reader), vec![shown(&comments)?]].concat();
        // The first of several values of a name stays, so both are together.
        Ok((input, words(&["-map_metadata", "0", "-map_metadata", "1"])))
    }

    /// As FLAC has it.
    fn block(&self, picture: &[u8]) -> Vec<u8> {
        const FRONT_COVER: u32 = 3;
        const BITS: u32 = 24;
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes();
        let mut block = FRONT_COVER.to_be_bytes().to_vec();
        block.extend(number(self.mime.len()));
        block.extend(self.mime.as_bytes());
        // No description.
        block.extend(number(0));
        for value in [self.size.0, self.size.1, BITS, 0] {
            block.extend(value.to_be_bytes());
        }
        block.extend(number(picture.len()));
        block.extend(picture);
        block
    }
}

/// The bytes of a cover that cannot be read as what is said of it; None where there are none.
pub(super) fn bytes(work: &Work, stream: &Stream, progress: &Progress) -> Result<Option<Vec<u8>>, Failure> {
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let file = folder.path().join("cover.bin");
    match take_out(work, (stream.index, "copy"), &file, progress) {
        Ok(()) => Ok(std::fs::read(&file).ok()),
        Err(Failure::BadInput(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Writes the first picture of a stream to a file.
fn take_out(
    work: &Work,
    (stream, codec): (u32, &str),
    file: &Path,
    progress: &Progress,
) -> Result<(), Failure> {
    let mut ffmpeg = reader("ffmpeg");
    ffmpeg.args(["-nostdin", "-y", "-i"]).arg(&work.input()?.path);
    ffmpeg.args(["-map", &format!("0:{stream}"), "-frames:v", "1", "-c:v", codec]);
    program::run(ffmpeg.args(["-f", "image2", "-update", "1"]).arg(file), progress, |_| ())
}

fn shown(path: &Path) -> Result<String, Failure> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::Unavailable("The folder's name is no text".into()))
}
