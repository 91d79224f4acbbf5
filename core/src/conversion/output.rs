//! What a conversion ends with.

use crate::json::Value;
use crate::scope::CONVERTS;

/// A finished conversion.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Output {
    /// The files that were downloaded, in the order in which their requests were sent.
    pub files: Vec<OutputFile>,
    /// The process ID.
    pub process_id: Option<String>,
    /// The process URL.
    pub process_url: Option<String>,
    /// Where the input is uploaded, of a process that was only prepared.
    pub upload_url: Option<String>,
    /// What a page or another program needs to upload and follow what was only prepared: one text, to be passed on as it is
    /// to [`Conversion::upload`](crate::Conversion::upload), [`follow`](crate::Conversion::follow) and
    /// [`delete`](crate::Conversion::delete). Keep it as private as a link to the file.
    pub ticket: Option<String>,
    /// `output.url`: where the service stored the output, as an absolute URL. It is not valid after the download, because the process has been deleted.
    pub url: Option<String>,
    /// `output.filename`.
    pub filename: Option<String>,
    /// `output.size` in bytes.
    pub size: Option<u64>,
    /// What mode `info` found out.
    pub info: Value<'static>,
}

/// One downloaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputFile {
    /// The safe name that its sink had.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

impl Output {
    /// The same for hosts that pass it on: `{"files": [{"name", "size"}], "processId", …}`.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = Value::object();
        if !CONVERTS {
            return value;
        }
        let files = self.files.iter().map(|file| {
            let mut entry = Value::object();
            entry.set("name", file.name.clone());
            entry.set("size", file.size);
            entry
        });
        value.set("files", files.collect::<Vec<_>>());
        value.set_some("processId", self.process_id.clone());
        value.set_some("processUrl", self.process_url.clone());
        value.set_some("uploadUrl", self.upload_url.clone());
        value.set_some("ticket", self.ticket.clone());
        value.set_some("url", self.url.clone());
        value.set_some("filename", self.filename.clone());
        value.set_some("size", self.size);
        if self.info != Value::Null {
            value.set("info", self.info.clone());
        }
        value
    }

    pub(super) fn from_value(value: &Value<'_>) -> Self {
        let field = |name| value.get(name).text().map(str::to_owned);
        let files = value.get("files").items().iter().filter_map(|file| {
            Some(OutputFile { name: file.get("name").text()?.to_owned(), size: file.get("size").unsigned()? })
        });
        Self {
            files: files.collect(),
            process_id: field("processId"),
            process_url: field("processUrl"),
            upload_url: field("uploadUrl"),
            ticket: field("ticket"),
            url: field("url"),
            filename: field("filename"),
            size: value.get("size").unsigned(),
            info: value.get("info").owned(),
        }
    }
}
