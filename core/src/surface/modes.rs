//! Every mode: what can be done with an input.

use super::DescribedMode;
use super::Versions::{self, Both, V2};

const fn mode(name: &'static str, does: &'static str, versions: Versions) -> DescribedMode {
    DescribedMode { name, does, needs_to: false, takes_many: false, versions }
}

/// One that has to be told the format of its output.
const fn asking(mode: DescribedMode) -> DescribedMode {
    DescribedMode { needs_to: true, ..mode }
}

/// One that takes several inputs.
const fn joining(mode: DescribedMode) -> DescribedMode {
    DescribedMode { takes_many: true, ..mode }
}

/// Every mode, in the order of [`Mode`](crate::Mode).
pub const MODES: &[DescribedMode] = &[
    asking(mode("convert", "one file into another format", Both)),
    asking(mode("info", "the facts about a file, without an output", Both)),
    joining(asking(mode("combine", "several files into one", Both))),
    joining(asking(mode("archive", "files into an archive", Both))),
    asking(mode("extract", "the files of an archive", Both)),
    mode("optimize", "a smaller file of the same format", V2),
    mode("watermark", "a text or a picture over the file", V2),
    asking(mode("thumbnail", "a small picture of the file", V2)),
    asking(mode("capture-website", "a web page as a picture or a PDF", V2)),
    mode("metadata/write", "other metadata in the file", V2),
    mode("pdf/a", "a PDF for archives", V2),
    mode("pdf/x", "a PDF for printers", V2),
    mode("pdf/ocr", "a text layer in a scanned PDF", V2),
    mode("pdf/encrypt", "a PDF with a password", V2),
    mode("pdf/decrypt", "a PDF without its password", V2),
    mode("pdf/split-pages", "every page of a PDF as a file", V2),
    mode("pdf/extract-pages", "some pages of a PDF", V2),
    mode("pdf/rotate-pages", "pages of a PDF, turned", V2),
    joining(mode("pdf/merge", "several PDFs as one", V2)),
    joining(mode("command", "a command line of ffmpeg, imagemagick or graphicsmagick", V2)),
];
