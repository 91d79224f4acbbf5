//! What a conversion or a call ended with, as C reads it.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use cloudconvert_core as core;

use crate::failure::Code;
use crate::memory::{Row, Texts, clean};
use crate::request::{CLOUDCONVERT_UNKNOWN, method, milliseconds};

/// One downloaded file.
#[derive(Clone, Copy)]
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
    texts: Texts,
    /// Most conversions have one output.
    files: Row<OutputFile, 1>,
}

// SAFETY: the pointers lead to what the struct owns, nothing of which changes or depends on the thread.
unsafe impl Send for OwnedResult {}
// SAFETY: as above.
unsafe impl Sync for OwnedResult {}

/// What a machine can end with.
pub(crate) trait Reached {
    /// Writes it down for C. The result must not be moved afterwards.
    fn tell(&self, owned: &mut OwnedResult);
}

impl Reached for core::Value<'_> {
    fn tell(&self, owned: &mut OwnedResult) {
        let reply = owned.texts.push(&serde_json::to_string(self).unwrap_or_default());
        owned.result = Result { reply: owned.texts.at(reply), ..Result::NOTHING };
    }
}

impl Reached for core::Output {
    fn tell(&self, owned: &mut OwnedResult) {
        let info = (self.info != core::Value::Null).then(|| serde_json::to_string(&self.info));
        let info = info.and_then(std::result::Result::ok);
        let texts = [
            self.process_id.as_deref(),
            self.process_url.as_deref(),
            self.upload_url.as_deref(),
            self.url.as_deref(),
            self.filename.as_deref(),
            self.ticket.as_deref(),
            info.as_deref(),
        ];
        let length = texts.iter().flatten().map(|text| text.len() + 1).sum::<usize>();
        let names = self.files.iter().map(|file| file.name.len() + 1).sum::<usize>();
        owned.texts = Texts::with_capacity(length + names);
        let [process_id, process_url, upload_url, url, filename, ticket, info] =
            texts.map(|text| text.map_or(ptr::null(), |text| owned.texts.write(&clean(text))));
        let file = |file: &core::OutputFile| OutputFile {
            name: owned.texts.write(&file.name),
            size: file.size,
            reserved: [0; 2],
        };
        let (files, file_count) = owned.files.fill(self.files.iter().map(file));
        owned.result = Result {
            process_id,
            process_url,
            upload_url,
            url,
            filename,
            size: self.size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            info,
            files,
            file_count,
            ticket,
            ..Result::NOTHING
        };
    }
}

impl OwnedResult {
    /// In a place of its own, where it stays.
    pub(crate) fn new<T: Reached>(
        ended: std::result::Result<T, core::Error>,
        cause: Option<&str>,
    ) -> Arc<Self> {
        let none = OutputFile { name: ptr::null(), size: 0, reserved: [0; 2] };
        let mut shared =
            Arc::new(Self { result: Result::NOTHING, texts: Texts::default(), files: Row::new(none) });
        if let Some(owned) = Arc::get_mut(&mut shared) {
            match ended {
                Ok(reached) => reached.tell(owned),
                Err(error) => owned.tell_error(&error, cause),
            }
        }
        shared
    }

    fn tell_error(&mut self, error: &core::Error, cause: Option<&str>) {
        let texts = &mut self.texts;
        let message = texts.push(&error.message);
        let process_id = texts.push_some(error.process_id.as_deref());
        let request = error.request.as_deref();
        let request_url = texts.push_some(request.map(|request| request.url.as_str()));
        let service_message = texts.push_some(error.service_message.as_deref());
        let cause = texts.push_some(cause.filter(|_| error.has_cause()));
        self.result = Result {
            code: error.code.into(),
            message: texts.at(message),
            status: error.status.unwrap_or(0),
            retry_after: milliseconds(error.retry_after()),
            process_id: texts.at(process_id),
            is_retryable: error.is_retryable(),
            request_method: request.map_or(ptr::null(), |request| method(request.method)),
            request_url: texts.at(request_url),
            service_message: texts.at(service_message),
            cause: texts.at(cause),
            ..Result::NOTHING
        };
    }
}

impl Result {
    const NOTHING: Self = Self {
        code: Code::Ok,
        message: ptr::null(),
        status: 0,
        retry_after: CLOUDCONVERT_UNKNOWN,
        process_id: ptr::null(),
        process_url: ptr::null(),
        upload_url: ptr::null(),
        url: ptr::null(),
        filename: ptr::null(),
        size: CLOUDCONVERT_UNKNOWN,
        info: ptr::null(),
        files: ptr::null(),
        file_count: 0,
        reply: ptr::null(),
        ticket: ptr::null(),
        is_retryable: false,
        request_method: ptr::null(),
        request_url: ptr::null(),
        service_message: ptr::null(),
        cause: ptr::null(),
    };
}
