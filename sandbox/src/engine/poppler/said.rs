//! What the programs of Poppler say while they work.

use super::super::Progress;

/// Fonts that neither the file nor the machine has.
pub(super) fn tell_fonts(line: &str, progress: &Progress) {
    if line.contains("language pack") || line.contains("Couldn't find a font") {
        progress.warn(
            "A font is missing that the PDF does not bring along: some letters are not drawn. Install fonts-noto-cjk and poppler-data on the conversion host",
        );
    }
}
