//! What a task does. The versions of the API read it from what they are asked for.

use std::time::Duration;

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::engine::Mode;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Operation {
    /// So many files come from the client.
    Receive { files: usize, naming: Naming },
    /// Files are fetched from these URLs, with these headers.
    Fetch {
        urls: Vec<reqwest::Url>,
        #[serde(with = "http_serde::header_map")]
        headers: HeaderMap,
        naming: Naming,
    },
    /// An engine makes files of files.
    Work(Work),
    /// Files are offered to be downloaded.
    Export(Export),
}

/// What files are called that come in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Naming {
    /// The name of the first, whatever else it is called.
    pub(crate) filename: Option<String>,
    /// What they are; else their extension says it.
    pub(crate) format: Option<String>,
}

/// What an engine is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Work {
    pub(crate) mode: Mode,
    /// Else the extension of each file decides.
    pub(crate) input_format: Option<String>,
    /// `*` where the operation decides, `=` for that of the input.
    pub(crate) output_format: String,
    /// The name of the output; of several, `%d` is the number.
    pub(crate) filename: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) options: Map<String, Value>,
    /// The engine that was asked for.
    pub(crate) engine: Option<String>,
    /// The version of it that was asked for.
    pub(crate) engine_version: Option<String>,
    /// Whether the last of its inputs is a picture that it puts on the others.
    pub(crate) image: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Export {
    /// To be shown in the browser.
    pub(crate) inline: bool,
    pub(crate) bundle: Bundle,
    /// Whether the first whole download is the last.
    pub(crate) once: bool,
}

/// Whether several files become a ZIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Bundle {
    No,
    /// Instead of the files.
    Instead,
    /// Besides the files, as the last one.
    Besides,
}

impl Operation {
    /// Whether it takes files of other tasks.
    pub(crate) const fn takes_input(&self) -> bool {
        match self {
            Self::Work(work) => work.mode.takes_input(),
            Self::Export(_) => true,
            Self::Receive { .. } | Self::Fetch { .. } => false,
        }
    }
}
