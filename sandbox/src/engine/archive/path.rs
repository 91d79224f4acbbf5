//! Paths of members, and where links lead: nothing leads out of the archive.

use std::collections::HashSet;

use crate::names::{alike, base_name, split};

/// A path inside of the archive, whatever it was.
pub(super) struct Path {
    pub(super) text: String,
    /// Whether it led out of the archive.
    pub(super) is_changed: bool,
    /// Whether a file cannot be called so: the name is too long, or has characters that are not seen.
    pub(super) is_unusual: bool,
}

impl Path {
    pub(super) fn of(name: &str) -> Self {
        let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."));
        let plain: Vec<&str> = parts.collect();
        let is_drive = |part: &str| part.len() == 2 && part.ends_with(':');
        let inside =
            plain.iter().enumerate().filter(|(at, part)| **part != ".." && !(*at == 0 && is_drive(part)));
        let inside: Vec<&str> = inside.map(|(_, part)| *part).collect();
        let names: Vec<String> = inside.iter().map(|part| base_name(part)).collect();
        let is_changed = inside != plain || name.starts_with('/');
        Self { text: names.join("/"), is_changed, is_unusual: names != inside }
    }

    /// Of a file whose name is nothing but a way out of the archive.
    pub(super) fn without_name() -> Self {
        Self { text: base_name(""), is_changed: true, is_unusual: false }
    }

    /// Whether Windows has files of this name: those of devices are no files there, and some characters have a meaning.
    pub(super) fn is_unfit_for_windows(&self) -> bool {
        let is_device = |part: &str| {
            let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
            let numbered = ["COM", "LPT"].iter().find_map(|name| stem.strip_prefix(name));
            ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
                || numbered.is_some_and(|number| number.len() == 1 && number.as_bytes()[0].is_ascii_digit())
        };
        self.text.split('/').any(|part| {
            is_device(part)
                || part.contains(['<', '>', ':', '"', '|', '?', '*'])
                || part.ends_with(['.', ' '])
        })
    }

    /// What macOS puts into archives beside the files: their attributes, and how folders looked.
    pub(super) fn is_of_macos(&self) -> bool {
        self.text.split('/').any(|part| part == "__MACOSX" || part == ".DS_Store" || part.starts_with("._"))
    }
}

/// Where a symbolic link leads; none for outside. `..` counts at the beginning only, since behind a name, which may be
/// a link itself, nobody knows where it leads.
pub(super) fn target_path(link: &str, target: &str) -> Option<String> {
    if target.starts_with('/') || target.contains('\\') || target.contains(':') || target.is_empty() {
        return None;
    }
    let mut path: Vec<&str> = link.split('/').collect();
    path.pop();
    let mut is_inside = false;
    for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." if is_inside => return None,
            ".." => drop(path.pop()?),
            part => {
                is_inside = true;
                path.push(part);
            }
        }
    }
    Some(path.join("/"))
}

/// The folders in which a member is, from the inside to the outside.
pub(super) fn ancestors(name: &str) -> impl Iterator<Item = &str> {
    name.rmatch_indices('/').map(|(at, _)| &name[..at])
}

/// `a-2.txt`, or the next number that is free on every system; names are taken as what they are [alike] in.
pub(super) fn free_name(name: &str, taken: &HashSet<String>) -> String {
    let (folder, base) = name.rsplit_once('/').map_or(("", name), |(folder, base)| (folder, base));
    let (stem, extension) = split(base);
    let dot = if extension.is_empty() { "" } else { "." };
    let slash = if folder.is_empty() { "" } else { "/" };
    let numbered = (2..).map(|number: usize| format!("{folder}{slash}{stem}-{number}{dot}{extension}"));
    numbered.into_iter().find(|name| !taken.contains(&alike(name))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let (long, short) = (format!("d/{}.txt", "x".repeat(300)), format!("d/{}.txt", "x".repeat(251)));
        for (name, path, is_changed, is_unusual) in [
            ("a/b.txt", "a/b.txt", false, false),
            ("./a//b/", "a/b", false, false),
            ("a\\b.txt", "a/b.txt", false, false),
            ("../../a", "a", true, false),
            ("/etc/passwd", "etc/passwd", true, false),
            ("C:\\x", "x", true, false),
            ("..", "", true, false),
            (&long[..], &short[..], false, true),
            ("a\nb", "ab", false, true),
            ("../a\nb", "ab", true, true),
        ] {
            let found = Path::of(name);
            let is = (found.text.as_str(), found.is_changed, found.is_unusual);
            assert_eq!(is, (path, is_changed, is_unusual), "{name}");
        }
    }

    #[test]
    fn names_that_windows_does_not_take() {
        for name in ["CON", "d/aux.txt", "com1", "Lpt9.x", "a:b", "d./x", "a?", "nul .txt"] {
            assert!(Path::of(name).is_unfit_for_windows(), "{name}");
        }
        for name in ["CONS", "com10", "com", "a.b", ".x", "é"] {
            assert!(!Path::of(name).is_unfit_for_windows(), "{name}");
        }
    }

    #[test]
    fn links_stay_inside() {
        assert_eq!(target_path("a/l", "b").as_deref(), Some("a/b"));
        assert_eq!(target_path("a/l", "../b/./c").as_deref(), Some("b/c"));
        for outside in ["/etc/passwd", "../../x", "x/../../y", "..\\x", "C:/x", ""] {
            assert_eq!(target_path("a/l", outside), None, "{outside}");
        }
    }

    #[test]
    fn free_names() {
        let taken = ["d/a.txt", "d/a-2.txt", "b"].map(str::to_owned).into();
        assert_eq!(free_name("d/a.txt", &taken), "d/a-3.txt");
        assert_eq!(free_name("b", &taken), "b-2");
        assert_eq!(free_name("D/A.txt", &taken), "D/A-3.txt");
    }
}
