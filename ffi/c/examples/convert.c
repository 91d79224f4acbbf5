// Converts a file with libcurl: convert INPUT OUTPUT. The extension of OUTPUT names the format.
// The environment has CLOUDCONVERT_API_KEY and, for another service, CLOUDCONVERT_BASE_URL.
#define _POSIX_C_SOURCE 200809L
#include <cloudconvert.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static CURL *curl;
static cloudconvert_conversion *conversion;
static cloudconvert_next next;               // what to do now
static const cloudconvert_request *request;  // the one that is out
static size_t piece, at;                     // how far its body is sent
static cloudconvert_body_target target;      // where the body of its answer goes
static bool answered;                        // whether it has begun
static uint64_t written;                     // how long the output is
static cloudconvert_reason reason;           // why there will be no answer
static char said[CURL_ERROR_SIZE];           // by curl, about the last failure
static FILE *input, *output;
static char part[4096];   // the output's name until it is whole
static const char *name;  // and then
static bool kept;
static volatile sig_atomic_t interrupted;

static void interrupt(int number) { interrupted = number; }

static void poll_again(void) {
  cloudconvert_progress progress;
  if (interrupted) cloudconvert_conversion_cancel(conversion, cloudconvert_now());
  cloudconvert_conversion_poll(conversion, cloudconvert_now(), &next);
  cloudconvert_conversion_progress(conversion, &progress);
  if (isatty(STDERR_FILENO)) fprintf(stderr, "%-8s %3.0f %%\r", cloudconvert_stage_name(progress.stage), 100 * progress.fraction);
}

// Gives curl the next part of the body: its pieces in their order, which are bytes, or the file.
static size_t read_body(char *bytes, size_t size, size_t count, void *user) {
  (void)user;
  for (; piece < request->piece_count; piece++, at = 0) {
    const cloudconvert_piece *next_piece = &request->pieces[piece];
    size_t length = size * count;
    if (next_piece->bytes != NULL && length > next_piece->size - at) length = next_piece->size - at;
    if (next_piece->bytes == NULL) length = fread(bytes, 1, length, input);
    else memcpy(bytes, next_piece->bytes + at, length);
    at += length;
    if (length > 0) return length;
  }
  return ferror(input) ? CURL_READFUNC_ABORT : 0;
}

// Once for each answer: tells its head, asks where its body goes, and goes there.
static bool begin_answer(void) {
  cloudconvert_header headers[100];
  cloudconvert_response head;
  struct curl_header *header = NULL;
  long status = 0;
  if (answered) return true;
  answered = true;
  memset(&head, 0, sizeof head);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  head.status = (uint16_t)status, head.headers = headers;
  while (head.header_count < 100 && (header = curl_easy_nextheader(curl, CURLH_HEADER, -1, header)) != NULL) {
    headers[head.header_count].name = header->name;
    headers[head.header_count++].value = header->value;
  }
  cloudconvert_conversion_begun(conversion, cloudconvert_now(), request->id, &head, &target);
  written = target.offset;
  return !target.in_file || (fseeko(output, (off_t)written, SEEK_SET) == 0 && ftruncate(fileno(output), (off_t)written) == 0);
}

static size_t write_body(char *bytes, size_t size, size_t count, void *user) {
  size_t taken = size * count;
  (void)user;
  if (!begin_answer() || (target.in_file && fwrite(bytes, 1, taken, output) < taken)) return reason = CLOUDCONVERT_REASON_SINK, 0;
  if (target.in_file) written += taken;
  else cloudconvert_conversion_answer_body(conversion, request->id, (const uint8_t *)bytes, taken, &taken);
  return taken;  // less than all ends the transfer: the rest is not wanted
}

// curl calls this often. Tells how far the transfer is, and ends it when there is something else to do.
static int transferred(void *user, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send, curl_off_t sent) {
  (void)user, (void)to_load, (void)loaded, (void)to_send;
  if (sent > 0) cloudconvert_conversion_sent(conversion, cloudconvert_now(), request->id, (uint64_t)sent);
  if (target.in_file) cloudconvert_conversion_received(conversion, cloudconvert_now(), request->id, written);
  poll_again();
  return next.action != CLOUDCONVERT_ACTION_BUSY;
}

// What does not pass by itself, so that nothing is gained by repeating the request.
static bool is_permanent(CURLcode ended) {
  return ended == CURLE_PEER_FAILED_VERIFICATION || ended == CURLE_SSL_CACERT_BADFILE ||
         ended == CURLE_URL_MALFORMAT || ended == CURLE_UNSUPPORTED_PROTOCOL;
}

// Whether there never was a connection, so that no byte of the request has left.
static bool is_unreached(CURLcode ended) {
  return ended == CURLE_COULDNT_RESOLVE_HOST || ended == CURLE_COULDNT_RESOLVE_PROXY || ended == CURLE_COULDNT_CONNECT ||
         ended == CURLE_SSL_CONNECT_ERROR;
}

// Sends the request, unless it is cancelled first, and tells what became of it.
static void perform(void) {
  struct curl_slist *lines = curl_slist_append(NULL, "Expect:");
  char line[16384];  // keys are long
  request = next.request, piece = at = 0, reason = CLOUDCONVERT_REASON_CONNECTION;
  memset(&target, 0, sizeof target), answered = false;
  for (size_t i = 0; i < request->header_count; i++) {
    snprintf(line, sizeof line, "%s: %s", request->headers[i].name, request->headers[i].value);
    lines = curl_slist_append(lines, line);
  }
  curl_easy_reset(curl);
  rewind(input);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, strcmp(request->method, "POST") == 0 || request->piece_count > 0 ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body_size);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_body);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);  // or curl repeats requests by itself
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said);
  curl_easy_setopt(curl, CURLOPT_URL, request->url);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write_body);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, transferred);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  poll_again();  // the request is out from here on
  CURLcode ended = CURLE_OK;
  if (next.action == CLOUDCONVERT_ACTION_BUSY) ended = curl_easy_perform(curl);
  curl_slist_free_all(lines);
  if (next.action != CLOUDCONVERT_ACTION_BUSY) return;
  if (is_unreached(ended)) reason = CLOUDCONVERT_REASON_UNREACHED;
  if (is_permanent(ended)) reason = CLOUDCONVERT_REASON_PERMANENT;
  if (ferror(input)) reason = CLOUDCONVERT_REASON_INPUT;
  if (ended == CURLE_WRITE_ERROR && reason == CLOUDCONVERT_REASON_CONNECTION) ended = CURLE_OK;  // enough of it is there
  if (ended == CURLE_OK && !(begin_answer() && fflush(output) == 0)) reason = CLOUDCONVERT_REASON_SINK, ended = CURLE_WRITE_ERROR;
  const char *why = reason == CLOUDCONVERT_REASON_SINK || reason == CLOUDCONVERT_REASON_INPUT ? strerror(errno) : said;
  if (target.in_file) cloudconvert_conversion_received(conversion, cloudconvert_now(), request->id, written);
  if (ended == CURLE_OK) cloudconvert_conversion_answer_ended(conversion, cloudconvert_now(), request->id);
  else cloudconvert_conversion_failed(conversion, cloudconvert_now(), request->id, reason, why);
  poll_again();
}

// A name is on the disk when its folder is.
static void flush_folder(void) {
  char path[4096];
  snprintf(path, sizeof path, "%s", name);
  int folder = open(dirname(path), O_RDONLY);
  if (folder >= 0) fsync(folder), close(folder);
}

// The output is whole, and the service deletes it next. Where it gets no name, it stays there.
static void settle(void) {
  kept = fsync(fileno(output)) == 0 && rename(part, name) == 0;
  const char *why = kept ? NULL : strerror(errno);
  flush_folder();
  cloudconvert_conversion_settled(conversion, cloudconvert_now(), why);
  poll_again();
}

static void run(void) {
  for (poll_again(); next.action != CLOUDCONVERT_ACTION_DONE;) {
    uint64_t pause = next.until > cloudconvert_now() ? next.until - cloudconvert_now() : 0;
    if (next.action == CLOUDCONVERT_ACTION_SEND) perform();
    else if (next.action == CLOUDCONVERT_ACTION_SETTLE) settle();
    else poll(NULL, 0, pause < 1000 ? (int)pause : 1000), poll_again();  // sleeps, and wakes when interrupted
  }
}

int main(int count, char **arguments) {
  cloudconvert_api *api = NULL;
  if (count != 3 || strrchr(name = arguments[2], '.') == NULL) return fprintf(stderr, "usage: convert INPUT OUTPUT.EXTENSION\n"), 2;
  snprintf(part, sizeof part, "%s.part", name);
  if ((input = fopen(arguments[1], "rb")) == NULL || (output = fopen(part, "wb")) == NULL)
    return perror(input == NULL ? arguments[1] : part), EXIT_FAILURE;
  curl = curl_easy_init();
  signal(SIGINT, interrupt);
  fseeko(input, 0, SEEK_END);
  cloudconvert_api_new(getenv("CLOUDCONVERT_BASE_URL"), getenv("CLOUDCONVERT_API_KEY"), &api);
  bool begun = api != NULL && cloudconvert_begin_file(api, arguments[1], (uint64_t)ftello(input), strrchr(name, '.') + 1, NULL,
                                                      cloudconvert_seed(), &conversion) == CLOUDCONVERT_CODE_OK;
  if (begun) run();
  const char *failure = begun ? next.result->message : cloudconvert_last_message();
  fprintf(stderr, "%s\n", failure == NULL ? name : failure);
  if (fclose(output) != 0 || !kept) remove(part);
  fclose(input);
  curl_easy_cleanup(curl);
  cloudconvert_conversion_free(conversion);
  cloudconvert_api_free(api);
  return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
