//! What a conversion gave, and how much of it was downloaded.

use std::path::PathBuf;

use super::Process;

/// The output of a process.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// What `output.url` serves: the file, or a ZIP of several.
    pub(crate) whole: Served,
    /// The single files, where there are several.
    pub(crate) files: Vec<Served>,
}

/// A file that is served.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) size: u64,
    /// The bytes from the first to this one were sent, in one download or in several that resume one another.
    sent: u64,
    downloaded: bool,
}

impl Served {
    pub(crate) fn new(path: PathBuf, name: String) -> std::io::Result<Self> {
        let size = path.metadata()?.len();
        Ok(Self { path, name, size, sent: 0, downloaded: false })
    }

    /// Notes that the bytes from `from` (included) to `to` (excluded) were sent. Whether that completes the file.
    fn sent(&mut self, from: u64, to: u64) -> bool {
        if from <= self.sent {
            self.sent = self.sent.max(to);
        }
        if self.sent < self.size {
            return false;
        }
        // The next download counts anew.
        self.sent = 0;
        self.downloaded = true;
        true
    }
}

impl Output {
    /// The file of this name: a single one, or the whole.
    pub(crate) fn named(&self, name: &str) -> Option<&Served> {
        self.files.iter().chain([&self.whole]).find(|file| file.name == name)
    }
}

impl Process {
    /// Notes that a part of an output file was sent, and deletes what was downloaded as a whole ("after the first
    /// download", "the output URL does only work once"). Broken downloads can be resumed or repeated.
    pub(crate) fn downloaded(&self, file: &Served, from: u64, to: u64) {
        self.state.send_if_modified(|state| {
            let Some(output) = &mut state.output else { return false };
            let whole = output.whole.path == file.path;
            let complete = output
                .files
                .iter_mut()
                .chain([&mut output.whole])
                .any(|served| served.path == file.path && served.sent(from, to));
            if !complete {
                return false;
            }
            state.downloads += 1;
            if state.job.save {
                return true;
            }
            if whole || output.files.iter().all(|file| file.downloaded) {
                self.delete_files();
            } else {
                let _ = std::fs::remove_file(&file.path);
            }
            true
        });
    }
}
