//! What a picture loses on the way from one format to another, whatever the picture is: the notes of `/conversiontypes`.

use image::ImageFormat;

use super::format::{Alpha, Format, Holds, Several};

/// What of the one is not in the other, whatever the picture is; a sentence for each.
pub(super) fn losses(input: &Holds, output: &Holds) -> Vec<&'static str> {
    let mut losses = Vec::new();
    let mut tell = |lost: bool, sentence| {
        if lost {
            losses.push(sentence);
        }
    };
    tell(input.profile && !output.profile, "Colours are converted to sRGB.");
    tell(input.resolution && !output.resolution, "The resolution is lost.");
    tell(input.shape && !output.shape, "The shape of pixels that are not square is lost.");
    tell(input.exif && !output.exif, "EXIF is lost.");
    tell(input.xmp && !output.xmp, "XMP is lost.");
    tell(input.iptc && !output.iptc, "IPTC is lost.");
    tell(input.comments && !output.comments, "Comments are lost.");
    tell(input.deep && !output.deep, "16 bits a channel become 8.");
    match (input.alpha, output.alpha) {
        (Alpha::OneBit | Alpha::Full, Alpha::None) => tell(true, "What is transparent gets the background."),
        (Alpha::Full, Alpha::OneBit) => {
            tell(true, "What is half transparent gets the background or is left out.");
        }
        _ => {}
    }
    tell(
        matches!((input.several, output.several), (Several::Animation, Several::None | Several::Sizes)),
        "Of an animation, the first picture.",
    );
    tell(
        matches!((input.several, output.several), (Several::Animation, Several::Pages)),
        "The pictures of an animation become pages; their times are lost.",
    );
    tell(
        input.several == Several::Pages && output.several != Several::Pages,
        "Each page becomes a file of its own.",
    );
    tell(
        input.several == Several::Sizes && output.several != Several::Sizes,
        "Of an icon with several sizes, the largest.",
    );
    losses
}

/// The note on a pair.
pub(in crate::engine) fn note(input: &Holds, output: &Holds, more: Option<&'static str>) -> Option<String> {
    let losses: Vec<_> = losses(input, output).into_iter().chain(more).collect();
    (!losses.is_empty()).then(|| losses.join(" "))
}

/// What a format does to every picture.
pub(super) const fn of_every_picture(format: &Format) -> Option<&'static str> {
    match format.kind {
        ImageFormat::Gif => Some("At most 256 colours."),
        ImageFormat::Ico => Some("At most 256 pixels wide and high, in all usual sizes up to that."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::{FORMATS, PDF};
    use super::*;

    fn table() -> String {
        let formats = FORMATS.iter().map(|format| (format.names[0].to_uppercase(), format.holds));
        let outputs: Vec<(String, Holds)> = formats.chain([("PDF".to_owned(), PDF)]).collect();
        let row = |name: &str, cell: &dyn Fn(&Holds) -> &'static str| {
            let cells: Vec<_> = outputs.iter().map(|(_, holds)| cell(holds)).collect();
            format!("| {name} | {} |\n", cells.join(" | "))
        };
        let kept = |kept: bool| if kept { "kept" } else { "lost" };
        let titles: Vec<_> = outputs.iter().map(|(title, _)| title.as_str()).collect();
        let mut table = format!("| | {} |\n|---{}|\n", titles.join(" | "), "|---".repeat(titles.len()));
        table += &row("colour profile", &|holds| if holds.profile { "kept" } else { "to sRGB" });
        table += &row("16 bits a channel", &|holds| if holds.deep { "kept" } else { "to 8" });
        table += &row("grey", &|holds| if holds.grey { "kept" } else { "to RGB" });
        table += &row("transparency", &|holds| match holds.alpha {
            Alpha::None => "background",
            Alpha::OneBit => "1 bit",
            Alpha::Full => "kept",
        });
        table += &row("orientation", &|_| "applied");
        table += &row("resolution", &|holds| kept(holds.resolution));
        table += &row("shape of pixels", &|holds| kept(holds.shape));
        table += &row("EXIF", &|holds| kept(holds.exif));
        table += &row("XMP", &|holds| kept(holds.xmp));
        table += &row("IPTC", &|holds| kept(holds.iptc));
        table += &row("comments", &|holds| kept(holds.comments));
        table += &row("animation", &|holds| match holds.several {
            Several::Animation => "kept",
            Several::Pages => "pages",
            Several::None | Several::Sizes => "first",
        });
        table +=
            &row("pages (TIFF)", &|holds| if holds.several == Several::Pages { "kept" } else { "files" });
        table +=
            &row("sizes (ICO)", &|holds| if holds.several == Several::Sizes { "kept" } else { "largest" });
        table
    }

    #[test]
    fn the_readme_has_this_table() {
        let readme = include_str!("../../../README.md");
        assert!(readme.contains(&table()), "sandbox/README.md has to have this table:\n\n{}", table());
    }
}
