//! Names and folders of what is kept on disk.

use std::path::Path;

/// An ID that cannot be guessed: 100 bits in letters and digits.
///
/// # Panics
/// Where the operating system gives no random bytes.
pub fn random_id() -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect()
}

/// The base name of what a client calls its file: without folders and control characters, never empty.
pub(crate) fn base_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = base.chars().filter(|c| !c.is_control()).collect();
    let mut clean = clean.trim().trim_matches('\0').to_owned();
    while clean.len() > 200 {
        clean.remove(0);
    }
    if clean.trim_matches('.').is_empty() { "file".to_owned() } else { clean }
}

/// A file name without its extension, and the extension in lower case.
pub(crate) fn split_name(name: &str) -> (String, String) {
    let path = Path::new(name);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if extension == "gz" && stem.to_lowercase().ends_with(".tar") {
        return (stem[..stem.len() - 4].to_owned(), "tar.gz".to_owned());
    }
    (stem, extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        assert_eq!(base_name("../../etc/passwd"), "passwd");
        assert_eq!(base_name("C:\\x\\Größe #1?.png"), "Größe #1?.png");
        assert_eq!(base_name(".."), "file");
        assert_eq!(split_name("a.tar.GZ"), ("a".into(), "tar.gz".into()));
    }
}
