//! What a picture file says besides its pixels.

mod about;
mod behind;
pub(super) mod bmp;
mod colours;
pub(super) mod exif;
pub(super) mod gif;
pub(super) mod iptc;
pub(super) mod jpeg;
pub(super) mod png;
mod raw;
mod resolution;
pub(super) mod riff;
pub(super) mod structure;
mod text;
pub(super) mod tiff;
pub(super) mod xmp;

use std::collections::BTreeSet;

use image::metadata::Orientation;

use text::text;

pub(in crate::engine) use about::About;
pub(super) use behind::behind;
pub(in crate::engine) use resolution::Resolution;

#[derive(Clone, Default)]
pub(in crate::engine) struct Metadata {
    /// The colour profile (ICC) of the pixels; without one they are in sRGB.
    pub(in crate::engine) icc: Option<Vec<u8>>,
    /// A TIFF without pixels, as EXIF has it.
    pub(in crate::engine) exif: Option<Vec<u8>>,
    /// XML in UTF-8.
    pub(in crate::engine) xmp: Option<Vec<u8>>,
    /// Image resources of Photoshop, in which IPTC is.
    pub(in crate::engine) iptc: Option<Vec<u8>>,
    /// Each with a keyword, as PNG has them.
    pub(in crate::engine) comments: Vec<(String, String)>,
    pub(in crate::engine) resolution: Option<Resolution>,
    /// What else the file has, by name, which no output has.
    pub(super) others: BTreeSet<String>,
    /// How the pixels lay before they were turned upright, as EXIF counts, from 2 to 8.
    pub(super) lay: Option<u8>,
}

/// The keyword of comments that have none.
pub(super) const COMMENT: &str = "Comment";

/// A comment in one line, with its keyword where it has one.
pub(super) fn line((keyword, text): &(String, String)) -> String {
    if keyword.is_empty() || keyword == COMMENT { text.clone() } else { format!("{keyword}: {text}") }
}

impl Metadata {
    /// Notes down that the pixels were turned upright.
    pub(super) fn turned(&mut self, orientation: Orientation) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        let sides = matches!(orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH);
        self.lay = Some(orientation.to_exif());
        if let Some(exif) = &mut self.exif {
            exif::turned(exif, sides);
        }
        if let Some(xmp) = &mut self.xmp {
            xmp::upright(xmp);
            if sides {
                xmp::swap_sides(xmp);
            }
        }
        self.changed();
        if let Some(resolution) = self.resolution.as_mut().filter(|_| sides) {
            resolution.turn();
            let turned = *resolution;
            self.set_resolution(turned);
        }
    }

    /// Notes down that the picture has another size now.
    pub(super) fn resized(&mut self, width: u32, height: u32) {
        if let Some(exif) = &mut self.exif {
            exif::resized(exif, width, height);
        }
        if let Some(xmp) = &mut self.xmp {
            xmp::resize(xmp, width, height);
        }
        self.changed();
    }

    /// Forgets the small pictures inside, which show the pixels as they were: what was cropped must not be seen there.
    pub(super) fn changed(&mut self) {
        if let Some(exif) = &mut self.exif {
            exif::forget_thumbnail(exif);
        }
        if let Some(without) = self.xmp.as_deref().and_then(xmp::without_pictures) {
            self.others.insert("pictures inside the XMP".to_owned());
            self.xmp = Some(without).filter(|packet| !packet.is_empty());
        }
        let kept = self.iptc.take().map(|resources| iptc::without(&resources, &iptc::PICTURES));
        self.iptc = kept.filter(|resources| !resources.is_empty());
    }

    /// Says this resolution, wherever one is said.
    pub(super) fn set_resolution(&mut self, resolution: Resolution) {
        self.resolution = Some(resolution);
        if let Some(exif) = &mut self.exif {
            exif::set_resolution(exif, resolution);
        }
        if let Some(xmp) = &mut self.xmp {
            xmp::set_resolution(xmp, resolution.hundredths(), resolution.unit());
        }
        if let Some(resources) = self.iptc.as_mut().filter(|_| !resolution.is_ratio()) {
            iptc::set_resolution(resources, resolution.x, resolution.y);
        }
    }

    /// Keeps nothing but the profile and the resolution, which tell how the pixels are shown.
    pub(super) fn strip(&mut self) {
        *self = Self { icc: self.icc.take(), resolution: self.resolution, ..Self::default() };
    }
}
