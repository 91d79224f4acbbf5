//! The seam holds: the machine knows no version of the API.

use std::path::Path;

#[test]
fn the_machine_names_no_version() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conversion");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 10, "these are not the files of the machine");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // Examples in the documentation may use either.
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let words = line.to_ascii_lowercase();
            let mut words = words.split(|c: char| !c.is_ascii_alphanumeric());
            let named = words.find(|word| ["v1", "v2"].contains(word));
            assert_eq!(named, None, "{}:{}: {line}", file.display(), number + 1);
        }
    }
}
