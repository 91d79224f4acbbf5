//! The house of the sandbox: which parts know which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// All sources below a folder, and what is in them.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                return sources(&path);
            }
            let text = std::fs::read_to_string(&path).unwrap();
            vec![(path, text)]
        })
        .collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The part of the crate that a file belongs to: the file or the folder right below `src`.
fn part(path: &Path) -> String {
    let inside = path.strip_prefix(src()).unwrap();
    Path::new(inside.components().next().unwrap().as_os_str())
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

/// What follows `crate::`, also in braces.
fn named(text: &str) -> BTreeSet<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => {
                names.extend(list.split('}').next().unwrap().split(',').map(|item| name(item.trim())));
            }
            None => {
                names.insert(name(rest));
            }
        }
    }
    names
}

#[test]
fn no_part_knows_one_that_knows_it() {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources(&src()) {
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .fold(String::new(), |all, line| all + line + "\n");
        known.entry(part(&path)).or_default().extend(named(&code));
    }
    let parts: BTreeSet<String> =
        known.keys().filter(|part| !["lib", "main"].contains(&part.as_str())).cloned().collect();
    assert!(parts.len() > 15 && parts.contains("jobs"), "{parts:?}");
    let mut left = parts.clone();
    // A part goes once everything that it knows has gone.
    loop {
        let knows_left =
            |part: &String| known[part].iter().any(|other| other != part && left.contains(other));
        let Some(free) = left.iter().find(|part| !knows_left(part)).cloned() else { break };
        left.remove(&free);
    }
    assert!(left.is_empty(), "these parts know each other: {left:?}");
}

#[test]
fn neither_version_knows_the_other_and_jobs_know_none() {
    let mentions = |folder: &str, words: &[&str]| {
        for (path, text) in sources(&src().join(folder)) {
            for word in words {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    };
    mentions("routes/v1", &["v2::", "routes::v2", "\"/v2"]);
    mentions("routes/v2", &["v1::", "routes::v1", "\"/v1", "\"/process"]);
    mentions("jobs", &["v1::", "v2::", "routes", "\"/v"]);
}

#[test]
fn no_handler_is_longer_than_sixty_lines() {
    let mut functions = 0;
    for (path, text) in sources(&src().join("routes")) {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let begins = ["fn ", "async fn ", "pub", "const fn "]
                .iter()
                .any(|word| line.trim_start().starts_with(word));
            if !begins || !line.contains("fn ") {
                continue;
            }
            let end = format!("{}}}", " ".repeat(indent));
            let length = lines[at..].iter().position(|line| **line == end).unwrap_or(0) + 1;
            assert!(length <= 60, "{}: {} has {length} lines", path.display(), line.trim());
            functions += 1;
        }
    }
    assert!(functions > 80, "{functions}");
}
