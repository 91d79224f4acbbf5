//! Where a start has its input from.

use serde_json::Value;

use crate::engine::Mode;
use crate::error::ApiError;
use crate::params::{Params, from_base64};

/// How many inputs a conversion may have.
const MAX_FILES: usize = 1000;

/// What a start brings along, besides its parameters.
pub(super) struct Brought {
    /// How many files came with it.
    pub(super) files: usize,
    /// The old client for Node leaves out `input` where a file is piped into it, and an example of its manual starts with
    /// another `outputformat` than it has created with. It is the one that sends no `User-Agent`.
    pub(super) unnamed: bool,
}

/// Where the input comes from.
pub(super) enum Source {
    /// So many files.
    Upload(usize),
    Download(Vec<reqwest::Url>),
    Content(Vec<Vec<u8>>),
}

impl Source {
    /// For an input of this name, in this mode, with a name for the file or without.
    pub(super) fn read(
        input: &str,
        (mode, is_named): (Mode, bool),
        params: &Params,
        brought: usize,
    ) -> Result<Self, ApiError> {
        let mut files = params.list("files")?;
        if input != "upload" {
            files.splice(..0, params.text("file"));
        }
        if files.len() > MAX_FILES {
            return Err(ApiError::bad_request(format!("A conversion has at most {MAX_FILES} input files")));
        }
        let count = files.len().max(brought);
        if count > 1 && !mode.takes_several() {
            return Err(ApiError::bad_request(format!(
                "A conversion in mode {} has one input file, not several files ({count}); the modes combine and archive take several",
                mode.as_str()
            )));
        }
        let some = |files: Vec<String>| {
            if files.is_empty() {
                Err(ApiError::bad_request("The parameter file is missing"))
            } else {
                Ok(files)
            }
        };
        match input {
            "upload" => {
                // With several inputs, `files` names them, and so tells how many will be uploaded.
                Ok(Self::Upload(files.len().max(1)))
            }
            "download" => {
                let urls = some(files)?.into_iter().map(|url| web_url("file", &url));
                urls.collect::<Result<_, _>>().map(Self::Download)
            }
            "raw" | "base64" if !is_named => Err(ApiError::bad_request("The parameter filename is missing")),
            "raw" => Ok(Self::Content(some(files)?.into_iter().map(String::into_bytes).collect())),
            "base64" => {
                let contents = some(files)?;
                contents.iter().map(|file| decode(file)).collect::<Result<_, _>>().map(Self::Content)
            }
            _ => Err(ApiError::bad_request(format!(
                "This service reads from upload, download, raw and base64, not from {input}"
            ))),
        }
    }

    /// How many files come from the client.
    pub(super) const fn uploads(&self) -> usize {
        match self {
            Self::Upload(count) => *count,
            Self::Content(contents) => contents.len(),
            Self::Download(_) => 0,
        }
    }
}

/// Where the input comes from, by name.
pub(super) fn input(params: &Params, brought: &Brought) -> Result<String, ApiError> {
    match params.text("input").filter(|input| !input.is_empty()) {
        Some(input) => Ok(input),
        None if params.get("input").is_some_and(Value::is_object) => Ok("a storage".to_owned()),
        None if brought.unnamed || brought.files > 0 => Ok("upload".to_owned()),
        None => Err(ApiError::bad_request(
            "The parameter input is missing: it has to be upload, download, raw or base64",
        )),
    }
}

pub(super) fn web_url(name: &str, text: &str) -> Result<reqwest::Url, ApiError> {
    let url = reqwest::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| ApiError::bad_request(format!("{name} has to be a full URL, with http:// or https://")))
}

fn decode(text: &str) -> Result<Vec<u8>, ApiError> {
    from_base64(text).ok_or_else(|| ApiError::bad_request("file is not base64"))
}
