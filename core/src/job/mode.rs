//! What is done with the input ("mode" in version 1, operations in version 2).

/// What is done with the input. The first five are modes of version 1 and 2 of the API, the others operations of version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// One file into another format.
    #[default]
    Convert,
    /// Facts about a file.
    Info,
    /// Several files into one.
    Combine,
    /// Files into an archive.
    Archive,
    /// The files of an archive.
    Extract,
    /// A picture or a PDF made smaller.
    Optimize,
    /// A text or a picture laid over a file.
    Watermark,
    /// A small picture of a file.
    Thumbnail,
    /// A web page as a picture or a PDF; the input is its URL.
    CaptureWebsite,
    /// Facts written into a file.
    WriteMetadata,
    /// A PDF as PDF/A.
    PdfA,
    /// A PDF as PDF/X.
    PdfX,
    /// A PDF with text that can be searched.
    PdfOcr,
    /// A PDF with a password.
    PdfEncrypt,
    /// A PDF without its password.
    PdfDecrypt,
    /// A PDF for each page.
    PdfSplitPages,
    /// Some pages of a PDF.
    PdfExtractPages,
    /// A PDF with pages that are turned.
    PdfRotatePages,
    /// Several PDFs as one.
    PdfMerge,
    /// A command of `ffmpeg`, `imagemagick` or `graphicsmagick`. Its inputs stand in `/input/import-1/`, `/input/import-2/`, …,
    /// and what it writes into `/output/` comes out.
    Command,
}

pub(crate) const MODES: &[(&str, Mode)] = &[
    ("convert", Mode::Convert),
    ("info", Mode::Info),
    ("combine", Mode::Combine),
    ("archive", Mode::Archive),
    ("extract", Mode::Extract),
    #[cfg(feature = "v2")]
    ("optimize", Mode::Optimize),
    #[cfg(feature = "v2")]
    ("watermark", Mode::Watermark),
    #[cfg(feature = "v2")]
    ("thumbnail", Mode::Thumbnail),
    #[cfg(feature = "v2")]
    ("capture-website", Mode::CaptureWebsite),
    #[cfg(feature = "v2")]
    ("metadata/write", Mode::WriteMetadata),
    #[cfg(feature = "v2")]
    ("pdf/a", Mode::PdfA),
    #[cfg(feature = "v2")]
    ("pdf/x", Mode::PdfX),
    #[cfg(feature = "v2")]
    ("pdf/ocr", Mode::PdfOcr),
    #[cfg(feature = "v2")]
    ("pdf/encrypt", Mode::PdfEncrypt),
    #[cfg(feature = "v2")]
    ("pdf/decrypt", Mode::PdfDecrypt),
    #[cfg(feature = "v2")]
    ("pdf/split-pages", Mode::PdfSplitPages),
    #[cfg(feature = "v2")]
    ("pdf/extract-pages", Mode::PdfExtractPages),
    #[cfg(feature = "v2")]
    ("pdf/rotate-pages", Mode::PdfRotatePages),
    #[cfg(feature = "v2")]
    ("pdf/merge", Mode::PdfMerge),
    #[cfg(feature = "v2")]
    ("command", Mode::Command),
];

/// The format of what comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// It has to be asked for.
    Asked,
    /// That of the input.
    Kept,
    /// Always PDF.
    Pdf,
}

impl Mode {
    pub(super) const fn format(self) -> Format {
        if cfg!(not(feature = "v2")) {
            return Format::Asked;
        }
        match self {
            Self::Optimize | Self::Watermark | Self::WriteMetadata | Self::Command => Format::Kept,
            Self::PdfA
            | Self::PdfX
            | Self::PdfOcr
            | Self::PdfEncrypt
            | Self::PdfDecrypt
            | Self::PdfSplitPages
            | Self::PdfExtractPages
            | Self::PdfRotatePages
            | Self::PdfMerge => Format::Pdf,
            _ => Format::Asked,
        }
    }

    /// The fewest and the most input files that it takes.
    pub(super) const fn inputs(self) -> (usize, usize) {
        match self {
            Self::Combine | Self::PdfMerge => (2, usize::MAX),
            Self::Archive | Self::Command => (1, usize::MAX),
            _ => (1, 1),
        }
    }
}
