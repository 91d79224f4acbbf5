//! What engines make of files.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What came out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Files(Vec<PathBuf>),
    /// What a command made, and what it said, where that is wanted.
    Command {
        files: Vec<PathBuf>,
        output: Option<String>,
    },
    Info(Value),
}
