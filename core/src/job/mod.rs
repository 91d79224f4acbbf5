//! What the user wants: an input, an output format, and the options of the API documentation.

mod check;
mod destination;
mod format;
mod input;
mod mode;
mod saved;
mod storage;
#[cfg(feature = "v2")]
mod tasks;
#[cfg(all(test, feature = "native"))]
mod tests;

use std::fmt;

use crate::choice::pick;
use crate::error::Error;
use crate::json::Value;
use crate::option::check_names;
pub use format::format_of;
use format::plain;
use input::{need, object};
use mode::Format;

pub use destination::Destination;
pub use input::{Input, InputFile, is_full_url};
pub use mode::Mode;
pub use storage::{Azure, Ftp, GoogleCloud, OpenStack, S3, Sftp, Storage};
#[cfg(feature = "v2")]
pub use tasks::Tasks;

pub(crate) use mode::MODES;

/// One wish: convert this to that. Every parameter of the API documentation has a field here. What the version of the API
/// that a service speaks does not have is refused before any request is made.
///
/// ```
/// use cloudconvert_core::{Destination, Input, Job, S3, Storage};
///
/// let bucket = S3 {
///     access_key_id: "ID".into(),
///     secret_access_key: "SECRET".into(),
///     bucket: "films".into(),
///     ..S3::default()
/// };
/// let input = Input::Storage { storage: bucket.clone().into(), files: vec!["in/film.flv".into()] };
/// let job = Job {
///     output: Some(Destination::Storage(Storage::from(bucket).path("out/"))),
///     ..Job::new(input, "flv", "mp4")
/// };
/// assert!(job.check().is_ok() && !format!("{job:?}").contains("SECRET"));
/// ```
#[derive(Clone, PartialEq)]
pub struct Job {
    /// `input`, `file` and `files`: where the input comes from.
    pub input: Input,
    /// `inputformat`: the format of the input, such as `png`.
    pub from: String,
    /// `outputformat`: the format of the output.
    pub to: String,
    /// `mode`; an operation of version 2.
    pub mode: Mode,
    /// `filename`: overrides the name of the input, with the extension.
    pub filename: Option<String>,
    /// The name of the output, with the extension; `%d` in it counts several outputs. Version 2 only.
    pub output_filename: Option<String>,
    /// The program that does the work, such as `imagemagick`. Version 2 only.
    pub engine: Option<String>,
    /// The version of that program. Version 2 only.
    pub engine_version: Option<String>,
    /// `converteroptions`: an object; its members depend on the pair of formats and on the mode.
    pub options: Value<'static>,
    /// `tag`: a string or an object of the user's own.
    pub tag: Value<'static>,
    /// `preset`: the ID of a preset.
    pub preset: Option<String>,
    /// `timeout`: after how many seconds the service cancels.
    pub timeout: Option<u64>,
    /// `email`: whether the service sends a mail in the end.
    pub email: bool,
    /// `output`: where the service stores the output. Then there is nothing to download.
    pub output: Option<Destination>,
    /// `callback`: the URL that the service calls in the end.
    pub callback: Option<String>,
    /// `save`: whether the service keeps the files after the first download.
    pub save: bool,
    /// Further parameters of the start request, for what this version does not know.
    pub extra: Value<'static>,
    /// A whole graph of tasks, instead of the one conversion that the other fields describe. Version 2 only.
    #[cfg(feature = "v2")]
    pub tasks: Option<Box<Tasks>>,
}

pub(crate) const FIELDS: &[&str] = &[
    "input",
    "name",
    "size",
    "url",
    "content",
    "file",
    "files",
    "from",
    "to",
    "mode",
    "filename",
    "options",
    "tag",
    "preset",
    "timeout",
    "email",
    "output",
    "callback",
    "save",
    "extra",
    #[cfg(feature = "v2")]
    "output_filename",
    #[cfg(feature = "v2")]
    "engine",
    #[cfg(feature = "v2")]
    "engine_version",
];

impl Job {
    /// A plain conversion; further fields are set on it.
    pub fn new(input: Input, from: &str, to: &str) -> Self {
        Self {
            input,
            from: from.to_owned(),
            to: to.to_owned(),
            mode: Mode::Convert,
            filename: None,
            output_filename: None,
            engine: None,
            engine_version: None,
            options: Value::object(),
            tag: Value::Null,
            preset: None,
            timeout: None,
            email: false,
            output: None,
            callback: None,
            save: false,
            extra: Value::object(),
            #[cfg(feature = "v2")]
            tasks: None,
        }
    }

    /// Reads a wish: `{"input": "upload", "name": "photo.png", "size": 123, "to": "jpg"}`, and any field of [`Job`].
    ///
    /// | `input` | goes with |
    /// |---|---|
    /// | `"upload"` | `name`, `size`; or `files`: `[{"name", "size"}]` |
    /// | `"download"` | `url`; or `files`: `[url]` |
    /// | `"raw"`, `"base64"` | `content`, `filename` |
    /// | `{"s3": {"accesskeyid", …}}`, `openstack`, `azure`, `googlecloud`, `ftp`, `sftp` | `file`, or `files`: `[name]` |
    ///
    /// `output` is `"dropbox"`, `"googledrive"`, or a storage as above, with a `path`. A format is read from the name
    /// where `from` is left out, and `to` may be left out where the mode tells it. A wish with `tasks` is read by
    /// `Job::of_tasks`.
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
        Self::for_file(wish, None)
    }

    /// The same, where the name of the output's file tells the format that nothing else tells.
    pub(crate) fn for_file(wish: &Value<'_>, file: Option<&str>) -> Result<Self, Error> {
        #[cfg(feature = "v2")]
        if wish.get("tasks") != &Value::Null {
            return Self::of_tasks(wish);
        }
        check_names(wish, FIELDS)?;
        let job = Self::read(wish, Input::read(wish)?, file)?;
        job.check()?;
        Ok(job)
    }

    fn read(wish: &Value<'_>, input: Input, file: Option<&str>) -> Result<Self, Error> {
        let field = |name: &str| wish.get(name).text().map(str::to_owned);
        let filename = field("filename");
        let name = filename.as_deref().unwrap_or(input.name());
        let mode = match wish.get("mode") {
            value if value.is_empty() => Mode::Convert,
            value => pick(value, MODES).ok_or_else(|| {
                if cfg!(not(feature = "v2")) {
                    return Error::bad_request("`mode` has to be convert, info, combine, archive or extract");
                }
                let names: Vec<_> = MODES.iter().map(|(name, _)| *name).collect();
                Error::bad_request(["`mode` has to be one of ", &names.join(", ")].concat())
            })?,
        };
        // What a build does not know has been refused by its name.
        let newer = |name: &str| if cfg!(feature = "v2") { wish.get(name).label() } else { None };
        let page = || (cfg!(feature = "v2") && mode == Mode::CaptureWebsite).then(|| "html".to_owned());
        let from = field("from").or_else(page).or_else(|| format_of(name)).ok_or_else(|| {
            Error::bad_request(
                "the file's name has no extension that tells its format; give the format as `from`",
            )
        })?;
        let to = match mode.format() {
            Format::Asked => {
                let told = file.filter(|_| cfg!(feature = "calls") && wish.get("to").is_empty());
                told.and_then(format_of).map_or_else(|| need(wish, "to"), Ok)?
            }
            Format::Kept => field("to").unwrap_or_else(|| from.clone()),
            Format::Pdf => field("to").unwrap_or_else(|| "pdf".to_owned()),
        };
        let output = wish.get("output");
        Ok(Self {
            from: plain(&from),
            to: plain(&to),
            mode,
            filename,
            output_filename: newer("output_filename"),
            engine: newer("engine"),
            engine_version: newer("engine_version"),
            options: object("options", wish)?,
            tag: wish.get("tag").owned(),
            preset: wish.get("preset").label(),
            timeout: wish.get("timeout").unsigned(),
            email: wish.get("email").flag(),
            output: if output.is_empty() { None } else { Some(Destination::read(output)?) },
            callback: field("callback"),
            save: wish.get("save").flag(),
            extra: object("extra", wish)?,
            #[cfg(feature = "v2")]
            tasks: None,
            input,
        })
    }
}

/// Content, URLs, credentials and options may be private, so only the formats are shown.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("from", &self.from).field("to", &self.to).finish_non_exhaustive()
    }
}
