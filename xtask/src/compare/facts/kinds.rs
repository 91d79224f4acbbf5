//! The kinds of facts, and when two of a kind say the same.

use std::collections::BTreeSet;

/// Facts that one kind of file has in common with others.
pub(in crate::compare) fn between_kinds(fact: &str) -> bool {
    const COMMON: [&str; 9] =
        ["words", "links", "pixels", "html", "title", "bookmarks", "pages", "member", "structure"];
    COMMON.contains(&kind(fact))
}

/// The first part of a fact's name, under which it is counted.
pub(in crate::compare) fn kind(fact: &str) -> &str {
    fact.split('/').next().unwrap_or(fact)
}

/// Whether two values say the same.
pub(in crate::compare) fn same(fact: &str, wanted: &str, have: &str) -> bool {
    match kind(fact) {
        "pixels" | "look" => look_alike(wanted, have),
        "covers" if fact.ends_with("look") => look_alike(wanted, have),
        // In decibels: codecs that lose some, lose little.
        "level" => are_near(wanted, have, 3.0, 0.0),
        // Each of them, wherever it is.
        "pictures" => wanted.split(' ').all(|wanted| have.split(' ').any(|have| look_alike(wanted, have))),
        // JPEG has whole dots per inch, BMP and PNG whole dots per metre.
        "resolution" => are_near(wanted, have, 0.6, 0.0),
        "delays" => are_near(wanted, have, 0.15, 0.0),
        // Packets of sound are of one length.
        "duration" => are_near(wanted, have, 0.15, 0.02),
        // Formats count time in steps of up to 33 ms.
        "times" => are_near(wanted, have, 34.0, 0.0),
        "frame rate" | "aspect" => are_near(wanted, have, 0.0, 0.02),
        "words" => missing(wanted, have).into_iter().all(|word| is_joined(word, have)),
        // A ZIP may say when a file was changed by steps of two seconds, and exactly beside that.
        "member" => {
            wanted == have
                || are_near(wanted, have, 2.0, 0.0) && without_numbers(wanted) == without_numbers(have)
        }
        // More bits of a colour hold what fewer did.
        "html" | "frames" | "depth" | "pages" => {
            have.parse::<usize>().unwrap_or(0) >= wanted.parse::<usize>().unwrap_or(0)
        }
        // A channel in which nothing is transparent says nothing.
        "alpha" => wanted == "no" || have == "yes",
        "comment" => have.contains(wanted),
        "links" | "bookmarks" | "contents" => missing(wanted, have).is_empty(),
        _ => wanted == have,
    }
}

/// Whether two looks are the same, but for a twentieth of their parts.
fn look_alike(wanted: &str, have: &str) -> bool {
    let (wanted, have) = (hex(wanted), hex(have));
    let far = wanted.iter().zip(&have).filter(|(a, b)| a.abs_diff(**b) > 40).count();
    wanted.len() == have.len() && far * 20 <= wanted.len()
}

/// Whether two lists of numbers are the same, but for so much, or for such a share.
fn are_near(wanted: &str, have: &str, most: f64, share: f64) -> bool {
    let numbers = |text: &str| text.split(' ').filter_map(|n| n.parse::<f64>().ok()).collect::<Vec<_>>();
    let (wanted, have) = (numbers(wanted), numbers(have));
    wanted.len() == have.len() && wanted.iter().zip(&have).all(|(a, b)| (a - b).abs() <= most.max(a * share))
}

fn missing<'a>(wanted: &'a str, have: &str) -> Vec<&'a str> {
    let have: BTreeSet<&str> = have.split(' ').collect();
    wanted.split(' ').filter(|word| !have.contains(word)).collect()
}

/// Whether a word is several whole ones that stand side by side elsewhere, as a word and the number of its footnote.
fn is_joined(word: &str, words: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    (0..words.len()).any(|first| {
        let mut rest = word;
        for next in &words[first..] {
            match rest.strip_prefix(next) {
                Some("") => return true,
                Some(more) => rest = more,
                None => break,
            }
        }
        false
    })
}

fn without_numbers(text: &str) -> String {
    text.split(' ').filter(|word| word.parse::<f64>().is_err()).collect::<Vec<_>>().join(" ")
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}
