//! The core's plain data, as records and enums that both languages know.

use std::fmt;
use std::time::Duration;

use cloudconvert_core as core;

/// What the host should do now.
#[derive(uniffi::Enum)]
pub enum Action {
    /// Send this request. Handed out once.
    Send {
        /// The request.
        request: Request,
    },
    /// All outputs that came are whole, and the service still has them: write them to the disk, then give them their names.
    Settle {
        /// Names this in what is told of it.
        id: u64,
    },
    /// Do nothing before this time.
    Wait {
        /// When to poll again.
        until: u64,
    },
    /// The request is out: poll again after its next event, or at the deadline.
    Busy {
        /// When it will have taken too long.
        deadline: u64,
    },
    /// The end, which stays.
    Done {
        /// What it ended with.
        outcome: Outcome,
    },
}

/// What a conversion or a call ended with.
#[derive(uniffi::Enum)]
pub enum Outcome {
    /// The conversion worked.
    Finished {
        /// What came out.
        output: Output,
    },
    /// The call was answered.
    Replied {
        /// What the service said, as a JSON object.
        reply: String,
    },
    /// It did not.
    Failed {
        /// Why.
        details: ErrorDetails,
    },
}

/// A request to send exactly as it stands, following no redirect.
#[derive(uniffi::Record)]
pub struct Request {
    /// Names the request in events about it.
    pub id: u64,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// An absolute URL.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<Header>,
    /// The body: these pieces in their order. None for a request without one.
    pub pieces: Vec<Piece>,
    /// The length of the whole body in bytes, where the sizes of the files are known.
    pub body_size: Option<u64>,
    /// Where the body of a successful answer goes.
    pub sink: Sink,
    /// Whether the request carries the API key.
    pub carries_key: bool,
    /// Whether it only stops or deletes what is over. What becomes of it is no cause of how the conversion ended.
    pub cleans_up: bool,
    /// What is kept before it is sent, so that another program can go on.
    pub checkpoint: Option<String>,
}

/// A part of a request's body.
#[derive(uniffi::Enum)]
pub enum Piece {
    /// These bytes.
    Bytes {
        /// What is sent.
        bytes: Vec<u8>,
    },
    /// The whole content of one of the job's files.
    File {
        /// Counted from 0.
        index: u32,
    },
}

/// What the service said by calling back. It is a hint and never a fact: anybody can call. JNA has a
/// `Callback` of its own.
#[derive(uniffi::Record)]
pub struct ServiceCallback {
    /// The ID of the process or the job that has ended.
    pub id: Option<String>,
    /// Its URL.
    pub url: Option<String>,
    /// `finished`, `error`, or one that comes later.
    pub step: Option<String>,
}

/// One header.
#[derive(uniffi::Record)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Where the body of a successful answer goes.
#[derive(uniffi::Enum)]
pub enum Sink {
    /// Into memory.
    Memory {
        /// The most bytes to read.
        limit: u64,
    },
    /// Into a file.
    File {
        /// A safe base name.
        name: String,
        /// The announced size in bytes.
        size: Option<u64>,
        /// How many bytes earlier requests have left in it.
        offset: u64,
    },
}

/// Where the body of one answer goes.
#[derive(uniffi::Enum)]
pub enum BodyTarget {
    /// Into memory, up to this many bytes. Ignore the rest.
    Memory {
        /// The most bytes to read.
        limit: u64,
    },
    /// Into the file from this byte on; what it holds beyond is cut off.
    File {
        /// Where the first byte goes.
        offset: u64,
    },
}

/// What stands at a path.
#[derive(Clone, Copy, uniffi::Enum)]
pub enum Present {
    /// Nothing, or a link that leads nowhere.
    Nothing,
    /// A file. Under the names of a folder, where links are not followed: a link too.
    File,
    /// A folder.
    Folder,
    /// A pipe, or a device of characters.
    Stream,
    /// What no output can be.
    Other,
}

/// What is done at the path that the user named for outputs.
#[derive(Clone, Copy, uniffi::Enum)]
pub enum SaveTo {
    /// The only output becomes this file. What is there is replaced in one step when all of it is whole. Where the path is a link
    /// to a file, that file is replaced, and the link stays.
    File,
    /// Outputs become files in this folder.
    Folder {
        /// There is none yet: make it, with the folders above it.
        make: bool,
    },
    /// The only output is written into this when all of it is whole. Nothing takes the place of it.
    Stream,
}

/// A whole answer.
#[derive(uniffi::Record)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<Header>,
    /// The body, unless it went into a file.
    pub body: Vec<u8>,
    /// How long the file is now, if the body went into one.
    pub received: u64,
}

/// Why there is no answer.
#[derive(uniffi::Enum)]
pub enum Reason {
    /// No connection, or it broke.
    Connection,
    /// There never was a connection: no byte of the request left, for certain. What costs is then sent again.
    Unreached,
    /// No connection, for a reason that cannot pass by itself: a certificate that is refused, another protocol than
    /// expected, an address that is not valid. Nothing is repeated.
    Permanent {
        /// Which, and what to do.
        why: String,
    },
    /// A time limit of the host passed. None is needed: the machine knows all deadlines.
    Timeout,
    /// The server answered with a redirect that the host cannot show.
    Redirect,
    /// The input cannot be read.
    Input {
        /// Why.
        why: String,
    },
    /// The output cannot be written.
    Sink {
        /// Why.
        why: String,
    },
}

/// What came out.
#[derive(uniffi::Record)]
pub struct Output {
    /// The downloaded files.
    pub files: Vec<OutputFile>,
    /// The process ID.
    pub process_id: Option<String>,
    /// The process URL.
    pub process_url: Option<String>,
    /// Where the input is uploaded, of a process that was only prepared.
    pub upload_url: Option<String>,
    /// What a program without the key needs to upload and follow what was only prepared.
    pub ticket: Option<String>,
    /// Where the service stored the output.
    pub url: Option<String>,
    /// The name that the service gave the output.
    pub filename: Option<String>,
    /// The size that the service announced, in bytes.
    pub size: Option<u64>,
    /// What mode `info` found out, as JSON.
    pub info: Option<String>,
}

/// One downloaded file.
#[derive(uniffi::Record)]
pub struct OutputFile {
    /// The name that its sink had.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// How far a conversion is.
#[derive(uniffi::Record)]
pub struct ConversionProgress {
    /// What the client is doing: `create`, `start`, `upload`, `convert`, `download`, `delete` or `done`.
    pub stage: String,
    /// How much of the whole is done, from 0 to 1: always a finite number, and it never goes back. It is 1 at the end of a
    /// conversion that went well, and only there.
    pub fraction: f64,
    /// The service's step.
    pub step: Option<String>,
    /// How much the service has converted, from 0 to 100.
    pub percent: Option<f64>,
    /// What the service says about it.
    pub message: String,
    /// Bytes of the input sent, framing included.
    pub sent: u64,
    /// Bytes of the present output received.
    pub received: u64,
    /// How many bytes the present upload or download has.
    pub total: Option<u64>,
    /// How fast the present upload or download is, in bytes per second.
    pub speed: Option<u64>,
    /// How long the present upload, conversion or download still takes at its pace, in milliseconds.
    pub time_left: Option<u64>,
    /// Failures in a row of the present call.
    pub attempt: u32,
    /// The process ID.
    pub process_id: Option<String>,
}

/// What is known about a failure.
#[derive(Debug, uniffi::Record)]
pub struct ErrorDetails {
    /// The kind of failure: `bad_request`, `unauthorized`, …
    pub code: String,
    /// What happened and what to do.
    pub message: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// Whether the same may work later.
    pub is_retryable: bool,
    /// How long the service asked to wait, in milliseconds.
    pub retry_after: Option<u64>,
    /// The process that failed.
    pub process_id: Option<String>,
    /// The method of the request that failed.
    pub method: Option<String>,
    /// The URL of that request, without its query.
    pub url: Option<String>,
    /// What the service itself said.
    pub service_message: Option<String>,
    /// Whether what the machine was last told in the place of an answer is the cause.
    pub has_cause: bool,
}

/// What was asked for cannot be done.
#[derive(Debug, uniffi::Error)]
pub enum MachineError {
    /// It was refused at once.
    Refused {
        /// Why.
        details: ErrorDetails,
    },
}

impl fmt::Display for MachineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Refused { details } = self;
        f.write_str(&details.message)
    }
}

impl std::error::Error for MachineError {}

impl From<core::Error> for MachineError {
    fn from(error: core::Error) -> Self {
        Self::Refused { details: error.into() }
    }
}

impl From<core::Error> for ErrorDetails {
    fn from(error: core::Error) -> Self {
        let (is_retryable, has_cause) = (error.is_retryable(), error.has_cause());
        let retry_after = error.retry_after().map(milliseconds);
        let error = core::Facts::from(error);
        let (method, url) =
            error.request.map(|request| (request.method.as_str().to_owned(), request.url)).unzip();
        Self {
            code: error.code.as_str().to_owned(),
            message: error.message,
            status: error.status,
            is_retryable,
            retry_after,
            process_id: error.process_id,
            method,
            url,
            service_message: error.service_message.map(Into::into),
            has_cause,
        }
    }
}

impl<T> From<core::Action<T>> for Action
where
    Outcome: From<Result<T, core::Error>>,
{
    fn from(action: core::Action<T>) -> Self {
        match action {
            core::Action::Send(request) => Self::Send { request: request.into() },
            core::Action::Settle { id } => Self::Settle { id },
            core::Action::Wait { until } => Self::Wait { until: until.as_millis() },
            core::Action::Busy { deadline } => Self::Busy { deadline: deadline.as_millis() },
            core::Action::Done(result) => Self::Done { outcome: result.into() },
        }
    }
}

impl From<Result<core::Output, core::Error>> for Outcome {
    fn from(result: Result<core::Output, core::Error>) -> Self {
        match result {
            Ok(output) => Self::Finished { output: output.into() },
            Err(error) => Self::Failed { details: error.into() },
        }
    }
}

impl From<Result<core::Value<'_>, core::Error>> for Outcome {
    fn from(result: Result<core::Value<'_>, core::Error>) -> Self {
        match result {
            Ok(reply) => Self::Replied { reply: serde_json::to_string(&reply).unwrap_or_default() },
            Err(error) => Self::Failed { details: error.into() },
        }
    }
}

impl From<core::Request> for Request {
    fn from(request: core::Request) -> Self {
        let carries_key = request.carries_key();
        let (pieces, body_size) = match request.body {
            core::Body::Empty => (Vec::new(), Some(0)),
            core::Body::Bytes(bytes) => {
                let size = bytes.len() as u64;
                (vec![Piece::Bytes { bytes }], Some(size))
            }
            core::Body::Stream { pieces, len, .. } => (pieces.into_iter().map(Into::into).collect(), len),
        };
        let headers =
            request.headers.into_iter().map(|(name, value)| Header { name: name.to_owned(), value });
        Self {
            id: request.id,
            method: request.method.as_str().to_owned(),
            url: request.url,
            headers: headers.collect(),
            pieces,
            body_size,
            sink: request.sink.into(),
            carries_key,
            cleans_up: request.cleans_up,
            checkpoint: request.checkpoint,
        }
    }
}

impl From<core::Piece> for Piece {
    fn from(piece: core::Piece) -> Self {
        match piece {
            core::Piece::Bytes(bytes) => Self::Bytes { bytes },
            core::Piece::File(index) => Self::File { index: u32::try_from(index).unwrap_or(u32::MAX) },
        }
    }
}

impl From<ServiceCallback> for core::Callback {
    fn from(callback: ServiceCallback) -> Self {
        Self { id: callback.id, url: callback.url, step: callback.step }
    }
}

impl From<core::Callback> for ServiceCallback {
    fn from(callback: core::Callback) -> Self {
        Self { id: callback.id, url: callback.url, step: callback.step }
    }
}

impl From<Present> for core::Present {
    fn from(present: Present) -> Self {
        match present {
            Present::Nothing => Self::Nothing,
            Present::File => Self::File,
            Present::Folder => Self::Folder,
            Present::Stream => Self::Stream,
            Present::Other => Self::Other,
        }
    }
}

impl From<core::SaveTo> for SaveTo {
    fn from(save_to: core::SaveTo) -> Self {
        match save_to {
            core::SaveTo::File => Self::File,
            core::SaveTo::Folder { make } => Self::Folder { make },
            core::SaveTo::Stream => Self::Stream,
        }
    }
}

impl From<core::Sink> for Sink {
    fn from(sink: core::Sink) -> Self {
        match sink {
            core::Sink::Memory { limit } => Self::Memory { limit: limit as u64 },
            core::Sink::File { name, size, offset } => Self::File { name, size, offset },
        }
    }
}

impl From<Sink> for core::Sink {
    fn from(sink: Sink) -> Self {
        match sink {
            Sink::Memory { limit } => Self::Memory { limit: usize::try_from(limit).unwrap_or(usize::MAX) },
            Sink::File { name, size, offset } => Self::File { name, size, offset },
        }
    }
}

impl From<core::Place> for BodyTarget {
    fn from(place: core::Place) -> Self {
        match place {
            core::Place::Memory { limit } => Self::Memory { limit: limit as u64 },
            core::Place::File { offset } => Self::File { offset },
        }
    }
}

impl From<Response> for core::Response {
    fn from(response: Response) -> Self {
        let headers = response.headers.into_iter().map(|header| (header.name, header.value));
        Self {
            status: response.status,
            headers: headers.collect(),
            body: response.body,
            received: response.received,
            url: None,
        }
    }
}

impl From<Reason> for core::Reason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Connection => Self::Connection,
            Reason::Unreached => Self::Unreached,
            Reason::Permanent { why } => Self::Permanent(why),
            Reason::Timeout => Self::Timeout,
            Reason::Redirect => Self::Redirect,
            Reason::Input { why } => Self::Input(why),
            Reason::Sink { why } => Self::Sink(why),
        }
    }
}

impl From<core::Output> for Output {
    fn from(output: core::Output) -> Self {
        let info = (output.info != core::Value::Null).then(|| serde_json::to_string(&output.info));
        let files = output.files.into_iter().map(|file| OutputFile { name: file.name, size: file.size });
        Self {
            files: files.collect(),
            process_id: output.process_id,
            process_url: output.process_url,
            upload_url: output.upload_url,
            ticket: output.ticket,
            url: output.url,
            filename: output.filename,
            size: output.size,
            info: info.and_then(Result::ok),
        }
    }
}

impl From<core::Progress> for ConversionProgress {
    fn from(progress: core::Progress) -> Self {
        Self {
            stage: progress.stage.as_str().to_owned(),
            fraction: progress.fraction,
            step: progress.step,
            percent: progress.percent,
            message: progress.message,
            sent: progress.sent,
            received: progress.received,
            total: progress.total,
            speed: progress.speed,
            time_left: progress.time_left.map(milliseconds),
            attempt: progress.attempt,
            process_id: progress.process_id,
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
