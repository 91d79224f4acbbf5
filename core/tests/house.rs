//! The house of the core: no file is too long, and no module knows one that knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../tests/house/circles.rs"]
mod graph;

use graph::{Known, assert_none, circles};

/// The most lines that a file has.
const LONGEST: usize = 250;

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All files of a module.
fn sources(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    fs::read_dir(path).unwrap().flat_map(|entry| sources(&entry.unwrap().path())).collect()
}

#[test]
fn no_file_is_longer_than_people_read() {
    let files = sources(&src());
    assert!(files.len() > 100, "these are not all files of the core: {}", files.len());
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = files.iter().filter(|path| lines(path) > LONGEST).collect();
    assert!(long.is_empty(), "split these by what they are about: {long:#?}");
}

/// What the file of a folder itself is called here.
const ROOT: &str = "mod";

/// What a file says besides comments and tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("mod tests {").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| is_of_a_name(*c)).collect()
}

/// The names that follow a path, also in braces.
fn named(text: &str, path: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices(path) {
        // Not the end of a longer path.
        if text[..at].ends_with(|c: char| is_of_a_name(c) || c == ':') {
            continue;
        }
        let rest = &text[at + path.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(name(rest));
            continue;
        };
        let (mut depth, mut item) = (1, String::new());
        for c in list.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || depth == 1 && c == ',' {
                names.insert(name(item.trim()));
                item.clear();
            } else {
                item.push(c);
            }
            if depth == 0 {
                break;
            }
        }
    }
    names.remove("");
    names
}

/// What a folder's own file uses: each path, and whether it only hands it on (`pub use`); and what else the file says.
fn uses(root: &str) -> (Vec<(String, bool)>, String) {
    let (mut uses, mut rest) = (Vec::new(), String::new());
    for line in root.lines() {
        let is_use =
            |path: &str| path.starts_with("use ") || path.starts_with("pub") && path.contains(" use ");
        let goes_on = uses.last().is_some_and(|(path, _): &(String, bool)| !path.ends_with(';'));
        if goes_on {
            uses.last_mut().unwrap().0 += line;
        } else if is_use(line) {
            let (before, path) = line.split_once("use ").unwrap();
            uses.push((path.to_owned(), !before.is_empty()));
        } else {
            rest += line;
        }
        rest += "\n";
    }
    (uses, rest)
}

/// The modules of a folder, and which of the others each knows: by `super::` or by its whole path, also where the folder's
/// own file hands something on.
///
/// Two things are no knowledge. A folder's own file declares its modules, and hands on what they have (`pub use`). A module
/// may have a part of a type of the folder's own file, as an `impl` of it: such a type is one machine in several files.
fn modules(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all: BTreeMap<String, PathBuf> = entries
        .map(|path| (stem(&path), path))
        .filter(|(name, _)| name != "tests" && name != "lib")
        .collect();
    let place = folder.strip_prefix(src()).unwrap().iter().map(|part| part.to_str().unwrap());
    let place = place.fold("crate::".to_owned(), |path, part| path + part + "::");
    let (uses, rest) = all.get(ROOT).map(|root| uses(&code(root))).unwrap_or_default();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let mut called = BTreeSet::new();
    for (path, is_handed_on) in &uses {
        let module = name(path);
        if !is_handed_on {
            called.insert(module.clone());
        }
        let items = path.split(|c: char| !is_of_a_name(c)).filter(|item| !item.is_empty());
        owners.extend(items.skip(1).map(|item| (item.to_owned(), module.clone())));
    }
    owners.retain(|_, module| all.contains_key(module.as_str()));
    let knows = |module: &String, path: &PathBuf| -> BTreeSet<String> {
        if module == ROOT {
            let is_named = |name: &str| !named(&rest, &[name, "::"].concat()).is_empty();
            let is_known = |name: &&String| called.contains(*name) || is_named(name);
            return all.keys().filter(is_known).cloned().collect();
        }
        let mut known = BTreeSet::new();
        for file in sources(path).iter().filter(|file| !file.ends_with("tests.rs")) {
            let below = file.strip_prefix(folder).unwrap().components().count();
            let up = if file.ends_with("mod.rs") { below - 1 } else { below };
            let text = code(file);
            let items = named(&text, &"super::".repeat(up)).into_iter().chain(named(&text, &place));
            let is_a_part = |item: &str| text.contains(&["impl ", item, " {"].concat());
            for item in items.filter(|item| item != "super" && !is_a_part(item)) {
                let is_module = all.contains_key(&item);
                let owner = owners.get(&item).cloned();
                known.insert(owner.unwrap_or(if is_module { item } else { ROOT.to_owned() }));
            }
        }
        known.remove(module);
        known
    };
    all.iter().map(|(name, path)| (name.clone(), knows(name, path))).collect()
}

#[test]
fn no_module_of_the_core_knows_one_that_knows_it() {
    let files = sources(&src());
    let folders: BTreeSet<_> = files.iter().map(|file| file.parent().unwrap().to_owned()).collect();
    let count = assert_none(folders.into_iter().collect(), modules);
    assert!(count > 350, "{count}");
}

#[test]
fn two_that_know_each_other_are_found() {
    let left = |pairs: &[(&str, &str)]| {
        let mut known = Known::new();
        for (one, other) in pairs {
            known.entry((*other).to_owned()).or_default();
            known.entry((*one).to_owned()).or_default().insert((*other).to_owned());
        }
        circles(&known).len()
    };
    assert_eq!(left(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]), 3);
    assert_eq!(left(&[("a", "b"), ("a", "c"), ("b", "c")]), 0);
    let text = "use super::{One, two::{three, Four}};\nuse super::super::five;\nlet six = super::six();";
    let found: Vec<_> = named(text, "super::").into_iter().collect();
    assert_eq!(found, ["One", "six", "super", "two"]);
}
