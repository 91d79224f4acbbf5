//! The house of the sandbox: which parts know which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[path = "../../../tests/house/circles.rs"]
mod graph;

use graph::assert_none;

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

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// What a file says besides comments and tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

/// All folders of modules below this one.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let inside = entries.filter(|path| path.is_dir() && !path.ends_with("bin"));
    inside.flat_map(|path| [vec![path.clone()], folders(&path)].concat()).collect()
}

/// What stands for the file of a folder itself among its modules.
const ROOT: &str = "mod";

/// The modules in a folder, and which of the others each names: by `super::` or by its whole path, also where the folder
/// hands something on. The folder's own file is one of them. The others know it by what it has itself, and it knows those of
/// which it does more than hand something on.
fn modules(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let roots = [ROOT, "lib", "bin"];
    let modules: BTreeMap<String, PathBuf> =
        entries.map(|path| (stem(&path), path)).filter(|(name, _)| !roots.contains(&name.as_str())).collect();
    let root = folder.join(if folder == src() { "lib.rs" } else { "mod.rs" });
    let root = code(&std::fs::read_to_string(root).unwrap()).replace("self::", "");
    let handed_on = handed_on(&root);
    let own = own(&root);
    let parts = folder.strip_prefix(src()).unwrap().iter().map(|part| part.to_str().unwrap());
    let place = parts.fold("crate::".to_owned(), |place, part| place + part + "::");
    let whose = |item: String| {
        if modules.contains_key(&item) {
            return Some(item);
        }
        let root = own.contains(&item).then(|| ROOT.to_owned());
        handed_on.get(&item).filter(|module| modules.contains_key(*module)).cloned().or(root)
    };
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
            let further = (up + 1..up + 8).rev().map(|count| "super::".repeat(count));
            let text = further.fold(code(&text), |text, path| text.replace(&path, ""));
            let all = named(&text, &"super::".repeat(up)).into_iter().chain(named(&text, &place));
            known.extend(all.filter_map(&whose).filter(|module| module != name));
        }
        known
    };
    let mut graph: BTreeMap<String, BTreeSet<String>> =
        modules.iter().map(|(name, path)| (name.clone(), knows(name, path))).collect();
    graph.insert(ROOT.to_owned(), used(&root, &handed_on, &modules));
    graph
}

/// What `use` takes from modules: each item, and its module.
fn handed_on(root: &str) -> BTreeMap<String, String> {
    let mut handed_on = BTreeMap::new();
    for (name, rest) in root.split("use ").skip(1).filter_map(|rest| rest.split_once("::")) {
        let list = rest.split(';').next().unwrap();
        handed_on.extend(words(list).map(|item| (item.to_owned(), name.to_owned())));
    }
    handed_on
}

/// What a file has itself: its functions, types and constants.
fn own(root: &str) -> BTreeSet<String> {
    let kinds = ["fn", "struct", "enum", "trait", "type", "const", "static"];
    let items = root.lines().filter(|line| !line.starts_with([' ', '\t', '}']));
    let name = |line: &str| {
        let mut words = words(line);
        words.find(|word| kinds.contains(word))?;
        words.find(|word| *word != "fn").map(str::to_owned)
    };
    items.filter_map(name).collect()
}

/// The modules of which the folder's own file uses something.
fn used(
    root: &str,
    handed_on: &BTreeMap<String, String>,
    modules: &BTreeMap<String, PathBuf>,
) -> BTreeSet<String> {
    let hands_on = |statement: &str| {
        let statement = statement.trim_start();
        statement.starts_with("pub") && statement.contains(" use ") && !statement.contains("fn ")
    };
    let declares = |statement: &str| statement.split_whitespace().nth_back(1) == Some("mod");
    let statements = root.split_inclusive(';');
    let body: String = statements.filter(|statement| !hands_on(statement) && !declares(statement)).collect();
    let words: BTreeSet<&str> = words(&body).collect();
    let of_items = handed_on.iter().filter(|(item, _)| words.contains(item.as_str()));
    let of_items = of_items.map(|(_, module)| module.clone()).filter(|module| modules.contains_key(module));
    let is_path = |(at, _): (usize, &str)| {
        !body[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'))
    };
    let by_name = modules.keys().filter(|name| body.match_indices(&format!("{name}::")).any(is_path));
    of_items.chain(by_name.cloned()).collect()
}

#[test]
fn no_module_of_the_service_knows_one_that_knows_it() {
    let count = assert_none([vec![src()], folders(&src())].concat(), modules);
    assert!(count > 600, "{count}");
}

/// Both read the same documents, and each is to check the other.
#[test]
fn the_service_knows_nothing_of_the_core() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    assert!(manifest.contains("name = \"cloudconvert-sandbox\""));
    assert!(!manifest.contains("cloudconvert-core") && !manifest.contains("../core"));
    for (path, text) in sources(&src()) {
        assert!(!text.contains("cloudconvert_core"), "{}", path.display());
        // Nor is its source taken in by its path.
        assert!(!text.contains("core/src"), "{}", path.display());
    }
}

#[test]
fn neither_version_knows_the_other_and_jobs_know_none() {
    let knows_none_of = |folder: &str, others: &[&str]| {
        for (path, text) in sources(&src().join(folder)) {
            let named = words(&text).find(|word| others.contains(word));
            assert_eq!(named, None, "{}", path.display());
        }
    };
    knows_none_of("routes/v1", &["v2"]);
    knows_none_of("routes/v2", &["v1"]);
    knows_none_of("jobs", &["v1", "v2", "routes"]);
    for (path, text) in sources(&src().join("routes/v2")) {
        assert!(!text.contains("\"/process"), "{}", path.display());
    }
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
