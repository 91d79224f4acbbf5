//! Files on their way in: from an upload, a URL, or a parameter. They count only when they are whole.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

use crate::error::ApiError;
use crate::file::{StoredFile, make_task_folder};
use crate::names::{base_name, random_id, with_extension};

/// Where files lie while they come in, and how large they may be.
#[derive(Clone, Debug)]
pub(crate) struct Inbox {
    pub(crate) folder: PathBuf,
    pub(crate) max_size: u64,
}

/// A file of which more is to come.
pub(crate) struct Incoming {
    file: tokio::fs::File,
    path: TempPath,
    name: Option<String>,
    size: u64,
    max_size: u64,
}

/// A whole file. It is gone when dropped, unless it is kept.
pub(crate) struct Received {
    path: TempPath,
    name: Option<String>,
    size: u64,
}

impl Inbox {
    /// A file that the client calls so, if it calls it anything.
    pub(crate) async fn open(&self, name: Option<String>) -> Result<Incoming, ApiError> {
        let folder = self.folder.clone();
        let file = tokio::task::spawn_blocking(move || tempfile::Builder::new().tempfile_in(folder));
        let (file, path) = file.await.map_err(ApiError::task)?.map_err(ApiError::io)?.into_parts();
        let name = name.filter(|name| !name.is_empty());
        Ok(Incoming { file: file.into(), path, name, size: 0, max_size: self.max_size })
    }
}

impl Incoming {
    /// Refuses what is announced to be too large before any of it comes.
    pub(crate) fn announced(&self, size: Option<u64>) -> Result<(), ApiError> {
        if size.is_some_and(|size| size > self.max_size) { Err(self.too_large()) } else { Ok(()) }
    }

    pub(crate) async fn write(&mut self, chunk: &[u8]) -> Result<(), ApiError> {
        self.size += chunk.len() as u64;
        if self.size > self.max_size {
            return Err(self.too_large());
        }
        self.file.write_all(chunk).await.map_err(ApiError::io)
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    fn too_large(&self) -> ApiError {
        ApiError::new(413, format!("The input file is larger than {} bytes", self.max_size))
    }

    pub(crate) async fn finish(mut self) -> Result<Received, ApiError> {
        self.file.flush().await.map_err(ApiError::io)?;
        Ok(Received { path: self.path, name: self.name, size: self.size })
    }
}

impl Received {
    /// Its safe name, with an extension: as given, as the client calls it, or made up.
    pub(crate) fn name(&self, given: Option<&str>, input_format: &str) -> String {
        let name = base_name(given.or(self.name.as_deref()).unwrap_or("input"));
        if Path::new(&name).extension().is_some() { name } else { with_extension(&name, input_format) }
    }

    pub(crate) const fn is_named(&self) -> bool {
        self.name.is_some()
    }

    pub(crate) fn open(&self) -> io::Result<std::fs::File> {
        std::fs::File::open(&self.path)
    }

    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        std::fs::read(&self.path)
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Moves it into the folder of a task. On disk its name is its format's only, and safe whatever it was.
    pub(crate) fn keep(self, folder: &Path, input_format: &str, name: String) -> io::Result<StoredFile> {
        make_task_folder(folder)?;
        let format: String = input_format.chars().filter(char::is_ascii_alphanumeric).collect();
        let path = folder.join(format!("{}.{format}", random_id()));
        self.path.persist(&path)?;
        Ok(StoredFile { path, name, size: self.size })
    }
}
