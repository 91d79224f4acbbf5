//! The tags of a TIFF's page, read and written. EXIF has the same structure, in directories of its own.

mod alone;
mod behind;
mod read;
mod write;

pub(in crate::engine::image) use behind::{behind, whole_pages};
pub(in crate::engine::image) use read::read;
pub(in crate::engine::image) use write::{write, write_exif, write_rest};

const DESCRIPTION: u16 = 270;
/// More directories, of what is beside the page.
const SUB_DIRECTORIES: u16 = 330;
const XMP: u16 = 700;
const PROFILE: u16 = 34_675;
const PHOTOSHOP: u16 = 34_377;
/// The same sets of data by themselves, as other programs write them.
const IPTC: u16 = 33_723;
/// What Photoshop writes to read it again, above all layers.
const LAYERS: u16 = 37_724;
const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;
const INTEROPERABILITY: u16 = 0xa005;
/// Tags that say how the pixels are stored, or that are kept by themselves: not for another file.
const STRUCTURE: [u16; 43] = [
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 270, 273, 274, 277, 278, 279, 280, 281, 284, 292,
    293, 317, 320, 322, 323, 324, 325, 330, 332, 333, 334, 336, 338, 339, 340, 341, 347, 700, 34_377, 34_675,
    33_723, 37_724,
];
