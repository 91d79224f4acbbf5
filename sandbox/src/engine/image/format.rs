//! The formats of pictures, and what each can hold. From this one table come the notes of `/conversiontypes` (`losses`), the
//! warnings of a conversion and the table of the README.

use image::ImageFormat;

/// What a format can hold of a picture.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, Copy)]
pub(in crate::engine) struct Holds {
    /// A colour profile.
    pub(super) profile: bool,
    pub(super) resolution: bool,
    /// Pixels that are not square, of a picture without a resolution.
    pub(super) shape: bool,
    pub(super) exif: bool,
    pub(super) xmp: bool,
    pub(super) iptc: bool,
    pub(super) comments: bool,
    /// More than 8 bits a channel.
    pub(super) deep: bool,
    /// Pixels that are grey by themselves.
    pub(super) grey: bool,
    /// The same with transparency, such that programs read it.
    pub(super) clear_grey: bool,
    pub(super) alpha: Alpha,
    pub(super) several: Several,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    None,
    /// A pixel is there or not.
    OneBit,
    Full,
}

/// What several pictures in one file are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Several {
    None,
    Pages,
    Sizes,
    Animation,
}

pub(in crate::engine) struct Format {
    /// The first is the usual one.
    pub(super) names: &'static [&'static str],
    pub(super) kind: ImageFormat,
    pub(super) holds: Holds,
}

const NOTHING: Holds = Holds {
    profile: false,
    resolution: false,
    shape: false,
    exif: false,
    xmp: false,
    iptc: false,
    comments: false,
    deep: false,
    grey: false,
    clear_grey: false,
    alpha: Alpha::None,
    several: Several::None,
};

/// A page of a PDF.
pub(in crate::engine) const PDF: Holds = Holds {
    profile: true,
    resolution: true,
    shape: true,
    xmp: true,
    deep: true,
    grey: true,
    clear_grey: true,
    alpha: Alpha::Full,
    several: Several::Pages,
    ..NOTHING
};

/// A drawing that has become pixels.
pub(super) const DRAWING: Holds = Holds { resolution: true, alpha: Alpha::Full, ..NOTHING };

/// A page of a document that has become pixels.
pub(super) const DRAWN_PAGE: Holds = Holds { resolution: true, ..NOTHING };

pub(super) const FORMATS: [Format; 7] = [
    Format {
        names: &["png"],
        kind: ImageFormat::Png,
        holds: Holds {
            profile: true,
            resolution: true,
            shape: true,
            exif: true,
            xmp: true,
            comments: true,
            deep: true,
            grey: true,
            clear_grey: true,
            alpha: Alpha::Full,
            several: Several::Animation,
            ..NOTHING
        },
    },
    Format {
        names: &["jpg", "jpeg"],
        kind: ImageFormat::Jpeg,
        holds: Holds {
            profile: true,
            resolution: true,
            shape: true,
            exif: true,
            xmp: true,
            iptc: true,
            comments: true,
            grey: true,
            ..NOTHING
        },
    },
    Format {
        names: &["gif"],
        kind: ImageFormat::Gif,
        holds: Holds {
            shape: true,
            comments: true,
            alpha: Alpha::OneBit,
            several: Several::Animation,
            ..NOTHING
        },
    },
    Format {
        names: &["bmp"],
        kind: ImageFormat::Bmp,
        holds: Holds { resolution: true, grey: true, alpha: Alpha::Full, ..NOTHING },
    },
    Format {
        names: &["webp"],
        kind: ImageFormat::WebP,
        holds: Holds {
            profile: true,
            resolution: true,
            shape: true,
            exif: true,
            xmp: true,
            alpha: Alpha::Full,
            several: Several::Animation,
            ..NOTHING
        },
    },
    Format {
        names: &["tiff", "tif"],
        kind: ImageFormat::Tiff,
        holds: Holds {
            profile: true,
            resolution: true,
            shape: true,
            exif: true,
            xmp: true,
            iptc: true,
            comments: true,
            deep: true,
            grey: true,
            clear_grey: false,
            alpha: Alpha::Full,
            several: Several::Pages,
        },
    },
    Format {
        names: &["ico"],
        kind: ImageFormat::Ico,
        holds: Holds { alpha: Alpha::Full, several: Several::Sizes, ..NOTHING },
    },
];

impl Format {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.names.contains(&name))
    }

    pub(super) fn of(kind: ImageFormat) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.kind == kind)
    }
}
