//! What can be read only once: a pipe, a file object that cannot seek, an iterator. It is read to its end before anything is
//! asked of the service: storages want to know the length of what comes, and an upload may have to be repeated.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use bytes::Bytes;

use crate::source::{Once, Pieces};
use crate::wanted::Wanted;

/// How much is kept in memory, in bytes. What is longer goes into a file without a name, which ends with this process.
const SMALL: usize = 1 << 20;

/// What is read once, and then kept.
pub(crate) struct Spool {
    source: Mutex<Option<Once>>,
    kept: OnceLock<Kept>,
}

/// All of it.
pub(crate) enum Kept {
    Memory(Bytes),
    File(File, u64),
}

impl Kept {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(_, size) => *size,
        }
    }
}

impl Spool {
    pub(crate) fn new(source: Once) -> Self {
        Self { source: Mutex::new(Some(source)), kept: OnceLock::new() }
    }

    /// What has been read; none before all of it has.
    pub(crate) fn kept(&self) -> Option<&Kept> {
        self.kept.get()
    }

    /// Reads it to its end, unless that has been done. Blocks.
    pub(crate) fn fill(&self, wanted: &Wanted) -> io::Result<()> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        if self.kept.get().is_some() {
            return Ok(());
        }
        let source = source
            .take()
            .ok_or_else(|| io::Error::other("it can be read only once, and that broke off: give it anew"))?;
        let (mut pieces, mut keeping) = (Pieces::of(source)?, Keeping::default());
        while let Some(piece) = pieces.next(wanted)? {
            keeping.push(&piece)?;
        }
        let _ = self.kept.set(keeping.finish());
        Ok(())
    }
}

#[derive(Default)]
struct Keeping {
    memory: Vec<u8>,
    file: Option<File>,
    size: u64,
}

impl Keeping {
    fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        self.size += piece.len() as u64;
        if self.file.is_none() && self.memory.len() + piece.len() <= SMALL {
            self.memory.extend_from_slice(piece);
            return Ok(());
        }
        self.spill(piece).map_err(|error| {
            let folder = std::env::temp_dir();
            io::Error::other(format!(
                "it cannot be kept in the temporary folder {}: {error}",
                folder.display()
            ))
        })
    }

    fn spill(&mut self, piece: &[u8]) -> io::Result<()> {
        let mut file = if let Some(file) = self.file.take() {
            file
        } else {
            let mut file = tempfile::tempfile()?;
            file.write_all(&std::mem::take(&mut self.memory))?;
            file
        };
        file.write_all(piece)?;
        self.file = Some(file);
        Ok(())
    }

    fn finish(self) -> Kept {
        match self.file {
            Some(file) => Kept::File(file, self.size),
            None => Kept::Memory(self.memory.into()),
        }
    }
}
