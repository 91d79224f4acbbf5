//! What the user wants: an input, an output format, and the options of the API documentation.

mod input;
mod storage;

use std::fmt;

use crate::choice::{name_of, pick};
use crate::error::Error;
use crate::json::Value;
use crate::names::extension;
use input::{is_full_url, need};

pub use input::{Input, InputFile};
pub use storage::{Azure, Destination, Ftp, GoogleCloud, OpenStack, S3, Storage};

/// What the process does with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// One file into another format.
    #[default]
    Convert,
    /// Facts about a file.
    Info,
    /// Several files into one.
    Combine,
    /// Files into an archive.
    Archive,
    /// The files of an archive.
    Extract,
}

pub(crate) const MODES: &[(&str, Mode)] = &[
    ("convert", Mode::Convert),
    ("info", Mode::Info),
    ("combine", Mode::Combine),
    ("archive", Mode::Archive),
    ("extract", Mode::Extract),
];

/// One wish: convert this to that. Every parameter of the API documentation has a field here.
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
    /// `output`: where the service stores the output. Then there is nothing to download.
    pub output: Option<Destination>,
    /// `callback`: the URL that the service calls in the end.
    pub callback: Option<String>,
    /// `save`: whether the service keeps the files after the first download.
    pub save: bool,
    /// Further parameters of the start request, for what this version does not know.
    pub extra: Value<'static>,
}

const FIELDS: &[&str] = &[
    "input", "name", "size", "url", "content", "file", "files", "from", "to", "mode", "filename", "options",
    "tag", "preset", "timeout", "email", "output", "callback", "save", "extra",
];

/// What `extra` must not say once more.
const PARAMETERS: &[&str] = &[
    "input",
    "file",
    "files",
    "filename",
    "tag",
    "inputformat",
    "outputformat",
    "converteroptions",
    "preset",
    "mode",
    "timeout",
    "email",
    "output",
    "callback",
    "wait",
    "download",
    "save",
    "apikey",
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
            options: Value::object(),
            tag: Value::Null,
            preset: None,
            timeout: None,
            email: false,
            output: None,
            callback: None,
            save: false,
            extra: Value::object(),
        }
    }

    /// Reads a wish: `{"input": "upload", "name": "photo.png", "size": 123, "to": "jpg"}`, and any field of [`Job`].
    ///
    /// | `input` | goes with |
    /// |---|---|
    /// | `"upload"` | `name`, `size`; or `files`: `[{"name", "size"}]` |
    /// | `"download"` | `url`; or `files`: `[url]` |
    /// | `"raw"`, `"base64"` | `content`, `filename` |
    /// | `{"s3": {"accesskeyid", …}}`, `openstack`, `azure`, `googlecloud`, `ftp` | `file`, or `files`: `[name]` |
    ///
    /// `output` is `"dropbox"`, `"googledrive"`, or a storage as above, with a `path`. A format is read from the name
    /// where `from` is left out.
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
        if let Some((name, _)) = wish.members().iter().find(|(name, _)| !FIELDS.contains(&name.as_ref())) {
            return Err(Error::bad_request(["there is no option `", name, "`"].concat()));
        }
        let job = Self::read(wish, Input::read(wish)?)?;
        job.check()?;
        Ok(job)
    }

    fn read(wish: &Value<'_>, input: Input) -> Result<Self, Error> {
        let field = |name: &str| wish.get(name).text().map(str::to_owned);
        let filename = field("filename");
        let name = filename.as_deref().unwrap_or(input.name());
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
        let output = wish.get("output");
        Ok(Self {
            from: plain(&from),
            to: plain(&need(wish, "to")?),
            mode,
            filename,
            options: object("options", wish)?,
            tag: wish.get("tag").clone().into_owned(),
            preset: wish.get("preset").label(),
            timeout: wish.get("timeout").unsigned(),
            email: wish.get("email").flag(),
            output: if output.is_empty() { None } else { Some(Destination::read(output)?) },
            callback: field("callback"),
            save: wish.get("save").flag(),
            extra: object("extra", wish)?,
            input,
        })
    }

    /// Whether the job can be asked for at all.
    ///
    /// # Errors
    /// `bad_request` for what contradicts itself, before any request is made.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |message: &str| Err(Error::bad_request(message));
        self.input.check()?;
        if let Some(output) = &self.output {
            output.check()?;
        }
        check_format("from", &self.from)?;
        check_format("to", &self.to)?;
        match (self.mode, self.input.count()) {
            (Mode::Combine, 1) => return refuse("`combine` needs two input files or more"),
            (Mode::Combine | Mode::Archive, _) | (_, 1) => {}
            _ => {
                return refuse(
                    "several input files are for the modes combine and archive; convert each on its own",
                );
            }
        }
        let content = matches!(self.input, Input::Raw { .. } | Input::Base64 { .. });
        match self.filename.as_deref() {
            None if content => return refuse("the option `filename` is missing, which content needs"),
            Some(name) if name.contains(['/', '\\']) => {
                return refuse("`filename` has to be a name without folders");
            }
            Some(name) if extension(name).is_none() => {
                return refuse("`filename` needs an extension, such as .png");
            }
            _ => {}
        }
        if self.timeout == Some(0) {
            return refuse("`timeout` has to be a number of seconds from 1 up");
        }
        if self.callback.as_deref().is_some_and(|url| !is_full_url(url)) {
            return refuse("the callback has to be a full URL, with https://");
        }
        if !matches!(self.tag, Value::Null | Value::String(_) | Value::Object(_) | Value::Integer(_)) {
            return refuse("`tag` has to be a text or an object");
        }
        if let Some((name, _)) = self.extra.members().iter().find(|(n, _)| PARAMETERS.contains(&n.as_ref())) {
            return Err(Error::bad_request(
                ["`extra` must not have `", name, "`, which has an option of its own"].concat(),
            ));
        }
        Ok(())
    }

    /// What [`Job::restore`] reads: a saved state never holds the bytes of a file or the keys to a storage.
    pub(crate) fn save(&self) -> Value<'static> {
        let mut wish = Value::object();
        self.input.save(&mut wish);
        wish.set("from", self.from.clone());
        wish.set("to", self.to.clone());
        wish.set("mode", name_of(self.mode, MODES));
        wish.set_some("filename", self.filename.clone());
        if !self.options.is_empty() {
            wish.set("options", self.options.clone());
        }
        if !self.tag.is_empty() {
            wish.set("tag", self.tag.clone());
        }
        wish.set_some("preset", self.preset.clone());
        wish.set_some("timeout", self.timeout);
        wish.set_some("email", self.email.then_some(true));
        wish.set_some("output", self.output.as_ref().map(Destination::without_secrets));
        wish.set_some("callback", self.callback.clone());
        wish.set_some("save", self.save.then_some(true));
        if !self.extra.is_empty() {
            wish.set("extra", self.extra.clone());
        }
        wish
    }

    /// A saved job, and whether it lacks what a start needs.
    pub(crate) fn restore(wish: &Value<'_>) -> Result<(Self, bool), Error> {
        let to_storage =
            wish.get("output").text().is_some_and(|kind| !["dropbox", "googledrive"].contains(&kind));
        let withheld = wish.get("withheld").flag();
        let input = if withheld { Input::Raw { content: String::new() } } else { Input::read(wish)? };
        let mut plain = wish.clone().into_owned();
        if to_storage {
            // Only that there is a destination has to be known.
            plain.remove("output");
            plain.set("output", "dropbox");
        }
        let job = Self::read(&plain, input)?;
        check_format("from", &job.from)?;
        check_format("to", &job.to)?;
        Ok((job, withheld || to_storage))
    }
}

/// Content, URLs, credentials and options may be private, so only the formats are shown.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("from", &self.from).field("to", &self.to).finish_non_exhaustive()
    }
}

/// The format that a file name tells. Compressed archives are named by both of their extensions.
fn format_of(name: &str) -> Option<String> {
    let extension = extension(name)?;
    let inner = name.get(..name.len() - extension.len() - 1)?.to_ascii_lowercase();
    Some(match inner.rsplit_once('.') {
        Some((_, "tar")) => ["tar.", &extension].concat(),
        _ => extension,
    })
}

/// People write `.JPG` for `jpg`.
fn plain(format: &str) -> String {
    format.trim_start_matches('.').to_ascii_lowercase()
}

/// A format is a short word such as `mp4` or `tar.gz`, never a path.
fn check_format(field: &str, format: &str) -> Result<(), Error> {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if format.len() > 32 || !format.split('.').all(word) {
        return Err(Error::bad_request(["`", field, "` has to be a format such as png or tar.gz"].concat()));
    }
    Ok(())
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

    const S3_INPUT: &str = r#"{"s3":{"accesskeyid":"ID","secretaccesskey":"s3cret","bucket":"b"}}"#;

    #[test]
    fn formats_come_from_names() {
        let from =
            |name: &str| job(&format!(r#"{{"input":"upload","name":"{name}","to":"zip"}}"#)).unwrap().from;
        assert_eq!(from("a.tar.gz"), "tar.gz");
        assert_eq!(from("a.b.JPEG"), "jpeg");
        let url = r#"{"input":"download","url":"https://e.com/a.flv?x=1","to":"mp4"}"#;
        assert_eq!(job(url).unwrap().from, "flv");
        let key = format!(r#"{{"input":{S3_INPUT},"file":"in/film.flv","to":"mp4"}}"#);
        assert_eq!(job(&key).unwrap().from, "flv");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for wrong in [
            r#"{"input":"upload","name":"noext","to":"jpg"}"#,
            r#"{"input":"upload","name":"a.png"}"#,
            r#"{"input":"upload","name":"a.png","to":"../x"}"#,
            r#"{"input":"upload","name":"a.png","from":"a/b","to":"jpg"}"#,
            r#"{"input":"raw","content":"x","to":"html","from":"md"}"#,
            r#"{"input":"raw","content":"x","to":"html","filename":"a/b.md"}"#,
            r#"{"input":"base64","content":"no base64!","filename":"a.md","to":"html"}"#,
            r#"{"input":"download","url":"//e.com/a.png","to":"jpg"}"#,
            r#"{"input":"nowhere","to":"jpg"}"#,
            r#"{"input":{"s3":{"bucket":"b"}},"file":"a.png","to":"jpg"}"#,
            r#"{"input":{"tape":{}},"file":"a.png","to":"jpg"}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","colour":"red"}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","mode":"guess"}"#,
            r#"{"input":"upload","name":"a.png","to":"pdf","mode":"combine"}"#,
            r#"{"input":"upload","files":[{"name":"a.png"},{"name":"b.png"}],"to":"pdf"}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","options":[1]}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","timeout":0}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","output":"tape"}"#,
            r#"{"input":"upload","name":"a.png","to":"jpg","extra":{"outputformat":"gif"}}"#,
        ] {
            assert_eq!(job(wrong).unwrap_err().code, crate::Code::BadRequest, "{wrong}");
        }
    }

    #[test]
    fn a_saved_job_is_read_again_without_content() {
        let upload =
            job(r#"{"input":"upload","name":"a.png","size":7,"to":"jpg","options":{"quality":5}}"#).unwrap();
        assert_eq!(Job::restore(&upload.save()).unwrap(), (upload, false));
        let raw = job(r#"{"input":"raw","content":"private","filename":"a.md","to":"html"}"#).unwrap();
        assert!(!serde_json::to_string(&raw.save()).unwrap().contains("private"));
        assert!(Job::restore(&raw.save()).unwrap().1);
    }

    #[test]
    fn credentials_go_to_the_service_and_nowhere_else() {
        let job = job(&format!(
            r#"{{"input":{S3_INPUT},"file":"a.png","to":"jpg","output":{{"s3":{{"accesskeyid":"ID",
                "secretaccesskey":"s3cret","bucket":"b","path":"out/","acl":"private"}}}}}}"#
        ));
        let job = job.unwrap();
        let saved = serde_json::to_string(&job.save()).unwrap();
        assert!(!format!("{job:?} {:?} {saved}", job.output).contains("s3cret"));
        let output = serde_json::to_value(job.output.as_ref().unwrap().write()).unwrap();
        assert_eq!(output["s3"]["path"], "out/");
        assert_eq!(output["s3"]["acl"], "private");
        assert_eq!(output["s3"]["secretaccesskey"], "s3cret");
    }
}
