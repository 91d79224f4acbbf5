//! What a conversion or a call ended with, as C reads it.

use std::ffi::c_char;

use cloudconvert_core as core;

use crate::failure::Code;
use crate::memory::Texts;
use crate::request::{CLOUDCONVERT_UNKNOWN, milliseconds};

/// One downloaded file.
#[repr(C)]
pub struct OutputFile {
    /// The safe base name that its sink had.
    pub name: *const c_char,
    /// Its size in bytes.
    pub size: u64,
    /// Space for members of later versions.
    pub reserved: [u64; 2],
}

/// What a conversion or a call ended with. Texts are NULL where there is nothing to say.
///
/// It lives, with all that it points to, until the conversion or the call is freed. Do not change it.
#[repr(C)]
pub struct Result {
    /// `CLOUDCONVERT_CODE_OK`, or the kind of failure.
    pub code: Code,
    /// On failure: what happened and what to do, for people.
    pub message: *const c_char,
    /// On failure: the HTTP status that the service answered with; 0 for none.
    pub status: u16,
    /// On failure: how long the service asked to wait, in milliseconds; `CLOUDCONVERT_UNKNOWN` if it did not.
    pub retry_after: u64,
    /// The process ID.
    pub process_id: *const c_char,
    /// The process URL.
    pub process_url: *const c_char,
    /// Where the input is uploaded, of a process that was only prepared.
    pub upload_url: *const c_char,
    /// Where the service stored the output, as it wrote it. Not valid after the download: the process has been deleted.
    pub url: *const c_char,
    /// The name that the service gave the output.
    pub filename: *const c_char,
    /// The size that the service announced for the output in bytes; `CLOUDCONVERT_UNKNOWN` if it did not.
    pub size: u64,
    /// What mode `info` found out, as JSON.
    pub info: *const c_char,
    /// `file_count` downloaded files, in the order in which they were requested.
    pub files: *const OutputFile,
    /// How many files were downloaded.
    pub file_count: usize,
    /// Of a single call that was answered: what the service said, as a JSON object; see "Calls" at the top. All other
    /// members but `code` are empty then.
    pub reply: *const c_char,
    /// What a program without the key needs to upload and follow a process that was only prepared: one text, to be passed on
    /// as it is.
    pub ticket: *const c_char,
    /// On failure: whether the same may work later, after `retry_after` or some minutes.
    pub is_retryable: bool,
    /// On failure: the method of the request that failed.
    pub request_method: *const c_char,
    /// On failure: the URL of that request, without its query.
    pub request_url: *const c_char,
    /// On failure: what the service itself said. `message` may say more.
    pub service_message: *const c_char,
    /// On failure: why there was no answer, as told by `cloudconvert_conversion_failed` or `cloudconvert_call_failed`.
    pub cause: *const c_char,
}

/// A result with all that it points to, which never changes while C reads it.
pub(crate) struct OwnedResult {
    pub(crate) result: Result,
    _texts: Texts,
    _files: Vec<OutputFile>,
}

// SAFETY: the pointers lead to what the struct owns, nothing of which changes or depends on the thread.
unsafe impl Send for OwnedResult {}
// SAFETY: as above.
unsafe impl Sync for OwnedResult {}

impl From<core::Output> for OwnedResult {
    fn from(output: core::Output) -> Self {
        Self::of_output(&output)
    }
}

impl From<core::Value<'_>> for OwnedResult {
    fn from(reply: core::Value<'_>) -> Self {
        let mut texts = Texts::default();
        let reply = texts.push(&serde_json::to_string(&reply).unwrap_or_default());
        let result = Result { reply: texts.at(reply), ..Result::NOTHING };
        Self { result, _texts: texts, _files: Vec::new() }
    }
}

impl OwnedResult {
    pub(crate) fn new<T: Into<Self>>(
        ended: std::result::Result<T, core::Error>,
        cause: Option<&str>,
    ) -> Self {
        match ended {
            Ok(reached) => reached.into(),
            Err(error) => Self::of_error(&error, cause),
        }
    }

    fn of_error(error: &core::Error, cause: Option<&str>) -> Self {
        let mut texts = Texts::default();
        let message = texts.push(&error.message);
        let process_id = texts.push_some(error.process_id.as_deref());
        let request = error.request.as_deref();
        let request_method = texts.push_some(request.map(|request| request.method.as_str()));
        let request_url = texts.push_some(request.map(|request| request.url.as_str()));
        let service_message = texts.push_some(error.service_message.as_deref());
        let cause = texts.push_some(cause.filter(|_| error.has_cause()));
        let result = Result {
            code: error.code.into(),
            message: texts.at(message),
            status: error.status.unwrap_or(0),
            retry_after: milliseconds(error.retry_after()),
            process_id: texts.at(process_id),
            is_retryable: error.is_retryable(),
            request_method: texts.at(request_method),
            request_url: texts.at(request_url),
            service_message: texts.at(service_message),
            cause: texts.at(cause),
            ..Result::NOTHING
        };
        Self { result, _texts: texts, _files: Vec::new() }
    }

    fn of_output(output: &core::Output) -> Self {
        let info = (output.info != core::Value::Null).then(|| serde_json::to_string(&output.info));
        let info = info.and_then(std::result::Result::ok);
        let marks = [
            &output.process_id,
            &output.process_url,
            &output.upload_url,
            &output.url,
            &output.filename,
            &output.ticket,
        ];
        let marks = [marks[0], marks[1], marks[2], marks[3], marks[4], marks[5], &info];
        let length = marks.iter().map(|text| text.as_ref().map_or(0, |text| text.len() + 1)).sum::<usize>();
        let names = output.files.iter().map(|file| file.name.len() + 1).sum::<usize>();
        let mut texts = Texts::with_capacity(length + names);
        let marks = marks.map(|text| texts.push_some(text.as_deref()));
        let names: Vec<_> = output.files.iter().map(|file| (texts.push(&file.name), file.size)).collect();
        let files =
            names.into_iter().map(|(name, size)| OutputFile { name: texts.at(name), size, reserved: [0; 2] });
        let files: Vec<_> = files.collect();
        let [process_id, process_url, upload_url, url, filename, ticket, info] =
            marks.map(|mark| texts.at(mark));
        let result = Result {
            process_id,
            process_url,
            upload_url,
            url,
            filename,
            size: output.size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            info,
            files: files.as_ptr(),
            file_count: files.len(),
            ticket,
            ..Result::NOTHING
        };
        Self { result, _texts: texts, _files: files }
    }
}

impl Result {
    const NOTHING: Self = Self {
        code: Code::Ok,
        message: std::ptr::null(),
        status: 0,
        retry_after: CLOUDCONVERT_UNKNOWN,
        process_id: std::ptr::null(),
        process_url: std::ptr::null(),
        upload_url: std::ptr::null(),
        url: std::ptr::null(),
        filename: std::ptr::null(),
        size: CLOUDCONVERT_UNKNOWN,
        info: std::ptr::null(),
        files: std::ptr::null(),
        file_count: 0,
        reply: std::ptr::null(),
        ticket: std::ptr::null(),
        is_retryable: false,
        request_method: std::ptr::null(),
        request_url: std::ptr::null(),
        service_message: std::ptr::null(),
        cause: std::ptr::null(),
    };
}
