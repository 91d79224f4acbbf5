//! `export/url`: files under links that are signed and expire.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Ended, Signer, Task, TaskFailure, TaskFile};
use crate::engine::archive;
use crate::error::ApiError;
use crate::names::{split, with_extension};
use crate::process::Served;

/// Offers the files of other tasks; several as one ZIP, where that was asked for.
pub(super) async fn run(task: &Arc<Task>, zip: bool, inputs: Vec<TaskFile>) -> Result<Ended, TaskFailure> {
    let task = task.clone();
    let blocking = tokio::task::spawn_blocking(move || export(&task, zip, inputs));
    blocking.await.map_err(|error| TaskFailure::new("UPLOAD_FAILED", ApiError::task(error).message))?
}

fn export(task: &Task, zip: bool, inputs: Vec<TaskFile>) -> Result<Ended, TaskFailure> {
    let failed = |error: std::io::Error| TaskFailure::new("UPLOAD_FAILED", ApiError::io(error).message);
    let folder = task.folder("export").map_err(failed)?;
    if zip && inputs.len() > 1 {
        let stem = inputs.first().map(|file| split(&file.name).0).unwrap_or_default();
        let path = folder.join("files.zip");
        let parts: Vec<_> = inputs.iter().map(|file| (file.path.as_path(), file.name.as_str())).collect();
        let failed_zip = |_| TaskFailure::new("UPLOAD_FAILED", "The files could not be archived");
        archive::zip(&parts, &path, &task.progress).map_err(failed_zip)?;
        return offered(vec![(path, with_extension(&stem, "zip"))]).map_err(failed);
    }
    let mut files = Vec::with_capacity(inputs.len());
    for (number, input) in inputs.into_iter().enumerate() {
        // A file of its own, so that it lives as long as this task: a link where the file system has links.
        let path = folder.join(number.to_string());
        let linked = std::fs::hard_link(&input.path, &path);
        linked.or_else(|_| std::fs::copy(&input.path, &path).map(drop)).map_err(failed)?;
        files.push((path, input.name));
    }
    offered(files).map_err(failed)
}

/// These files, under these names.
fn offered(files: Vec<(PathBuf, String)>) -> std::io::Result<Ended> {
    let served =
        files.into_iter().map(|(path, name)| Served::new(path, name)).collect::<Result<Vec<_>, _>>()?;
    let file = |file: &Served| TaskFile { path: file.path.clone(), name: file.name.clone(), size: file.size };
    Ok(Ended { files: served.iter().map(file).collect(), served, metadata: None })
}

/// A link to a file of a task: who has it, has the file, until it expires.
pub(crate) struct Link<'a> {
    pub(crate) task: &'a str,
    pub(crate) name: &'a str,
    /// In Unix seconds.
    pub(crate) expires: u64,
    pub(crate) inline: bool,
}

impl<'a> Link<'a> {
    pub(crate) fn new(task: &'a str, name: &'a str, inline: bool, expires: SystemTime) -> Self {
        let expires = expires.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self { task, name, expires, inline }
    }

    fn unsigned(&self) -> String {
        let name = utf8_percent_encode(self.name, NON_ALPHANUMERIC);
        let inline = if self.inline { "&inline=1" } else { "" };
        format!("/v2/storage/{}/{name}?expires={}{inline}", self.task, self.expires)
    }

    /// Its path and query.
    pub(crate) fn path(&self, signer: &Signer) -> String {
        let unsigned = self.unsigned();
        format!("{unsigned}&signature={}", signer.sign(unsigned.as_bytes()))
    }

    pub(crate) fn is_signed(&self, signer: &Signer, signature: &str) -> bool {
        signer.is_signed(self.unsigned().as_bytes(), signature)
    }

    pub(crate) fn has_expired(&self) -> bool {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() > self.expires
    }
}
