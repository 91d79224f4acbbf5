//! Where the input comes from ("Input parameters").

use super::format::plain;
use super::storage::Storage;
use crate::error::Error;
use crate::json::Value;
use crate::text::{before, is_one};

/// Where the input comes from. Several files are for the modes `combine` and `archive`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Input {
    /// Files that the host uploads.
    Upload {
        /// One or several.
        files: Vec<InputFile>,
    },
    /// URLs that the service downloads.
    Download {
        /// Full URLs, one or several.
        urls: Vec<String>,
    },
    /// Small content, sent as text.
    Raw {
        /// The content itself.
        content: String,
    },
    /// Small content, sent in base64.
    Base64 {
        /// The encoded content.
        content: String,
    },
    /// Files in a storage that the service reads.
    Storage {
        /// The storage, and what opens it.
        storage: Storage,
        /// The names of the files in it, with folders.
        files: Vec<String>,
    },
}

/// A file that the host uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its name, with the extension.
    pub name: String,
    /// Its size in bytes, where known.
    pub size: Option<u64>,
}

impl Input {
    /// Reads the members of a wish that are about the input.
    pub(super) fn read(wish: &Value<'_>) -> Result<Self, Error> {
        let input = match wish.get("input") {
            storage @ Value::Object(_) => {
                Self::Storage { storage: Storage::read(storage)?, files: texts(wish, "file", "files")? }
            }
            method => match method.text() {
                Some("upload") => Self::Upload { files: uploads(wish)? },
                Some("download") => Self::Download { urls: texts(wish, "url", "files")? },
                Some("raw") => Self::Raw { content: need(wish, "content")? },
                Some("base64") => Self::Base64 { content: need(wish, "content")? },
                _ => {
                    return Err(Error::bad_request(
                        "`input` has to be upload, download, raw, base64, or the object of a storage",
                    ));
                }
            },
        };
        // Where there are no single calls, a page says `filename` by itself.
        let named = cfg!(not(feature = "calls"))
            || matches!(input, Self::Upload { .. }) && wish.get("files").items().is_empty();
        if !named && !wish.get("name").is_empty() {
            return Err(Error::bad_request(
                "`name` is for one upload: give a `filename`, or each file its name",
            ));
        }
        input.check()?;
        Ok(input)
    }

    /// Refuses what no service could read.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.count() == 0 {
            return Err(Error::bad_request("there is no input file: name one at least"));
        }
        match self {
            Self::Upload { files } if files.iter().any(|file| file.name.is_empty()) => {
                Err(Error::bad_request("a file that is uploaded needs a name, with its extension"))
            }
            Self::Download { urls } if !urls.iter().all(|url| is_full_url(url)) => {
                Err(Error::bad_request("the URL to download has to be a full one, with https://"))
            }
            Self::Storage { storage, .. } => storage.check(),
            Self::Base64 { content } if !is_base64(content) => {
                Err(Error::bad_request("the content is not base64: encode it, or set `input` to raw"))
            }
            _ => Ok(()),
        }
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Upload { files } => files.len(),
            Self::Download { urls } => urls.len(),
            Self::Storage { files, .. } => files.len(),
            Self::Raw { .. } | Self::Base64 { .. } => 1,
        }
    }

    /// The name of the first file, which tells the format; none for content.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Upload { files } => files.first().map_or("", |file| &file.name),
            Self::Download { urls } => urls.first().map_or("", |url| before(url, b"?#")),
            Self::Storage { files, .. } => files.first().map_or("", String::as_str),
            Self::Raw { .. } | Self::Base64 { .. } => "",
        }
    }

    /// What [`Input::read`] reads again: never content or credentials.
    pub(super) fn save(&self, wish: &mut Value<'static>) {
        let Self::Download { urls } = self else { return self.save_files(wish) };
        wish.set("input", "download");
        wish.set("files", urls.iter().cloned().map(Value::from).collect::<Vec<_>>());
    }

    /// What is uploaded; of what the service takes from elsewhere only that it does.
    pub(super) fn save_files(&self, wish: &mut Value<'static>) {
        let Self::Upload { files } = self else { return wish.set("withheld", true) };
        let file = |file: &InputFile| {
            let mut entry = Value::object();
            entry.set("name", file.name.clone());
            entry.set_some("size", file.size);
            entry
        };
        wish.set("input", "upload");
        wish.set("files", files.iter().map(file).collect::<Vec<_>>());
    }
}

fn uploads(wish: &Value<'_>) -> Result<Vec<InputFile>, Error> {
    let nameless = || match wish.get("from").text() {
        Some(from) => Ok(["input.", &plain(from)].concat()),
        None => {
            Err(Error::bad_request("the input has no file name: give one as `name`, or its format as `from`"))
        }
    };
    let file = |entry: &Value<'_>| {
        let name = entry.get("name").text().map(str::to_owned).map_or_else(nameless, Ok)?;
        Ok(InputFile { name, size: entry.get("size").unsigned() })
    };
    match wish.get("files").items() {
        [] => Ok(vec![file(wish)?]),
        files => files.iter().map(file).collect(),
    }
}

/// One text, or an array of them.
fn texts(wish: &Value<'_>, one: &'static str, many: &'static str) -> Result<Vec<String>, Error> {
    let texts = wish.get(many).items();
    if texts.is_empty() {
        return Ok(vec![need(wish, one)?]);
    }
    let texts = texts.iter().map(|text| text.text().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or_else(|| Error::bad_request("`files` has to be an array of texts"))
}

pub(super) fn need(wish: &Value<'_>, name: &'static str) -> Result<String, Error> {
    let text = wish.get(name).text().map(str::to_owned);
    text.ok_or_else(|| Error::bad_request(["the option `", name, "` is missing: give it"].concat()))
}

pub(super) fn object(field: &str, wish: &Value<'_>) -> Result<Value<'static>, Error> {
    match wish.get(field) {
        value @ Value::Object(_) => Ok(value.owned()),
        value if value.is_empty() => Ok(Value::object()),
        _ => Err(Error::bad_request(["`", field, "` has to be an object"].concat())),
    }
}

/// Whether a text is a URL that the service can load from, and no path.
///
/// ```
/// use cloudconvert_core::is_full_url;
/// assert!(is_full_url("https://example.org/photo.png") && !is_full_url("photo.png"));
/// ```
pub fn is_full_url(url: &str) -> bool {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    ["http://", "https://", "ftp://"].iter().any(|scheme| lower.starts_with(scheme))
}

fn is_base64(content: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || is_one(b, b"+/=") || b.is_ascii_whitespace();
    !content.is_empty() && content.bytes().all(plain)
}
