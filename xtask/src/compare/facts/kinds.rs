//! The kinds of facts: when two say the same, and by which words a loss is told.

use std::collections::BTreeSet;

/// The words by which the loss of a fact is told.
pub(in crate::compare) fn words(fact: &str) -> &'static [&'static str] {
    match kind(fact) {
        "exif" => &["exif"],
        "xmp" => &["xmp"],
        "iptc" => &["iptc"],
        "profile" => &["srgb", "profile"],
        "comment" => &["comment"],
        "resolution" => &["resolution"],
        "depth" => &["16 bits", "8 bits"],
        "alpha" => &["transparent", "background"],
        "pixels" => &["transparent", "cmyk", "reader", "not drawn", "not loaded", "fonts of its own"],
        "frames" | "delays" | "plays" => &["animation", "pictures", "sizes", "page", "icon"],
        "pages" => &["page"],
        "words" | "title" => &["title", "alternative", "metadata", "letter"],
        "links" | "bookmarks" | "forms" => &["links", "bookmarks", "forms"],
        "html" => &["html", "style"],
        "covers" => &["cover"],
        "chapters" => &["chapter"],
        "subtitles" => &["subtitle"],
        "tags" => &["tag", "title"],
        "rotation" => &["rotat", "turn"],
        "hdr" => &["hdr"],
        "member" => &["lost", "left out", "named", "name"],
        _ => &[],
    }
}

/// Facts that one kind of file has in common with others.
pub(in crate::compare) fn between_kinds(fact: &str) -> bool {
    ["words", "links", "pixels", "html", "title", "bookmarks", "pages", "member"].contains(&kind(fact))
}

/// The first part of a fact's name, under which it is counted.
pub(in crate::compare) fn kind(fact: &str) -> &str {
    fact.split('/').next().unwrap_or(fact)
}

/// Whether two values say the same.
pub(in crate::compare) fn same(fact: &str, wanted: &str, have: &str) -> bool {
    match kind(fact) {
        "pixels" => {
            let (wanted, have) = (hex(wanted), hex(have));
            let far = wanted.iter().zip(&have).filter(|(a, b)| a.abs_diff(**b) > 40).count();
            wanted.len() == have.len() && far * 20 <= wanted.len()
        }
        "resolution" | "duration" | "delays" => {
            let numbers =
                |text: &str| text.split(' ').filter_map(|n| n.parse::<f64>().ok()).collect::<Vec<_>>();
            let (wanted, have) = (numbers(wanted), numbers(have));
            wanted.len() == have.len()
                && wanted.iter().zip(&have).all(|(a, b)| (a - b).abs() <= 0.15_f64.max(a * 0.02))
        }
        "words" => missing(wanted, have).is_empty(),
        // More bits of a colour hold what fewer did.
        "html" | "frames" | "depth" => {
            have.parse::<usize>().unwrap_or(0) >= wanted.parse::<usize>().unwrap_or(0)
        }
        // A channel in which nothing is transparent says nothing.
        "alpha" => wanted == "no" || have == "yes",
        "comment" => have.contains(wanted),
        "links" | "bookmarks" => missing(wanted, have).is_empty(),
        _ => wanted == have,
    }
}

fn missing<'a>(wanted: &'a str, have: &str) -> Vec<&'a str> {
    let have: BTreeSet<&str> = have.split(' ').collect();
    wanted.split(' ').filter(|word| !have.contains(word)).collect()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}
