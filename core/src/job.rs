//! What the user wants: an input, an output format, and the options of the API documentation.

use std::fmt;

use crate::error::Error;
use crate::json::Value;
use crate::names::extension;
use crate::retry::{name_of, pick};

/// Where the input comes from ("Input parameters").
#[derive(Clone, PartialEq)]
pub enum Input {
    /// A file that the host uploads.
    Upload {
        /// Its name, with the extension.
        name: String,
        /// Its size in bytes, where known.
        size: Option<u64>,
    },
    /// A URL that the service downloads.
    Download {
        /// The full URL.
        url: String,
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
}

/// What the process does with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum Mode {
    #[default]
    Convert,
    Info,
    Combine,
    Archive,
    Extract,
}

pub(crate) const MODES: &[(&str, Mode)] = &[
    ("convert", Mode::Convert),
    ("info", Mode::Info),
    ("combine", Mode::Combine),
    ("archive", Mode::Archive),
    ("extract", Mode::Extract),
];

/// One wish: convert this to that.
#[derive(Clone, PartialEq)]
pub struct Job {
    /// Where the input comes from.
    pub input: Input,
    /// `inputformat`: the format of the input, such as `png`.
    pub from: String,
    /// `outputformat`: the format of the output.
    pub to: String,
    /// `mode`.
    pub mode: Mode,
    /// `filename`: overrides the name of the input, with the extension.
    pub filename: Option<String>,
    /// `converteroptions`: an object; its members depend on the pair of formats.
    pub options: Value<'static>,
    /// `tag`: a string or an object of the user's own.
    pub tag: Value<'static>,
    /// `preset`: the ID of a preset.
    pub preset: Option<String>,
    /// `timeout`: after how many seconds the service cancels.
    pub timeout: Option<u64>,
    /// `email`: whether the service sends a mail in the end.
    pub email: bool,
    /// `callback`: the URL that the service calls in the end.
    pub callback: Option<String>,
    /// `save`: whether the service keeps the files after the first download.
    pub save: bool,
    /// Further parameters of the start request, for what this version does not know.
    pub extra: Value<'static>,
    /// Read from a saved state, which never holds content.
    pub(crate) stripped: bool,
}

impl Job {
    /// Reads a wish: `{"input": "upload", "name": "photo.png", "size": 123, "to": "jpg"}`, and any field of [`Job`].
    ///
    /// ```
    /// use cloudconvert_core::{Job, Value};
    /// let mut wish = Value::object();
    /// wish.set("input", "upload");
    /// wish.set("name", "photo.PNG");
    /// wish.set("to", "jpg");
    /// assert_eq!(Job::from_value(&wish).unwrap().from, "png");
    /// ```
    ///
    /// # Errors
    /// `bad_request` for what is missing, unknown or contradicts itself.
    pub fn from_value(wish: &Value<'_>) -> Result<Self, Error> {
        let field = |name: &str| wish.get(name).text().map(str::to_owned);
        let need = |name: &'static str| {
            field(name).ok_or_else(|| Error::bad_request(["the option `", name, "` is missing"].concat()))
        };
        if let Some((name, _)) = wish.members().iter().find(|(name, _)| !FIELDS.contains(&name.as_ref())) {
            return Err(Error::bad_request(["there is no option `", name, "`"].concat()));
        }
        let stripped = wish.get("stripped").flag();
        let content = || if stripped { Ok(String::new()) } else { need("content") };
        let input = match wish.get("input").text() {
            Some("upload") => Input::Upload { name: need("name")?, size: wish.get("size").unsigned() },
            Some("download") => Input::Download { url: need("url")? },
            Some("raw") => Input::Raw { content: content()? },
            Some("base64") => Input::Base64 { content: content()? },
            _ => return Err(Error::bad_request("`input` has to be upload, download, raw or base64")),
        };
        let filename = field("filename");
        if matches!(input, Input::Raw { .. } | Input::Base64 { .. }) {
            need("filename")?;
        }
        let name = match (&filename, &input) {
            (Some(name), _) | (None, Input::Upload { name, .. }) => name.as_str(),
            (None, Input::Download { url }) => url.split(['?', '#']).next().unwrap_or(""),
            _ => "",
        };
        let from = field("from").or_else(|| format_of(name)).ok_or_else(|| {
            Error::bad_request(
                "the file's name has no extension that tells its format; give the format as `from`",
            )
        })?;
        let mode = match wish.get("mode") {
            value if value.is_empty() => Mode::Convert,
            value => pick(value, MODES).ok_or_else(|| {
                Error::bad_request("`mode` has to be convert, info, combine, archive or extract")
            })?,
        };
        let job = Self {
            input,
            from: format("from", &from)?,
            to: format("to", &need("to")?)?,
            mode,
            filename,
            options: object("options", wish)?,
            tag: wish.get("tag").clone().into_owned(),
            preset: field("preset"),
            timeout: wish.get("timeout").unsigned(),
            email: wish.get("email").flag(),
            callback: field("callback"),
            save: wish.get("save").flag(),
            extra: object("extra", wish)?,
            stripped,
        };
        job.check_urls()?;
        Ok(job)
    }

    fn check_urls(&self) -> Result<(), Error> {
        let absolute = |url: &str| {
            let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
            ["http://", "https://", "ftp://"].iter().any(|scheme| lower.starts_with(scheme))
        };
        match &self.input {
            Input::Download { url } if !absolute(url) => {
                return Err(Error::bad_request("the URL to download has to be a full one, with https://"));
            }
            _ => {}
        }
        if self.callback.as_deref().is_some_and(|url| !absolute(url)) {
            return Err(Error::bad_request("the callback has to be a full URL, with https://"));
        }
        Ok(())
    }

    /// What [`Job::from_value`] reads, without content: a saved state never holds the bytes of a file.
    pub(crate) fn to_saved(&self) -> Value<'static> {
        let mut wish = Value::object();
        match &self.input {
            Input::Upload { name, size } => {
                wish.set("input", "upload");
                wish.set("name", name.clone());
                wish.set_some("size", *size);
            }
            Input::Download { url } => {
                wish.set("input", "download");
                wish.set("url", url.clone());
            }
            Input::Raw { .. } => {
                wish.set("input", "raw");
                wish.set("stripped", true);
            }
            Input::Base64 { .. } => {
                wish.set("input", "base64");
                wish.set("stripped", true);
            }
        }
        wish.set("from", self.from.clone());
        wish.set("to", self.to.clone());
        wish.set("mode", name_of(self.mode, MODES));
        wish.set_some("filename", self.filename.clone());
        wish.set("options", self.options.clone());
        wish.set("tag", self.tag.clone());
        wish.set_some("preset", self.preset.clone());
        wish.set_some("timeout", self.timeout);
        wish.set("email", self.email);
        wish.set_some("callback", self.callback.clone());
        wish.set("save", self.save);
        wish.set("extra", self.extra.clone());
        wish
    }
}

/// Content, URLs and options may be private, so only the formats are shown.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("from", &self.from).field("to", &self.to).finish_non_exhaustive()
    }
}

const FIELDS: &[&str] = &[
    "input", "name", "size", "url", "content", "from", "to", "mode", "filename", "options", "tag", "preset",
    "timeout", "email", "callback", "save", "extra", "stripped",
];

/// The format that a file name tells. Compressed archives are named by both of their extensions.
fn format_of(name: &str) -> Option<String> {
    let extension = extension(name)?;
    let inner = name.get(..name.len() - extension.len() - 1)?.to_ascii_lowercase();
    Some(match inner.rsplit_once('.') {
        Some((_, "tar")) => ["tar.", &extension].concat(),
        _ => extension,
    })
}

/// A format is a short word such as `mp4` or `tar.gz`, never a path.
fn format(field: &str, text: &str) -> Result<String, Error> {
    let text = text.trim_start_matches('.').to_ascii_lowercase();
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if text.len() > 32 || !text.split('.').all(word) {
        return Err(Error::bad_request(["`", field, "` has to be a format such as png or tar.gz"].concat()));
    }
    Ok(text)
}

fn object(field: &str, wish: &Value<'_>) -> Result<Value<'static>, Error> {
    match wish.get(field) {
        value @ Value::Object(_) => Ok(value.clone().into_owned()),
        value if value.is_empty() => Ok(Value::object()),
        _ => Err(Error::bad_request(["`", field, "` has to be an object"].concat())),
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn job(text: &str) -> Result<Job, Error> {
        Job::from_value(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn formats_come_from_names() {
        let from =
            |name: &str| job(&format!(r#"{{"input":"upload","name":"{name}","to":"zip"}}"#)).unwrap().from;
        assert_eq!(from("a.tar.gz"), "tar.gz");
        assert_eq!(from("a.b.JPEG"), "jpeg");
        let url = r#"{"input":"download","url":"https://e.com/a.flv?x=1","to":"mp4"}"#;
        assert_eq!(job(url).unwrap().from, "flv");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for wrong in [
            r#"{"input":"upload","name":"noext","to":"jpg"}"#,
            r#"{"input":"upload","name":"a.png"}"#,
            r#"{"input":"upload","name":"a.png","to":"../x"}"#,
            r#"{"input":"raw","content":"x","to":"html","from":"md"}"#,
            r#"{"input":"download","url":"//e.com/a.png","to":"jpg"}"#,
            r#"{"input":"nowhere","to":"jpg"}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","colour":"red"}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","mode":"guess"}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","options":[1]}"#,
        ] {
            assert_eq!(job(wrong).unwrap_err().code, crate::Code::BadRequest, "{wrong}");
        }
    }

    #[test]
    fn a_saved_job_is_read_again_without_content() {
        let upload =
            job(r#"{"input":"upload","name":"a.png","size":7,"to":"jpg","options":{"quality":5}}"#).unwrap();
        assert_eq!(Job::from_value(&upload.to_saved()).unwrap(), upload);
        let raw = job(r#"{"input":"raw","content":"private","filename":"a.md","to":"html"}"#).unwrap();
        assert!(!serde_json::to_string(&raw.to_saved()).unwrap().contains("private"));
        assert!(Job::from_value(&raw.to_saved()).unwrap().stripped);
    }
}
