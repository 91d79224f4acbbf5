//! What a picture says of itself as documents do: what it is called, who made it, in which language it is.

use ::exif::{Context, Value as Entry};

use super::{Metadata, exif, iptc, xmp};

const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
/// The longest tag of a language.
const LONGEST_TAG: usize = 35;

#[derive(Clone, Default)]
pub(in crate::engine) struct About {
    pub(in crate::engine) title: Option<String>,
    pub(in crate::engine) author: Option<String>,
    pub(in crate::engine) language: Option<String>,
}

/// By which names one thing is said in XMP, in IPTC, in EXIF and in the texts of a PNG.
struct Names {
    xmp: &'static str,
    iptc: &'static str,
    exif: u16,
    keyword: &'static str,
}

const TITLE: Names = Names { xmp: "title", iptc: "object_name", exif: 0x010d, keyword: "Title" };
const AUTHOR: Names = Names { xmp: "creator", iptc: "by_line", exif: 0x013b, keyword: "Author" };
/// EXIF has none.
const LANGUAGE: Names = Names { xmp: "language", iptc: "language", exif: 0, keyword: "Language" };

impl Metadata {
    /// Where several places say it, the first of [`Names`] counts.
    pub(in crate::engine::image) fn about(&self) -> About {
        let sets = self.iptc.as_deref().map(iptc::fields).unwrap_or_default();
        let fields = self.exif.as_deref().map(exif::fields).unwrap_or_default();
        let said = |names: &Names| {
            let by_xmp = || xmp::said(self.xmp.as_deref()?, (DUBLIN_CORE, names.xmp));
            let by_iptc = || Some(sets.get(names.iptc)?.as_str()?.to_owned());
            let by_exif = || {
                let is_it = |field: &&::exif::Field| {
                    field.tag.context() == Context::Tiff && field.tag.number() == names.exif
                };
                match &fields.iter().find(is_it)?.value {
                    Entry::Ascii(texts) => super::text(&texts.concat()),
                    _ => None,
                }
            };
            let by_text = || {
                let (_, text) = self.comments.iter().find(|(keyword, _)| keyword == names.keyword)?;
                Some(text.clone())
            };
            let places: [&dyn Fn() -> Option<String>; 4] = [&by_xmp, &by_iptc, &by_exif, &by_text];
            places.iter().find_map(|place| place().and_then(|text| in_one_line(&text)))
        };
        About {
            title: said(&TITLE),
            author: said(&AUTHOR),
            language: said(&LANGUAGE).filter(|tag| is_language(tag)),
        }
    }
}

/// A text without breaks and controls; None where nothing is left.
fn in_one_line(text: &str) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// Whether it looks as tags of languages do (BCP 47); `x-default` says that there is none.
fn is_language(tag: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= LONGEST_TAG && tag != "x-default" && tag.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_counts() {
        let packet = |inner: &str| {
            format!(
                "<x xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='{DUBLIN_CORE}'>{inner}</x>"
            )
            .into_bytes()
        };
        let text = |keyword: &str, text: &str| (keyword.to_owned(), text.to_owned());
        let mut metadata = Metadata {
            xmp: Some(packet("<dc:language><rdf:Bag><rdf:li>x-default</rdf:li></rdf:Bag></dc:language>")),
            comments: vec![text("Comment", "no title"), text("Title", " of a\ntext "), text("Author", " \n")],
            ..Metadata::default()
        };
        let about = metadata.about();
        assert_eq!(about.title.as_deref(), Some("of a text"));
        assert_eq!((about.author, about.language), (None, None));
        metadata.xmp = Some(packet(
            "<dc:title><rdf:Alt><rdf:li xml:lang='de'>See</rdf:li><rdf:li xml:lang='x-default'>Sea</rdf:li></rdf:Alt></dc:title>\
             <d dc:language='en-GB'/><dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>",
        ));
        let about = metadata.about();
        assert_eq!(about.title.as_deref(), Some("Sea"));
        assert_eq!(about.author.as_deref(), Some("Ada"));
        assert_eq!(about.language.as_deref(), Some("en-GB"));
    }
}
