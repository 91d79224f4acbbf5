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

/// What follows a path, also in braces.
fn named(text: &str, path: &str) -> BTreeSet<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for rest in text.split(path).skip(1) {
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

/// What a file says besides comments and tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

/// Those that know each other in a circle.
fn circles(known: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut left: BTreeSet<String> = known.keys().cloned().collect();
    // One goes once everything that it knows has gone.
    loop {
        let knows_left = |one: &String| known[one].iter().any(|other| other != one && left.contains(other));
        let Some(free) = left.iter().find(|one| !knows_left(one)).cloned() else { return left };
        left.remove(&free);
    }
}

#[test]
fn no_part_knows_one_that_knows_it() {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources(&src()) {
        known.entry(part(&path)).or_default().extend(named(&code(&text), "crate::"));
    }
    known.retain(|part, _| !["lib", "bin"].contains(&part.as_str()));
    assert!(known.len() > 15 && known.contains_key("jobs"), "{known:?}");
    let left = circles(&known);
    assert!(left.is_empty(), "these parts know each other: {left:?}");
}

/// All folders of modules.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let inside = entries.filter(|path| path.is_dir() && !path.ends_with("bin"));
    inside.flat_map(|path| [vec![path.clone()], folders(&path)].concat()).collect()
}

/// The modules in a folder, and which of the others each names: by `super::` or by its whole path, also where the folder
/// hands something on.
fn modules(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let modules: BTreeMap<String, PathBuf> =
        entries.map(|path| (stem(&path), path)).filter(|(name, _)| name != "mod").collect();
    let mut handed_on: BTreeMap<String, String> = BTreeMap::new();
    let root = std::fs::read_to_string(folder.join("mod.rs"));
    let root = code(&root.or_else(|_| std::fs::read_to_string(folder.with_extension("rs"))).unwrap());
    let place: Vec<_> =
        folder.strip_prefix(src()).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
    let place = format!("crate::{}::", place.join("::"));
    for (name, rest) in root.split("use ").skip(1).filter_map(|rest| rest.split_once("::")) {
        let list = rest.split(';').next().unwrap();
        let items = list.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|item| !item.is_empty());
        handed_on.extend(items.map(|item| (item.to_owned(), name.to_owned())));
    }
    let knows = |name: &String, path: &PathBuf| {
        let files = if path.is_dir() {
            sources(path)
        } else {
            vec![(path.clone(), std::fs::read_to_string(path).unwrap())]
        };
        let mut known = BTreeSet::new();
        for (file, text) in files {
            let below = file.strip_prefix(folder).unwrap().components().count();
            let up = if file.ends_with("mod.rs") { below - 1 } else { below };
            // Not what is further up or further down.
            let text = code(&text).replace(&"super::".repeat(up + 1), "");
            let all = named(&text, &"super::".repeat(up)).into_iter().chain(named(&text, &place));
            let all = all.map(|item| handed_on.get(&item).cloned().unwrap_or(item));
            known.extend(all.filter(|item| modules.contains_key(item) && item != name));
        }
        known
    };
    modules.iter().map(|(name, path)| (name.clone(), knows(name, path))).collect()
}

#[test]
fn no_module_of_the_service_knows_one_that_knows_it() {
    let mut count = 0;
    for folder in folders(&src()) {
        let known = modules(&folder);
        count += known.values().map(BTreeSet::len).sum::<usize>();
        let left = circles(&known);
        let folder = folder.display();
        assert!(left.is_empty(), "these modules of {folder} know each other: {left:?} of {known:?}");
    }
    assert!(count > 250, "{count}");
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
