// CloudConvert for C: one protocol core, poll and handle, no callbacks.
//
// A conversion is a state machine without I/O. Your program performs the requests that it is given, with the HTTP client,
// the event loop and the threads that it has already. The contract:
//
//     cloudconvert_conversion *conversion;
//     if (cloudconvert_begin_convert(api, job, NULL, cloudconvert_seed(), &conversion) != CLOUDCONVERT_CODE_OK)
//       fail(cloudconvert_last_message());
//     for (;;) {
//       cloudconvert_next next;
//       cloudconvert_conversion_poll(conversion, cloudconvert_now(), &next);
//       if (next.action == CLOUDCONVERT_ACTION_DONE) break;    // see next.result
//       if (next.action == CLOUDCONVERT_ACTION_SEND) begin(next.request);
//       else if (next.action == CLOUDCONVERT_ACTION_SETTLE) name_outputs();
//       else sleep_or_work_until(next.until);                  // WAIT, or BUSY with the request that is out
//     }
//     cloudconvert_conversion_free(conversion);
//
// Tell what happens to a request: cloudconvert_conversion_sent, cloudconvert_conversion_begun and
// cloudconvert_conversion_received or cloudconvert_conversion_answer_body while it is out, and at its end
// cloudconvert_conversion_answer_ended or cloudconvert_conversion_failed. Then poll again. examples/convert.c is a whole program with libcurl.
//
// Ownership  Free what a function makes, with the function that its documentation names. Everything else that the library
//            hands out belongs to the library. Do not change or free it; its documentation says how long it lives. The
//            library reads what you pass in within the call and keeps no pointer to it.
// Threads    Every function may be called on every thread. Calls on one handle wait for each other. What one call hands
//            out may end with the next one, so let one thread at a time use a handle. No function does I/O or sleeps.
// Errors     Functions return CLOUDCONVERT_CODE_OK or what was wrong. cloudconvert_last_message has the words. A negative
//            code is a mistake in the calling program, and the call did nothing. Handles are checked: one that was
//            freed, freed twice or made up is CLOUDCONVERT_CODE_DEAD_HANDLE. No call aborts, unwinds or exits, whatever
//            is passed, as long as pointers to strings, arrays and places are NULL or valid.
// Structs    Structs that your program has memory for keep their size in later versions: they have reserved space. Fill
//            what you pass in with zeros before you set its members; a reserved member that is not zero is
//            CLOUDCONVERT_CODE_OUT_OF_RANGE. Structs that the library hands out by pointer, cloudconvert_request and
//            cloudconvert_result, may get more members at their end: do not copy them.
// Strings    UTF-8 and NUL-terminated, both ways, never with a NUL inside. NULL is refused with
//            CLOUDCONVERT_CODE_NULL_POINTER wherever the documentation does not allow it. Bytes come as pointer and size, and
//            may be NULL if the size is 0.
// Time       Milliseconds since 1970 (UTC), as told by you. Durations are milliseconds. Let it only go forward, as
//            cloudconvert_now does: people and NTP set wall clocks, and a conversion would end or wait by as much.
//
// Jobs and policies are JSON objects. A job:
//
//     {"input": "upload", "name": "photo.png", "size": 14558, "to": "jpg", "options": {"quality": 80}}
//
//   input     "upload": a file of yours, with "name" and, if it is known, "size" in bytes; several as
//             "files": [{"name", "size"}]. "download": a file that the service fetches, with "url"; several as
//             "files": [url]. "raw" and "base64": small "content", with "filename". Or a storage of yours that the
//             service reads, such as {"s3": {"accesskeyid", "secretaccesskey", "bucket"}}, with "file", or "files":
//             [name]; likewise "openstack", "azure", "googlecloud", "sftp" (version 2) and "ftp" (version 1).
//   to        the output format; "from" the input format, where the name does not tell it.
//   mode      "convert" (the default), "info", "combine", "archive" or "extract". With version 2 also "optimize",
//             "watermark", "thumbnail", "capture-website", "metadata/write", "command", and "pdf/" with "a", "x", "ocr",
//             "encrypt", "decrypt", "split-pages", "extract-pages", "rotate-pages" or "merge".
//   options   the converter's own options, an object.
//   output    where the service stores the output: a storage as above, with a "path"; with version 1 also "dropbox" or
//             "googledrive".
//   engine, engine_version, output_filename: with version 2, what converts, and the name of the output.
//   filename, tag, timeout (seconds), callback, save: as in the API's documentation.
//   preset, email: with version 1 alone.
//   extra     an object with further parameters of the API, for what this version does not know.
//
// A job of your own (version 2) has tasks as the API writes them, and the files that its uploads take:
//
//     {"tasks": {"plan": {"operation": "import/upload"}, ...}, "files": [{"task": "plan", "name": "plan.pdf", "size": 20481}]}
//
// It may have "tag" and "callback" besides. All else stands in its tasks.
//
// A policy. Every member may be left out, and then is as here; times are milliseconds:
//
//     {"retries": 20, "throttles": 200, "deadline": 21600000, "watch": "progress",
//      "upload": "multipart", "download": "whole", "delete": true}
//
//   retries   how many requests may be repeated after failures, in the whole conversion.
//   throttles how often the service may ask it to slow down.
//   deadline  how long the whole may take.
//   reach     how long to try to reach a service that has never answered.
//   watch     "progress": polls that bring the percent. "result": long polls, which need the fewest requests.
//             "callback": by the job's callback, see cloudconvert_conversion_called_back.
//   observed  instead of "watch": whether anyone looks at the progress.
//   upload    "multipart" or, with version 1, "put".
//   download  "whole": the output, a ZIP where there are several files. "each": every file on its own. "none": nothing.
//   delete    whether the process is deleted at its end. An output that could not be downloaded stays.
//   request_timeout, idle_timeout, long_poll, backoff_base, backoff_cap: patience with single requests.
//
// Calls, for cloudconvert_call_new, with what is replied. With both versions of the API:
//
//     {"call": "list"}                         {"processes": [{"id", "url", "step", "started", "ended"}]}
//     {"call": "types", "from", "to"}          {"types": [{"from", "to", "entry"}]}; both members may be left out
//     {"call": "status", "url"}                {"id", "step", "percent", "message", "code", "upload_url", "url",
//                                               "filename", "size", "files", "info"}, as far as they are known
//     {"call": "wait", "url"}                  the same, when the conversion has ended
//     {"call": "convert", "job", "answered"}   {"id", "url"}; creates and starts in one call
//     {"call": "download", "url", "name"}      {}; the output goes into the request's sink
//     {"call": "delete", "url"}                {}
//
// With version 2, where "url" may also be an ID, "entry" what the service wrote, and "next" the call for the next page, left
// out behind the last one:
//
//     {"call": "list", "status", "tag", "page", "per_page"}      as above, with "tag" and "entry"; and "next"
//     {"call": "me"}                                             {"id", "username", "email", "credits", "entry"}
//     {"call": "types", "from", "to", "engine", "engine_version", "include", "alternatives"}               as above
//     {"call": "operations", "operation", "from", "to", "engine", "engine_version", "include", "alternatives"}
//                                {"operations": [{"operation", "from", "to", "engine", "credits", "entry"}]}
//     {"call": "tasks", "id", "status", "operation", "include", "page", "per_page"}        {"tasks": [as below], "next"}
//     {"call": "task", "id", "include", "wait"}
//                                {"id", "job", "name", "operation", "status", "code", "message", "files", "entry"}
//     {"call": "retry_task", "id"}             the new task
//     {"call": "cancel_task", "id"}            the task; {} where it has ended already
//     {"call": "delete_task", "id"}            {}
//     {"call": "webhooks", "url", "page", "per_page"}
//                                {"webhooks": [{"id", "url", "events", "disabled", "failing", "entry"}], "next"}
//     {"call": "create_webhook", "url", "events"}                the webhook, with its signing "secret"
//     {"call": "delete_webhook", "id"}         {}
//
// With version 1, where "file" is one of several outputs, and "answered": "inline" asks for what is shown instead of saved:
//
//     {"call": "create", "job"}                {"id", "url"}, of the process
//     {"call": "start", "url", "job", "answered"}                as status
//     {"call": "download", "url", "name", "file", "answered"}    as above
//
// "convert" and "start" answer at once, unless they have "answered": "ended", when the conversion has; or "output", and with
// version 1 "inline", with the output. These, "wait", and "task" with "wait" are refused with CLOUDCONVERT_CODE_BAD_REQUEST where nothing answers in
// the end: at base URLs of version 2 other than CloudConvert's own.
//
// A call is as patient as a policy {"retries": 5, "throttles": 10, "deadline": 120000}, or as a conversion where the answer
// comes only when a conversion has ended. It ends after 20 s where the service cannot be connected to or another program
// answers in its place ("reach"), and after 30 s where the service never answers ("request_timeout").
//
// Members with other names are refused with CLOUDCONVERT_CODE_BAD_REQUEST.


#ifndef CLOUDCONVERT_H
#define CLOUDCONVERT_H

// Generated from the sources of cloudconvert-ffi: change it there.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many conversions of a batch run at once where nobody says otherwise, as in every language of the kit.
#define CLOUDCONVERT_CONCURRENCY 5

/// What stands for a number that is not known.
#define CLOUDCONVERT_UNKNOWN UINT64_MAX

/// What became of a call, and what a conversion ended with.
///
/// Positive codes are failures of a conversion, the same in every language of the kit. Negative codes are mistakes in
/// the calling program; a call that answers one has done nothing.
typedef enum cloudconvert_code {
  /// It worked.
  CLOUDCONVERT_CODE_OK = 0,
  /// A parameter is missing, wrong or contradicts another (also: HTTP 400).
  CLOUDCONVERT_CODE_BAD_REQUEST = 1,
  /// The API key is missing or wrong (HTTP 401, 403), or its account has no credits (402).
  CLOUDCONVERT_CODE_UNAUTHORIZED = 2,
  /// The service does not know the process: it was deleted, has expired, or never was (HTTP 404, 410).
  CLOUDCONVERT_CODE_NOT_FOUND = 3,
  /// The service could not convert this input (HTTP 422).
  CLOUDCONVERT_CODE_CONVERSION_FAILED = 4,
  /// The service has no capacity or an internal error, and the retries are used up.
  CLOUDCONVERT_CODE_UNAVAILABLE = 5,
  /// The service asked to slow down for longer than the conversion may last (HTTP 429).
  CLOUDCONVERT_CODE_THROTTLED = 6,
  /// The connection failed, and the retries are used up.
  CLOUDCONVERT_CODE_NETWORK = 7,
  /// The conversion's deadline passed.
  CLOUDCONVERT_CODE_TIMEOUT = 8,
  /// Cancelled by the caller.
  CLOUDCONVERT_CODE_CANCELLED = 9,
  /// The answer is not the API's, or an output is not whole.
  CLOUDCONVERT_CODE_INVALID_RESPONSE = 10,
  /// The service named a URL on a host that is not trusted. See `cloudconvert_api_trust`.
  CLOUDCONVERT_CODE_UNTRUSTED_URL = 11,
  /// The input cannot be read.
  CLOUDCONVERT_CODE_INPUT = 12,
  /// The output cannot be written.
  CLOUDCONVERT_CODE_OUTPUT = 13,
  /// A failure that this version of the header has no code for.
  CLOUDCONVERT_CODE_OTHER = 14,
  /// A pointer is NULL that must not be.
  CLOUDCONVERT_CODE_NULL_POINTER = -1,
  /// A handle is not in use: it was freed, or never came from this library.
  CLOUDCONVERT_CODE_DEAD_HANDLE = -2,
  /// A string is not UTF-8.
  CLOUDCONVERT_CODE_NOT_UTF8 = -3,
  /// A call came before the one that it needs.
  CLOUDCONVERT_CODE_WRONG_ORDER = -4,
  /// A number is out of the range of its parameter.
  CLOUDCONVERT_CODE_OUT_OF_RANGE = -5,
  /// A bug in this library, with a handle that can only be freed now.
  CLOUDCONVERT_CODE_INTERNAL = -6,
} cloudconvert_code;

/// What a conversion is doing.
typedef enum cloudconvert_stage {
  /// It creates the process.
  CLOUDCONVERT_STAGE_CREATE = 1,
  /// It starts the process.
  CLOUDCONVERT_STAGE_START = 2,
  /// It uploads the input.
  CLOUDCONVERT_STAGE_UPLOAD = 3,
  /// It waits for the service.
  CLOUDCONVERT_STAGE_CONVERT = 4,
  /// It downloads the output.
  CLOUDCONVERT_STAGE_DOWNLOAD = 5,
  /// It deletes the process.
  CLOUDCONVERT_STAGE_DELETE = 6,
  /// It has ended.
  CLOUDCONVERT_STAGE_DONE = 7,
} cloudconvert_stage;

/// What the program should do now.
typedef enum cloudconvert_action {
  /// Send `request`. Handed out once for each request.
  CLOUDCONVERT_ACTION_SEND = 1,
  /// There is nothing to do before `until`.
  CLOUDCONVERT_ACTION_WAIT = 2,
  /// The request is out: poll again after the next thing that happens to it, or at `until`.
  CLOUDCONVERT_ACTION_BUSY = 3,
  /// The end: see `result`. It stays.
  CLOUDCONVERT_ACTION_DONE = 4,
  /// All outputs are whole, and the service still has them: write them to the disk, then give them their names, and tell
  /// that by `cloudconvert_conversion_settled` or `cloudconvert_call_settled`. Handed out once.
  CLOUDCONVERT_ACTION_SETTLE = 5,
} cloudconvert_action;

/// What the program should do now about a batch.
typedef enum cloudconvert_batch_action {
  /// Send `request` of `conversion`; what happens to it is told to that conversion.
  CLOUDCONVERT_BATCH_ACTION_SEND = 1,
  /// Abort the request of `conversion` that is out, or its settling.
  CLOUDCONVERT_BATCH_ACTION_ABORT = 2,
  /// `conversion` has ended with `result` and is no longer in the batch; it is yours to free.
  CLOUDCONVERT_BATCH_ACTION_DONE = 3,
  /// There is nothing to do before `until`, or before something happens.
  CLOUDCONVERT_BATCH_ACTION_WAIT = 4,
  /// There are no conversions in the batch.
  CLOUDCONVERT_BATCH_ACTION_IDLE = 5,
  /// Give the outputs of `conversion` their names, as by `CLOUDCONVERT_ACTION_SETTLE`.
  CLOUDCONVERT_BATCH_ACTION_SETTLE = 6,
} cloudconvert_batch_action;

/// Why there is no answer to a request.
typedef enum cloudconvert_reason {
  /// No connection, or it broke before the answer was whole: what the request did is not known.
  CLOUDCONVERT_REASON_CONNECTION = 1,
  /// A time limit of the sender passed. None is needed: `cloudconvert_conversion_poll` and `cloudconvert_call_poll` know
  /// all deadlines.
  CLOUDCONVERT_REASON_TIMEOUT = 2,
  /// The server answered with a redirect that the sender cannot show.
  CLOUDCONVERT_REASON_REDIRECT = 3,
  /// The input cannot be read.
  CLOUDCONVERT_REASON_INPUT = 4,
  /// The output cannot be written.
  CLOUDCONVERT_REASON_SINK = 5,
  /// No connection, for a reason that cannot pass by itself: a certificate that is refused, another protocol than
  /// expected, an address that is not valid. Nothing is repeated. The text that goes along says which, and what to do.
  CLOUDCONVERT_REASON_PERMANENT = 6,
  /// There never was a connection: its name was not found, it refused, the handshake of TLS failed. No byte of the request
  /// left. Tell this only where it is certain: what costs is then sent again.
  CLOUDCONVERT_REASON_UNREACHED = 7,
} cloudconvert_reason;

/// The service's address and the key to it. Opaque; made by `cloudconvert_api_new`.
typedef struct cloudconvert_api cloudconvert_api;

/// Many conversions behind one concurrency limit and one throttle. Opaque; made by `cloudconvert_batch_new`.
typedef struct cloudconvert_batch cloudconvert_batch;

/// One single call of the API. Opaque; made by `cloudconvert_call_new`.
typedef struct cloudconvert_call cloudconvert_call;

/// One conversion, from wish to verified output. Opaque; made by `cloudconvert_begin_convert` and its siblings.
typedef struct cloudconvert_conversion cloudconvert_conversion;

/// A file to upload.
typedef struct cloudconvert_input_file {
  /// Its name, with the extension. Not NULL. Bytes that are not UTF-8 are sent as `%E9`.
  const char *name;
  /// Its size in bytes; `CLOUDCONVERT_UNKNOWN` where that is not known.
  uint64_t size;
  /// Space for members of later versions. Has to be zero.
  uint64_t reserved[2];
} cloudconvert_input_file;

/// A snapshot of a conversion. Its texts live until the next `cloudconvert_conversion_progress` of the same conversion, or until
/// the conversion is freed.
typedef struct cloudconvert_progress {
  /// What the conversion is doing.
  enum cloudconvert_stage stage;
  /// Failures in a row of the present call.
  uint32_t attempt;
  /// How much of the whole is done, from 0 to 1: always a finite number, and it never goes back. It is 1 at the end of a
  /// conversion that went well, and only there.
  double fraction;
  /// The service's step: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later. NULL for none.
  const char *step;
  /// How much of the conversion the service has done, from 0 to 100; less than 0 where that is not known.
  double percent;
  /// What the service says about it; not NULL, perhaps empty.
  const char *message;
  /// Bytes of the input sent, framing included.
  uint64_t sent;
  /// Bytes of the present output received.
  uint64_t received;
  /// How many bytes the present upload or download has; `CLOUDCONVERT_UNKNOWN` where that is not known.
  uint64_t total;
  /// How fast the present upload or download is, in bytes per second; `CLOUDCONVERT_UNKNOWN` until that can be told.
  uint64_t speed;
  /// How long the present upload, conversion or download still takes at its pace, in milliseconds;
  /// `CLOUDCONVERT_UNKNOWN` until that can be told.
  uint64_t time_left;
  /// How many outputs are whole, in the order of their requests.
  size_t verified;
  /// The process ID; NULL until there is one.
  const char *process_id;
  /// Space for members of later versions.
  uint64_t reserved[4];
} cloudconvert_progress;

/// One header of a request or a response. Both texts are NUL-terminated and not NULL.
typedef struct cloudconvert_header {
  /// In lower case in requests, in any case in responses.
  const char *name;
  /// Without leading or trailing spaces.
  const char *value;
} cloudconvert_header;

/// A part of a request's body.
typedef struct cloudconvert_piece {
  /// These bytes; NULL for the whole content of one of the job's files.
  const uint8_t *bytes;
  /// How many bytes there are.
  size_t size;
  /// Which file, counted from 0.
  size_t file;
  /// Space for members of later versions.
  uint64_t reserved[2];
} cloudconvert_piece;

/// A request to send exactly as it stands, following no redirect. `Host` and `Content-Length` are the sender's to add.
/// Where your HTTP client asks for compression by itself, send `Accept-Encoding: identity`: what is announced and counted is the
/// file itself.
///
/// It lives, with all that it points to, until the next request of the same conversion has been handed out and
/// `cloudconvert_conversion_poll` is called once more, which leaves time to abort it; or until the conversion is freed.
typedef struct cloudconvert_request {
  /// Names the request in the calls that tell what became of it.
  uint64_t id;
  /// `GET`, `POST`, `PUT` or `DELETE`.
  const char *method;
  /// An absolute `http` or `https` URL.
  const char *url;
  /// `header_count` headers.
  const struct cloudconvert_header *headers;
  /// How many headers there are.
  size_t header_count;
  /// The body: `piece_count` pieces, one behind the other.
  const struct cloudconvert_piece *pieces;
  /// How many pieces there are; 0 for a request without a body.
  size_t piece_count;
  /// The length of the whole body in bytes; `CLOUDCONVERT_UNKNOWN` where the size of a file is not known.
  uint64_t body_size;
  /// The safe base name of the file that a successful answer goes into; NULL for answers that are kept in memory.
  const char *sink_name;
  /// The announced size of that file in bytes; `CLOUDCONVERT_UNKNOWN` where there is none.
  uint64_t sink_size;
  /// How many bytes earlier requests have already left in that file.
  uint64_t sink_offset;
  /// Whether the request carries the API key. Its headers must not be logged.
  bool carries_key;
  /// What is kept before the request is sent, so that another program can go on: as JSON, for
  /// `cloudconvert_conversion_restore`. Where that fails, the request is sent all the same. NULL where nothing is to be kept,
  /// and without `cloudconvert_conversion_keep_states`.
  const char *checkpoint;
} cloudconvert_request;

/// One downloaded file.
typedef struct cloudconvert_output_file {
  /// The safe base name that its sink had.
  const char *name;
  /// Its size in bytes.
  uint64_t size;
  /// Space for members of later versions.
  uint64_t reserved[2];
} cloudconvert_output_file;

/// What a conversion or a call ended with. Texts are NULL where there is nothing to say.
///
/// It lives, with all that it points to, until the conversion or the call is freed. Do not change it.
typedef struct cloudconvert_result {
  /// `CLOUDCONVERT_CODE_OK`, or the kind of failure.
  enum cloudconvert_code code;
  /// On failure: what happened and what to do, for people.
  const char *message;
  /// On failure: the HTTP status that the service answered with; 0 for none.
  uint16_t status;
  /// On failure: how long the service asked to wait, in milliseconds; `CLOUDCONVERT_UNKNOWN` if it did not.
  uint64_t retry_after;
  /// The process ID.
  const char *process_id;
  /// The process URL.
  const char *process_url;
  /// Where the input is uploaded, of a process that was only prepared.
  const char *upload_url;
  /// Where the service stored the output, as it wrote it. Not valid after the download: the process has been deleted.
  const char *url;
  /// The name that the service gave the output.
  const char *filename;
  /// The size that the service announced for the output in bytes; `CLOUDCONVERT_UNKNOWN` if it did not.
  uint64_t size;
  /// What mode `info` found out, as JSON.
  const char *info;
  /// `file_count` downloaded files, in the order in which they were requested.
  const struct cloudconvert_output_file *files;
  /// How many files were downloaded.
  size_t file_count;
  /// Of a single call that was answered: what the service said, as a JSON object; see "Calls" at the top. All other
  /// members but `code` are empty then.
  const char *reply;
  /// What a program without the key needs to upload and follow a process that was only prepared: one text, to be passed on
  /// as it is.
  const char *ticket;
  /// On failure: whether the same may work later, after `retry_after` or some minutes.
  bool is_retryable;
  /// On failure: the method of the request that failed.
  const char *request_method;
  /// On failure: the URL of that request, without its query.
  const char *request_url;
  /// On failure: what the service itself said. `message` may say more.
  const char *service_message;
  /// On failure: why there was no answer, as told by `cloudconvert_conversion_failed` or `cloudconvert_call_failed`.
  const char *cause;
} cloudconvert_result;

/// What `cloudconvert_conversion_poll` and `cloudconvert_call_poll` answer.
typedef struct cloudconvert_next {
  /// What to do. Whenever it is not `CLOUDCONVERT_ACTION_BUSY`, a request that is still out has to be aborted.
  enum cloudconvert_action action;
  /// With `WAIT` and `BUSY`: when to poll again at the latest. Else 0.
  uint64_t until;
  /// With `SEND`: what to send. Else NULL.
  const struct cloudconvert_request *request;
  /// With `DONE`: what the conversion or the call ended with. Else NULL.
  const struct cloudconvert_result *result;
  /// Space for members of later versions.
  uint64_t reserved[4];
} cloudconvert_next;

/// A whole answer. The library reads it within the call and keeps none of its pointers.
typedef struct cloudconvert_response {
  /// The HTTP status.
  uint16_t status;
  /// `header_count` headers, in any order; NULL if there are none. Bytes that are not UTF-8 are allowed here.
  const struct cloudconvert_header *headers;
  /// How many headers there are.
  size_t header_count;
  /// The body, if `cloudconvert_conversion_begun` said memory: `body_size` bytes, NULL for none.
  const uint8_t *body;
  /// How many bytes `body` has.
  size_t body_size;
  /// How long the file is now, if the body went into one, with what earlier answers left in it.
  uint64_t received;
  /// Space for members of later versions. Has to be zero.
  uint64_t reserved[4];
} cloudconvert_response;

/// Where the body of an answer goes, now that its status and headers are known.
typedef struct cloudconvert_body_target {
  /// Whether it goes into the file of the request's sink. Else into memory.
  bool in_file;
  /// Where in the file the first byte goes. What the file held beyond it is cut off first.
  uint64_t offset;
  /// The most bytes to keep in memory. Ignore the rest: the answer counts as whole.
  size_t limit;
  /// Space for members of later versions.
  uint64_t reserved[4];
} cloudconvert_body_target;

/// What `cloudconvert_batch_poll` answers.
typedef struct cloudconvert_batch_next {
  /// What to do.
  enum cloudconvert_batch_action action;
  /// Which conversion it is about; NULL with `WAIT` and `IDLE`.
  struct cloudconvert_conversion *conversion;
  /// With `WAIT`: when to poll again at the latest. Else 0.
  uint64_t until;
  /// With `SEND`: what to send. Else NULL.
  const struct cloudconvert_request *request;
  /// With `DONE`: what the conversion ended with. Else NULL.
  const struct cloudconvert_result *result;
  /// Space for members of later versions.
  uint64_t reserved[4];
} cloudconvert_batch_next;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/// @defgroup cloudconvert_errors Errors
/// @{

/// The message of the last call on this thread that answered another code than `CLOUDCONVERT_CODE_OK`, for people; empty
/// before the first. It never holds the API key.
///
/// Lives until the next such call on this thread, or until the thread ends. Never NULL.
const char *cloudconvert_last_message(void);

/// @}

/// @defgroup cloudconvert_api The service
/// @{

/// Makes the API at a base URL.
///
/// @param base  The base URL; NULL for that of the service itself, `https://api.cloudconvert.com/v2`.
/// @param key   The API key; NULL or empty for none. It is sent to the base URL's origin alone and never shown.
/// @param api   Where the new handle is written, NULL on failure. Free it with `cloudconvert_api_free`.
/// @return `BAD_REQUEST` for a base that is not an `http` or `https` URL, and for a key with a character that is not allowed.
enum cloudconvert_code cloudconvert_api_new(const char *base,
                                            const char *key,
                                            struct cloudconvert_api **api);

/// Makes an API without a key at the origin of a ticket, a process URL or an upload URL, for programs that get one from another
/// program which has the key.
///
/// @param url  The ticket, or the absolute process or upload URL. Not NULL.
/// @param api  As in `cloudconvert_api_new`.
/// @return `BAD_REQUEST` for something that is not an absolute `http` or `https` URL.
enum cloudconvert_code cloudconvert_api_for_url(const char *url,
                                                struct cloudconvert_api **api);

/// Trusts URLs on one more host, for conversions that are made afterwards. Without this, the service's URLs have to be on
/// the base URL's host or on a subdomain of its registered domain.
///
/// @param host  The host's name alone, such as `files.example.com`. Not NULL.
enum cloudconvert_code cloudconvert_api_trust(struct cloudconvert_api *api,
                                              const char *host);

/// Frees an API. Conversions that were made from it go on.
///
/// @param api  The handle, which is dead afterwards. NULL is allowed and does nothing.
enum cloudconvert_code cloudconvert_api_free(struct cloudconvert_api *api);

/// @}

/// @defgroup cloudconvert_conversion Conversions: made, looked at, freed
/// @{

/// Makes a conversion: the process is created and started, the input uploaded, the output downloaded, the process deleted.
///
/// @param api         Copied, so it may be freed afterwards.
/// @param job         What is wanted, as a JSON object; see "Jobs and policies" at the top. Not NULL.
/// @param policy      How patient the conversion is, as a JSON object; NULL for the defaults.
/// @param seed        What its retries are spread by. Give every conversion another one: `cloudconvert_seed()`.
/// @param conversion  Where the new handle is written, NULL on failure. Free it with `cloudconvert_conversion_free`.
/// @return `BAD_REQUEST` for what is missing, unknown or contradicts itself.
enum cloudconvert_code cloudconvert_begin_convert(const struct cloudconvert_api *api,
                                                  const char *job,
                                                  const char *policy,
                                                  uint64_t seed,
                                                  struct cloudconvert_conversion **conversion);

/// Makes a conversion of one file that is uploaded, with no options: what most programs want. Parameters and errors as in
/// `cloudconvert_begin_convert`, which makes any other.
///
/// @param path  The file. Only its name is used, the last part of the path. Not NULL. Bytes that are not UTF-8 are sent as `%E9`.
/// @param size  Its size in bytes; `CLOUDCONVERT_UNKNOWN` where that is not known.
/// @param to    The output format, such as `jpg`. Not NULL.
enum cloudconvert_code cloudconvert_begin_file(const struct cloudconvert_api *api,
                                               const char *path,
                                               uint64_t size,
                                               const char *to,
                                               const char *policy,
                                               uint64_t seed,
                                               struct cloudconvert_conversion **conversion);

/// Makes a conversion that only creates and starts a process which waits for an upload. Its result has a `ticket`, with which a
/// program without the key uploads and follows. Parameters and errors as in `cloudconvert_begin_convert`.
enum cloudconvert_code cloudconvert_begin_prepare(const struct cloudconvert_api *api,
                                                  const char *job,
                                                  const char *policy,
                                                  uint64_t seed,
                                                  struct cloudconvert_conversion **conversion);

/// Makes a conversion that only uploads, to a process that another program prepared.
///
/// @param ticket  The ticket of the process, or its upload URL. Not NULL.
/// @param files   `file_count` files; several for the modes `combine` and `archive`. Not NULL.
/// @return `BAD_REQUEST` for something that is not a URL, `UNTRUSTED_URL` for one on another host.
///
/// The other parameters are those of `cloudconvert_begin_convert`.
enum cloudconvert_code cloudconvert_begin_upload(const struct cloudconvert_api *api,
                                                 const char *ticket,
                                                 const struct cloudconvert_input_file *files,
                                                 size_t file_count,
                                                 const char *policy,
                                                 uint64_t seed,
                                                 struct cloudconvert_conversion **conversion);

/// Makes a conversion that follows a process which another program created, then downloads its output and deletes it, as
/// the policy says. Errors as in `cloudconvert_begin_upload`, parameters as in `cloudconvert_begin_convert`.
///
/// @param ticket  The ticket of the process, or its URL. Not NULL.
enum cloudconvert_code cloudconvert_begin_follow(const struct cloudconvert_api *api,
                                                 const char *ticket,
                                                 const char *policy,
                                                 uint64_t seed,
                                                 struct cloudconvert_conversion **conversion);

/// Makes a conversion that only deletes a process with its files, and cancels it if it runs. Parameters and errors as in
/// `cloudconvert_begin_follow`.
enum cloudconvert_code cloudconvert_begin_delete(const struct cloudconvert_api *api,
                                                 const char *ticket,
                                                 const char *policy,
                                                 uint64_t seed,
                                                 struct cloudconvert_conversion **conversion);

/// Tells how far a conversion is.
///
/// @param progress  Where the answer is written. Not NULL.
enum cloudconvert_code cloudconvert_conversion_progress(struct cloudconvert_conversion *conversion,
                                                        struct cloudconvert_progress *progress);

/// Frees a conversion, with all that was handed out of it. The service is not told: to clean up there, cancel first and
/// poll until `DONE`.
///
/// @param conversion  The handle, which is dead afterwards. NULL is allowed and does nothing.
/// @return `WRONG_ORDER` while it runs in a batch.
enum cloudconvert_code cloudconvert_conversion_free(struct cloudconvert_conversion *conversion);

/// @}

/// @defgroup cloudconvert_drive Conversions: polled, and told what happened
/// @{

/// Asks what to do now.
///
/// @param now   The time in milliseconds since 1970 (UTC), in this and all calls.
/// @param next  Where the answer is written. Not NULL.
/// @return `WRONG_ORDER` for a conversion that runs in a batch: then the batch is polled.
enum cloudconvert_code cloudconvert_conversion_poll(struct cloudconvert_conversion *conversion,
                                                    uint64_t now,
                                                    struct cloudconvert_next *next);

/// Tells that the request is not sent yet, because the program does something before, such as keeping its `checkpoint`. The service's time begins with the first `cloudconvert_conversion_sent`. Not needed where that takes no time.
enum cloudconvert_code cloudconvert_conversion_held(struct cloudconvert_conversion *conversion,
                                                    uint64_t now,
                                                    uint64_t id);

/// Tells that so many bytes of a request's body have been sent, in total.
///
/// @param id  The request's ID. In this and the next calls: `WRONG_ORDER` for a request that was never handed out; one
///            that is over already is ignored.
enum cloudconvert_code cloudconvert_conversion_sent(struct cloudconvert_conversion *conversion,
                                                    uint64_t now,
                                                    uint64_t id,
                                                    uint64_t bytes);

/// Tells that the file of a request's sink is this long now, with what earlier requests left in it.
enum cloudconvert_code cloudconvert_conversion_received(struct cloudconvert_conversion *conversion,
                                                        uint64_t now,
                                                        uint64_t id,
                                                        uint64_t bytes);

/// Tells that the answer to the last request has begun, and asks where its body goes: error pages never end up in files, and
/// a part of a file only where it belongs. Call it before anything is written to the file of a request's sink: a download
/// that breaks off can only be resumed by what is known of its beginning.
///
/// @param id     The request's ID; `WRONG_ORDER` for any but the last one.
/// @param head   The answer, of which only the status and the headers are read. Not NULL.
/// @param target  Where it is written where the body goes. Not NULL.
enum cloudconvert_code cloudconvert_conversion_begun(struct cloudconvert_conversion *conversion,
                                                     uint64_t now,
                                                     uint64_t id,
                                                     const struct cloudconvert_response *head,
                                                     struct cloudconvert_body_target *target);

/// Tells that the whole answer to a request has come.
///
/// @param response  The answer, read in this call. Not NULL.
enum cloudconvert_code cloudconvert_conversion_answered(struct cloudconvert_conversion *conversion,
                                                        uint64_t now,
                                                        uint64_t id,
                                                        const struct cloudconvert_response *response);

/// Tells that there will be no answer to a request.
///
/// @param reason  `OUT_OF_RANGE` for a number that is none.
/// @param why     Why, in words. It becomes `cause` of the result, and with `INPUT` and `SINK` part of its message. NULL for
///                no words.
enum cloudconvert_code cloudconvert_conversion_failed(struct cloudconvert_conversion *conversion,
                                                      uint64_t now,
                                                      uint64_t id,
                                                      cloudconvert_reason reason,
                                                      const char *why);

/// Tells that the service called the job's callback URL, whichever conversion it was about; see `"watch": "callback"`. Version 2
/// of the API calls by a webhook: check it with `cloudconvert_verify_webhook`, and tell the ID of its job as `id=ID`.
///
/// @param called  The URL that was called, or its query alone. Not NULL.
/// @return `BAD_REQUEST` for a callback that names no process, `UNTRUSTED_URL` for one that names another service's.
enum cloudconvert_code cloudconvert_conversion_called_back(struct cloudconvert_conversion *conversion,
                                                           uint64_t now,
                                                           const char *called);

/// Cancels the conversion: poll on until `DONE`; the process is deleted, then the result is `CANCELLED`. Does nothing to
/// one that is done.
enum cloudconvert_code cloudconvert_conversion_cancel(struct cloudconvert_conversion *conversion,
                                                      uint64_t now);

/// @}

/// @defgroup cloudconvert_saved Conversions at rest
/// @{

/// Goes on with a conversion, perhaps in another program, with the same service. Outputs that had no names yet are downloaded anew.
///
/// @param saved  The `checkpoint` of a request, or what `cloudconvert_conversion_save` gave. Not NULL.
/// @return `BAD_REQUEST` for something else, or what a later version wrote; `UNTRUSTED_URL` if it is another service's.
///
/// The other parameters are those of `cloudconvert_begin_convert`.
enum cloudconvert_code cloudconvert_conversion_restore(const struct cloudconvert_api *api,
                                                       const char *saved,
                                                       struct cloudconvert_conversion **conversion);

/// Gives a restored conversion the content and the credentials that a saved state leaves out, which it needs where its
/// process has not been started yet. You may always call this: what is not needed is ignored.
///
/// @param job  The job that the conversion was made from. Not NULL.
/// @return `BAD_REQUEST` for another job, `WRONG_ORDER` for a conversion in a batch.
enum cloudconvert_code cloudconvert_conversion_supply(struct cloudconvert_conversion *conversion,
                                                      const char *job);

/// From now on requests have a `checkpoint` where another program has to know of them: because they may change something on
/// the service, or because the conversion has moved on. A program that keeps it, each time before it sends the request, can be
/// stopped at any moment and go on with what it kept last.
///
/// @param forgets  Whether outputs are gone with the program, as in memory. Then no other program is told that all is done but to
///                 delete them on the service.
/// @return `WRONG_ORDER` for a conversion in a batch: call it before.
enum cloudconvert_code cloudconvert_conversion_keep_states(struct cloudconvert_conversion *conversion,
                                                           bool forgets);

/// Writes down all that another program needs to go on: as JSON, without the API key, without credentials of storages, and
/// without the bytes of any file.
///
/// @param saved  Where the text's address is written. The text lives until the next `cloudconvert_conversion_save` of the same
///               conversion, or until the conversion is freed. Not NULL.
/// @return `WRONG_ORDER` for a conversion that has ended in a batch.
enum cloudconvert_code cloudconvert_conversion_save(struct cloudconvert_conversion *conversion,
                                                    const char **saved);

/// Tells where outputs are written, and what stands there. Call it before the first poll: then several outputs never go to one
/// place, and what contradicts itself is refused before anything is asked for.
///
/// @param named  A JSON object. "path" is what the user wrote: with a slash at its end it is a folder. "present" is what it leads to:
///               "nothing", "file", "folder", "stream" (a pipe, a device of characters, a stream that has no path) or "other".
///               "has_parent" says whether the folder is there that it would stand in. Not NULL.
/// @param does   Where the address of a text is written that says what to do, and lives as long as the program: "file" (replace
///               what is there, or what a link there leads to, in one step), "stream" (write into it), "folder", or "make" (make
///               the folder first). Not NULL.
/// @return `BAD_REQUEST` or `OUTPUT` where outputs cannot go there, `WRONG_ORDER` for a conversion in a batch.
enum cloudconvert_code cloudconvert_conversion_write_to(struct cloudconvert_conversion *conversion,
                                                        const char *named,
                                                        const char **does);

/// Changes the policy of a restored conversion. Its members take the place of those that were saved; "retries", "throttles" and
/// "deadline" count from now on. "download" may change as long as no output has its name.
///
/// @param policy  As that of `cloudconvert_begin_convert`. Not NULL.
/// @return `BAD_REQUEST` for a value that a member cannot take, or cannot take any more; `WRONG_ORDER` for a conversion in a batch.
enum cloudconvert_code cloudconvert_conversion_change(struct cloudconvert_conversion *conversion,
                                                      const char *policy);

/// Tells that an output is about to get a name in a folder: by what its file will be known again under whatever name, in the
/// program's own words, such as its number, the time and its size. Call it for each output, then keep what the last call
/// gave, then give the names. Not for a file that replaces another one.
///
/// @param output  The name that the request's sink had. Not NULL.
/// @param mark    By what the file is known. Not NULL.
/// @param saved   Where the text's address is written, which lives as that of `cloudconvert_conversion_save`; NULL where nothing
///                was kept before, and nothing has to be kept now. Not NULL.
enum cloudconvert_code cloudconvert_conversion_naming(struct cloudconvert_conversion *conversion,
                                                      const char *output,
                                                      const char *mark,
                                                      const char **saved);

/// Tells that an output has this name now, in the folder that the user chose: after `SETTLE`, before
/// `cloudconvert_conversion_settled`. If another one then gets none, the error says which have names.
///
/// @param output  As in `cloudconvert_conversion_naming`. Not NULL.
/// @param name    The name of its file, without the folder. Not NULL.
/// @return `WRONG_ORDER` where no poll has answered `SETTLE`. So also `cloudconvert_conversion_settled`.
enum cloudconvert_code cloudconvert_conversion_named(struct cloudconvert_conversion *conversion,
                                                     uint64_t now,
                                                     const char *output,
                                                     const char *name);

/// Tells that all outputs have their names, or that one of them gets none. Then those that have names keep them, nothing is
/// deleted on the service, and the conversion fails with `OUTPUT`; its message says where the service has them.
///
/// @param why  Why an output gets no name; NULL where all have theirs.
enum cloudconvert_code cloudconvert_conversion_settled(struct cloudconvert_conversion *conversion,
                                                       uint64_t now,
                                                       const char *why);

/// Asks, of a restored conversion whose output finds a name taken, whether the file there is this very output, which an earlier
/// program named. Then it stays, and no other one is written beside it.
///
/// @param output     As in `cloudconvert_conversion_naming`. Not NULL.
/// @param mark       By what the file that is there is known. Not NULL.
/// @param is_output  Where the answer is written. Not NULL.
enum cloudconvert_code cloudconvert_conversion_is_output(struct cloudconvert_conversion *conversion,
                                                         const char *output,
                                                         const char *mark,
                                                         bool *is_output);

/// The name that an output got, perhaps in an earlier program.
///
/// @param output  As in `cloudconvert_conversion_naming`. Not NULL.
/// @param name    Where the text's address is written; NULL where it has no name. The text lives until the next call of this
///                function for the same conversion, or until the conversion is freed. Not NULL.
enum cloudconvert_code cloudconvert_conversion_name(struct cloudconvert_conversion *conversion,
                                                    const char *output,
                                                    const char **name);

/// @}

/// @defgroup cloudconvert_batch Many conversions
/// @{

/// Makes an empty batch.
///
/// @param concurrency  How many of its conversions run at once, from 1 on: `CLOUDCONVERT_CONCURRENCY`, unless you know better.
/// @param seed         What its pace is spread by: `cloudconvert_seed()`.
/// @param batch        Where the new handle is written. Free it with `cloudconvert_batch_free`.
/// @return `BAD_REQUEST` for a concurrency of 0.
enum cloudconvert_code cloudconvert_batch_new(size_t concurrency,
                                              uint64_t seed,
                                              struct cloudconvert_batch **batch);

/// Puts a conversion into a batch, which begins it when the limit allows. From then on, poll the batch in its
/// place. All other functions go on working for it. Free it after it has ended.
///
/// @return `WRONG_ORDER` for a conversion that is in a batch, or was polled already.
enum cloudconvert_code cloudconvert_batch_add(struct cloudconvert_batch *batch,
                                              struct cloudconvert_conversion *conversion);

/// Asks what to do now. Call it until it answers `WAIT` or `IDLE`, and do what it said on the way.
///
/// @param next  Where the answer is written. Not NULL.
enum cloudconvert_code cloudconvert_batch_poll(struct cloudconvert_batch *batch,
                                               uint64_t now,
                                               struct cloudconvert_batch_next *next);

/// Tells that the service called the callback URL of one of the jobs; the library finds the conversion that it is about.
///
/// @param api     The API of the conversions, to check the callback with.
/// @param called  The URL that was called, or its query alone. Not NULL.
/// @return `BAD_REQUEST` for a callback that names no process, `UNTRUSTED_URL` for one that names another service's.
enum cloudconvert_code cloudconvert_batch_called_back(struct cloudconvert_batch *batch,
                                                      uint64_t now,
                                                      const struct cloudconvert_api *api,
                                                      const char *called);

/// Frees a batch. Conversions that are still in it can only be freed afterwards. To clean up on the service, cancel each
/// and poll until `IDLE` first.
///
/// @param batch  The handle, which is dead afterwards. NULL is allowed and does nothing.
enum cloudconvert_code cloudconvert_batch_free(struct cloudconvert_batch *batch);

/// @}

/// @defgroup cloudconvert_call Single calls
/// @{

/// Makes a single call, for programs that drive a process themselves or want a list. Other programs want
/// `cloudconvert_begin_convert`, which makes every call that is needed. The loop of a call is that of a conversion, with the
/// functions below.
///
/// @param api     Copied, so it may be freed afterwards.
/// @param wish    What is called, as a JSON object; see "Calls" at the top. Not NULL.
/// @param policy  How patient the call is, as a JSON object; see "Calls" at the top. NULL for the defaults.
/// @param seed    What its retries are spread by: `cloudconvert_seed()`.
/// @param call    Where the new handle is written, NULL on failure. Free it with `cloudconvert_call_free`.
/// @return `BAD_REQUEST` for what is missing or unknown, `UNTRUSTED_URL` for a URL on another host, `UNAUTHORIZED` where
///         the call needs a key and there is none.
enum cloudconvert_code cloudconvert_call_new(const struct cloudconvert_api *api,
                                             const char *wish,
                                             const char *policy,
                                             uint64_t seed,
                                             struct cloudconvert_call **call);

/// Asks what to do now, as `cloudconvert_conversion_poll`.
///
/// @param next  Where the answer is written. Not NULL. With `DONE`, `next.result->reply` is what the service said; what it
///              refused, and what went wrong, is `next.result->code` with its `message`.
enum cloudconvert_code cloudconvert_call_poll(struct cloudconvert_call *call,
                                              uint64_t now,
                                              struct cloudconvert_next *next);

/// Tells that the file of the request's sink is this long now. Only a download has one.
///
/// @param id  The request's ID. In this and the next calls: `WRONG_ORDER` for a request that was never handed out; one
///            that is over already is ignored.
enum cloudconvert_code cloudconvert_call_received(struct cloudconvert_call *call,
                                                  uint64_t now,
                                                  uint64_t id,
                                                  uint64_t bytes);

/// Tells that the answer to the last request has begun, and asks where its body goes: as `cloudconvert_conversion_begun`.
///
/// @param head    The answer, of which only the status and the headers are read. Not NULL.
/// @param target  Where it is written where the body goes. Not NULL.
enum cloudconvert_code cloudconvert_call_begun(struct cloudconvert_call *call,
                                               uint64_t now,
                                               uint64_t id,
                                               const struct cloudconvert_response *head,
                                               struct cloudconvert_body_target *target);

/// Tells that the whole answer to a request has come.
///
/// @param response  The answer, read in this call. Not NULL.
enum cloudconvert_code cloudconvert_call_answered(struct cloudconvert_call *call,
                                                  uint64_t now,
                                                  uint64_t id,
                                                  const struct cloudconvert_response *response);

/// Tells that there will be no answer to a request.
///
/// @param reason  As in `cloudconvert_conversion_failed`, also `why`.
enum cloudconvert_code cloudconvert_call_failed(struct cloudconvert_call *call,
                                                uint64_t now,
                                                uint64_t id,
                                                cloudconvert_reason reason,
                                                const char *why);

/// Tells that what was downloaded has its name, or has none, as `cloudconvert_conversion_settled`.
enum cloudconvert_code cloudconvert_call_settled(struct cloudconvert_call *call,
                                                 uint64_t now,
                                                 const char *why);

/// Cancels the call: the next poll is `DONE`, and the result is `CANCELLED`. What the call did on the service stays done.
/// Does nothing to one that is done.
enum cloudconvert_code cloudconvert_call_cancel(struct cloudconvert_call *call);

/// Frees a call, with its requests and its result.
///
/// @param call  The handle, which is dead afterwards. NULL is allowed and does nothing.
enum cloudconvert_code cloudconvert_call_free(struct cloudconvert_call *call);

/// @}

/// @defgroup cloudconvert_answer Answers, told piece by piece
/// @{

/// Tells the next bytes of an answer's body that goes into memory: the library keeps it, as much as it wants of it. For programs
/// that do not gather it themselves, for `cloudconvert_conversion_answered`.
///
/// @param bytes  `size` bytes, read in this call; NULL for none.
/// @param taken  Where it is written how many of them were taken. Where that is less than `size`, the rest of the body is not wanted,
///               and the answer counts as whole. Not NULL.
/// @return `WRONG_ORDER` before `cloudconvert_conversion_begun`.
enum cloudconvert_code cloudconvert_conversion_answer_body(struct cloudconvert_conversion *conversion,
                                                           uint64_t id,
                                                           const uint8_t *bytes,
                                                           size_t size,
                                                           size_t *taken);

/// Tells that an answer is whole whose parts were told: by `cloudconvert_conversion_begun` its head, by
/// `cloudconvert_conversion_answer_body` or `cloudconvert_conversion_received` its body.
///
/// @return `WRONG_ORDER` before `cloudconvert_conversion_begun`.
enum cloudconvert_code cloudconvert_conversion_answer_ended(struct cloudconvert_conversion *conversion,
                                                            uint64_t now,
                                                            uint64_t id);

/// The same as `cloudconvert_conversion_answer_body` of a call.
enum cloudconvert_code cloudconvert_call_answer_body(struct cloudconvert_call *call,
                                                     uint64_t id,
                                                     const uint8_t *bytes,
                                                     size_t size,
                                                     size_t *taken);

/// The same as `cloudconvert_conversion_answer_ended` of a call.
enum cloudconvert_code cloudconvert_call_answer_ended(struct cloudconvert_call *call,
                                                      uint64_t now,
                                                      uint64_t id);

/// @}

/// @defgroup cloudconvert_signing Webhooks and signed URLs
/// @{

/// Checks the signature of a webhook in constant time. Anybody can send such a request, so nothing of its body is to be
/// believed before this answers `OK`. The body is a JSON object with an `event` and a `job` then.
///
/// @param body       The raw body of the request: JSON that was parsed and written again has another signature.
/// @param length     How many bytes it has.
/// @param signature  Its header `CloudConvert-Signature`; NULL if there is none.
/// @param secret     The signing secret of that webhook. Not NULL.
/// @return `UNAUTHORIZED` for what is not signed with this secret, `BAD_REQUEST` for an empty secret, `INVALID_RESPONSE`
///         for what is signed and not a webhook.
enum cloudconvert_code cloudconvert_verify_webhook(const uint8_t *body,
                                                   size_t length,
                                                   const char *signature,
                                                   const char *secret);

/// Makes a URL that runs a job when it is opened, and redirects to the file. Anyone who has it can read the job, so there
/// must be no secrets in it.
///
/// @param base       The URL that the account's dashboard shows. Not NULL.
/// @param secret     The secret that belongs to it. Not NULL.
/// @param job        The body of the job's creation, a JSON object with `tasks`. Not NULL.
/// @param cache_key  Requests with the same key share one result for a day. NULL for none: each request costs then.
/// @param url        Where the URL is written, NUL-terminated. Not NULL.
/// @param size       How many bytes there is room for; twice the job, the base, the key and 128 always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room; `BAD_REQUEST` for a base that is not a URL, an empty secret, a job
///         without a task `export/url`, or a cache key with other characters than letters, digits, `_` and `-`.
enum cloudconvert_code cloudconvert_sign_url(const char *base,
                                             const char *secret,
                                             const char *job,
                                             const char *cache_key,
                                             char *url,
                                             size_t size);

/// Checks a signed URL, byte for byte as it was requested, and gives its job.
///
/// @param url     Not NULL.
/// @param secret  The secret of its base. Not NULL.
/// @param job     Where the job is written as JSON, NUL-terminated. Not NULL.
/// @param size    How many bytes there is room for; twice the URL always suffices.
/// @return `OUT_OF_RANGE` if there is not enough room; `UNAUTHORIZED` for what is not signed with this secret;
///         `BAD_REQUEST` for an empty secret, or where a signed URL holds no job.
enum cloudconvert_code cloudconvert_verify_url(const char *url,
                                               const char *secret,
                                               char *job,
                                               size_t size);

/// @}

/// @defgroup cloudconvert_names Names and helpers
/// @{

/// The library's version, such as `0.1.0`. Static, never NULL.
const char *cloudconvert_version(void);

/// A number for the `seed` of a conversion, from the operating system's randomness.
uint64_t cloudconvert_seed(void);

/// The time as every function takes it: milliseconds since 1970 (UTC), on a clock that only goes forward. People and NTP set the
/// wall clock, which changes nothing here once this was called.
uint64_t cloudconvert_now(void);

/// Writes a text as a JSON string, in quotes and with escapes, for the jobs that a program puts together itself.
///
/// @param plain   The text, such as a file's name. Not NULL. Bytes that are not UTF-8 are written as `%E9`.
/// @param quoted  Where the JSON is written, NUL-terminated. Not NULL.
/// @param size    How many bytes there is room for; six times the text and three always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room.
enum cloudconvert_code cloudconvert_quote(const char *plain,
                                          char *quoted,
                                          size_t size);

/// Writes a name for a file in a folder where so many earlier ones are taken: with a number before the extension, as
/// `photo (2).jpg`. So no output replaces a file that the user has not named.
///
/// @param name    The name of a request's sink. Not NULL.
/// @param taken   How many names were tried; 0 gives the name itself.
/// @param result  Where the name is written, NUL-terminated. Not NULL.
/// @param size    How many bytes there is room for; the name and 14 always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room.
enum cloudconvert_code cloudconvert_numbered_name(const char *name,
                                                  uint32_t taken,
                                                  char *result,
                                                  size_t size);

/// Writes the format that the name of a file tells, as `jpg` or `tar.gz`, for the `to` of a job whose output becomes this file.
///
/// @param name    The name of the file, perhaps with folders. Not NULL.
/// @param result  Where the format is written, NUL-terminated; an empty text where the name tells none. Not NULL.
/// @param size    How many bytes there is room for; 33 always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room.
enum cloudconvert_code cloudconvert_format_of(const char *name,
                                              char *result,
                                              size_t size);

/// The name of a code, the same in every language of the kit: `bad_request`, `conversion_failed`, … Static, never NULL;
/// `unknown` for a number that is not a code.
const char *cloudconvert_code_name(cloudconvert_code code);

/// The name of a stage: `create`, `start`, `upload`, `convert`, `download`, `delete` or `done`. Static, never NULL;
/// `unknown` for a number that is not a stage.
const char *cloudconvert_stage_name(cloudconvert_stage stage);

/// @}

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CLOUDCONVERT_H */
