//! Whether a film or a sound is as long as it says, where ffmpeg is content with what there is.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// How much of the end of a file is looked at: pages of Ogg are smaller.
const END: u64 = 128 << 10;
/// In the head of a page of Ogg, that it is the last one of a stream (RFC 3533, 6).
const LAST: u8 = 4;

/// Whether the file ends before its content does.
pub(super) fn breaks_off(path: &Path) -> bool {
    looked_at(path).unwrap_or_default()
}

fn looked_at(path: &Path) -> std::io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut head = [0; 8];
    file.read_exact(&mut head)?;
    match head {
        [b'R', b'I', b'F', b'F', size @ ..] => {
            let size = u32::from_le_bytes(size);
            // What was written into a pipe does not know its size.
            Ok(size != 0 && size != u32::MAX && u64::from(size) + 8 > length.next_multiple_of(2))
        }
        [b'O', b'g', b'g', b'S', ..] => {
            file.seek(SeekFrom::Start(length.saturating_sub(END)))?;
            let mut end = Vec::new();
            file.read_to_end(&mut end)?;
            Ok(!ends_with_last_page(&end))
        }
        _ => Ok(false),
    }
}

/// Whether the last page that begins here is whole, and the last one of its stream.
fn ends_with_last_page(end: &[u8]) -> bool {
    let Some(at) = end.windows(4).rposition(|part| part == b"OggS") else { return false };
    let page = &end[at..];
    let (Some(kind), Some(count)) = (page.get(5), page.get(26)) else { return false };
    let Some(sizes) = page.get(27..27 + usize::from(*count)) else { return false };
    let size: usize = sizes.iter().map(|size| usize::from(*size)).sum();
    kind & LAST != 0 && page.len() >= 27 + sizes.len() + size
}
