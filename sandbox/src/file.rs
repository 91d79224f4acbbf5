//! Files that lie in the service's folder.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

/// A whole file. On disk its name is another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// Makes the folder of a task, and that of its job around it. Not with all folders above: when the service has stopped,
/// nothing may come back.
pub(crate) fn make_task_folder(folder: &Path) -> io::Result<()> {
    for folder in folder.parent().into_iter().chain([folder]) {
        match std::fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// What tells this content from any other: its MD5, as storages make tags.
pub(crate) fn content_tag(mut content: impl Read) -> io::Result<String> {
    let (mut digest, mut chunk) = (Md5::new(), vec![0; 64 << 10]);
    loop {
        match content.read(&mut chunk)? {
            0 => return Ok(hex::encode(digest.finalize())),
            count => digest.update(&chunk[..count]),
        }
    }
}
