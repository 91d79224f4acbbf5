//! Where a command finds its inputs and leaves its results.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::engine::{Failure, Work};
use crate::names::{Unique, base_name};

/// The most files that a command makes.
const MAX_FILES: usize = 1000;

/// The folders that a command sees as `/input` and `/output`.
pub(super) struct Place<'a> {
    root: &'a Path,
}

impl<'a> Place<'a> {
    /// Each input is a link in the folder of its task.
    pub(super) fn new(work: &'a Work) -> Result<Self, Failure> {
        let place = Self { root: &work.output_dir };
        std::fs::create_dir(place.outputs()).map_err(Failure::io)?;
        let mut names = HashMap::<&str, Unique>::new();
        for (input, task) in work.inputs.iter().zip(&work.sources) {
            let folder = place.root.join("input").join(base_name(task));
            std::fs::create_dir_all(&folder).map_err(Failure::io)?;
            let name = names.entry(task.as_str()).or_default().take(&base_name(&input.name));
            link(&input.path, &folder.join(name)).map_err(Failure::io)?;
        }
        Ok(place)
    }

    pub(super) fn outputs(&self) -> PathBuf {
        self.root.join("output")
    }

    /// A word, with these folders where they really are.
    pub(super) fn inside(&self, word: &str) -> String {
        let in_name = |c: char| c.is_alphanumeric() || "._-~/".contains(c);
        let is_ours = |at: usize| {
            let rest = ["/input", "/output"].iter().find_map(|name| word[at..].strip_prefix(name));
            let ends = |rest: &str| rest.starts_with('/') || !rest.starts_with(in_name);
            !word[..at].ends_with(in_name) && rest.is_some_and(ends)
        };
        let (mut made, mut done) = (String::new(), 0);
        for (at, _) in word.match_indices('/').filter(|(at, _)| is_ours(*at)) {
            made.push_str(&word[done..at]);
            made.push_str(&self.root.to_string_lossy());
            done = at;
        }
        made + &word[done..]
    }

    /// What a program says, as if these folders were where it thinks.
    pub(super) fn outside(&self, said: &str) -> String {
        said.replace(self.root.to_string_lossy().as_ref(), "")
    }

    /// The files that were made, and no links: those could lead anywhere.
    pub(super) fn made(&self) -> Result<Vec<PathBuf>, Failure> {
        let (mut files, mut folders) = (Vec::new(), vec![self.outputs()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).map_err(Failure::io)? {
                let entry = entry.map_err(Failure::io)?;
                let kind = entry.file_type().map_err(Failure::io)?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    files.push(entry.path());
                }
            }
            if files.len() > MAX_FILES {
                return Err(Failure::BadInput(format!("The command made more than {MAX_FILES} files")));
            }
        }
        files.sort();
        Ok(files)
    }
}

#[cfg(unix)]
fn link(file: &Path, name: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(file, name)
}

#[cfg(not(unix))]
fn link(file: &Path, name: &Path) -> std::io::Result<()> {
    std::fs::hard_link(file, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_folders_are_moved() {
        let place = Place { root: Path::new("/data/1") };
        for (word, wanted) in [
            ("/input/a/b.png", "/data/1/input/a/b.png"),
            ("png:/output/b.png", "png:/data/1/output/b.png"),
            (
                "movie=/input/a/b.mp4,subtitles='/input/a/b.srt'",
                "movie=/data/1/input/a/b.mp4,subtitles='/data/1/input/a/b.srt'",
            ),
            ("/output", "/data/1/output"),
            ("/inputs/a", "/inputs/a"),
            ("/usr/input/a", "/usr/input/a"),
            ("../input/a", "../input/a"),
            ("https://example.org/input/a", "https://example.org/input/a"),
        ] {
            assert_eq!(place.inside(word), wanted);
        }
        assert_eq!(place.outside("no /data/1/input/a"), "no /input/a");
    }
}
