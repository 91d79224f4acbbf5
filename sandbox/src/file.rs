//! Files that lie in the service's folder.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A whole file. On disk its name is another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) size: u64,
}
