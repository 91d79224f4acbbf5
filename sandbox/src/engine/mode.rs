//! What is to be done with files.

use serde::{Deserialize, Serialize};

/// What a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    #[default]
    Convert,
    Info,
    Combine,
    Archive,
    Extract,
    // What version 1 has no mode for.
    WriteMetadata,
    Encrypt,
    Decrypt,
    Rotate,
    ExtractPages,
    SplitPages,
    PdfA,
    PdfX,
    Recognize,
    Watermark,
    Thumbnail,
    Optimize,
    Capture,
    Command,
}

impl Mode {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Convert, Self::Info, Self::Combine, Self::Archive, Self::Extract]
            .into_iter()
            .find(|mode| mode.as_str() == name)
    }

    /// Whether it takes all of its inputs at once.
    pub(crate) const fn takes_several(self) -> bool {
        matches!(self, Self::Combine | Self::Archive | Self::Command)
    }

    /// Whether it takes files at all.
    pub(crate) const fn takes_input(self) -> bool {
        !matches!(self, Self::Capture)
    }

    /// The packages of Debian without which this machine cannot do it.
    pub(crate) const fn needs(self) -> &'static str {
        match self {
            Self::WriteMetadata => "libimage-exiftool-perl",
            Self::PdfA | Self::PdfX => "ghostscript",
            Self::Recognize => "tesseract-ocr and poppler-utils",
            Self::Capture => "chromium and bubblewrap",
            _ => "",
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Convert => "convert",
            Self::Info => "info",
            Self::Combine => "combine",
            Self::Archive => "archive",
            Self::Extract => "extract",
            Self::WriteMetadata => "write metadata",
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
            Self::Rotate => "rotate",
            Self::ExtractPages => "extract pages",
            Self::SplitPages => "split pages",
            Self::PdfA => "PDF/A",
            Self::PdfX => "PDF/X",
            Self::Recognize => "recognize text",
            Self::Watermark => "watermark",
            Self::Thumbnail => "thumbnail",
            Self::Optimize => "optimize",
            Self::Capture => "capture",
            Self::Command => "command",
        }
    }
}
