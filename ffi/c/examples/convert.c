// Converts a file with libcurl: convert INPUT OUTPUT. The output's extension says into what.
// Takes CLOUDCONVERT_API_KEY and, for another service, CLOUDCONVERT_BASE_URL from the environment.
#define _POSIX_C_SOURCE 200809L
#include <cloudconvert.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char POLICY[] = "{\"upload\": \"put\"}";  // so a body is one piece

static CURL *curl;
static cloudconvert_conversion *conversion;
static cloudconvert_next next;               // what to do now
static const cloudconvert_request *request;  // the one that is out
static long status;                          // of its answer; 0 until that is known
static cloudconvert_body_target place;             // of the answer's body: in the output, or in memory
static uint64_t received;                    // how much is there
static cloudconvert_reason reason;           // why there will be no answer
static FILE *input, *output;
static char *memory, part[4096];  // the output's name until it is whole
static const char *target;        // and then
static bool kept;
static volatile sig_atomic_t interrupted;

static void interrupt(int number) { interrupted = number; }

static uint64_t now(void) {
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void poll_again(void) {
  cloudconvert_progress progress;
  if (interrupted) cloudconvert_conversion_cancel(conversion, now());
  cloudconvert_conversion_poll(conversion, now(), &next);
  cloudconvert_conversion_progress(conversion, &progress);
  if (progress.verified > 0 && !kept) kept = rename(part, target) == 0;
  if (!isatty(STDERR_FILENO)) return;
  fprintf(stderr, "%-8s %3.0f %% %12llu bytes\r", cloudconvert_stage_name(progress.stage),
          progress.percent < 0 ? 0 : progress.percent, (unsigned long long)(progress.sent + progress.received));
}

// The status and the headers of the answer.
static cloudconvert_response head_of(cloudconvert_header headers[100]) {
  cloudconvert_response response = {(uint16_t)status, headers, 0, NULL, 0, 0};
  struct curl_header *header = NULL;
  while (response.header_count < 100 && (header = curl_easy_nextheader(curl, CURLH_HEADER, -1, header)) != NULL) {
    headers[response.header_count].name = header->name;
    headers[response.header_count++].value = header->value;
  }
  return response;
}

// Tells, once for each answer, that it has begun, and asks where its body goes.
static bool place_answer(void) {
  cloudconvert_header headers[100];
  cloudconvert_response response;
  if (status != 0) return true;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  response = head_of(headers);
  cloudconvert_conversion_begun(conversion, now(), request->id, &response, &place);
  received = place.offset;
  if (!place.in_file) return (memory = (char *)realloc(memory, place.limit)) != NULL;
  return fseeko(output, (off_t)received, SEEK_SET) == 0 && ftruncate(fileno(output), (off_t)received) == 0;
}

static size_t write_body(char *bytes, size_t size, size_t count, void *user) {
  size_t length = size * count;
  (void)user;
  if (!place_answer() || (place.in_file && fwrite(bytes, 1, length, output) < length)) {
    reason = CLOUDCONVERT_REASON_SINK;
    return 0;
  }
  if (!place.in_file) {
    if (length > place.limit - received) length = place.limit - (size_t)received;
    memcpy(memory + received, bytes, length);
  }
  received += length;
  return length;  // where that is not all, curl lets the rest go
}

// curl calls this all the time: tells how far the transfer is, and ends it when there is something else to do.
static int transferred(void *user, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send, curl_off_t sent) {
  (void)user, (void)to_load, (void)loaded, (void)to_send;
  if (sent > 0) cloudconvert_conversion_sent(conversion, now(), request->id, (uint64_t)sent);
  if (status != 0 && place.in_file) cloudconvert_conversion_received(conversion, now(), request->id, received);
  poll_again();
  return next.action != CLOUDCONVERT_ACTION_BUSY;
}

static void tell_answer(void) {
  cloudconvert_header headers[100];
  cloudconvert_response response = head_of(headers);
  response.body = place.in_file ? NULL : (const uint8_t *)memory;
  response.body_size = place.in_file ? 0 : (size_t)received;
  response.received = place.in_file ? received : 0;
  cloudconvert_conversion_answered(conversion, now(), request->id, &response);
}

// Tells what became of the request, unless it was given up.
static void end(CURLcode ended) {
  if (next.action != CLOUDCONVERT_ACTION_BUSY) return;
  if (ended == CURLE_WRITE_ERROR && reason != CLOUDCONVERT_REASON_SINK) ended = CURLE_OK;  // all that is wanted is there
  if (ended == CURLE_OK && (!place_answer() || fflush(output) != 0)) {
    ended = CURLE_WRITE_ERROR;
    reason = CLOUDCONVERT_REASON_SINK;
  }
  if (ferror(input)) reason = CLOUDCONVERT_REASON_INPUT;
  if (ended == CURLE_OK) tell_answer();
  else cloudconvert_conversion_failed(conversion, now(), request->id, reason, strerror(errno));
  poll_again();
}

// Sends the request of this next, and leaves the next next.
static void perform(void) {
  const cloudconvert_piece *body = next.request->pieces;
  struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
  char line[1024];
  request = next.request;
  status = 0;
  reason = CLOUDCONVERT_REASON_CONNECTION;
  rewind(input);
  for (size_t i = 0; i < request->header_count; i++) {
    snprintf(line, sizeof line, "%s: %s", request->headers[i].name, request->headers[i].value);
    headers = curl_slist_append(headers, line);
  }
  curl_easy_reset(curl);
  if (request->piece_count > 0 && body->bytes == NULL) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READDATA, input);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body_size);
  } else if (request->piece_count > 0) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->bytes);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->size);
  }
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);  // or curl itself repeats what breaks, and that may do harm
  curl_easy_setopt(curl, CURLOPT_URL, request->url);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write_body);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, transferred);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  poll_again();  // the request is out from here on
  if (next.action == CLOUDCONVERT_ACTION_BUSY) end(curl_easy_perform(curl));
  curl_slist_free_all(headers);
}

static void run(void) {
  poll_again();
  while (next.action != CLOUDCONVERT_ACTION_DONE) {
    uint64_t pause = next.until > now() ? next.until - now() : 0;
    if (next.action == CLOUDCONVERT_ACTION_SEND) {
      perform();
    } else {
      poll(NULL, 0, pause < 1000 ? (int)pause : 1000);  // sleeps, and wakes when interrupted
      poll_again();
    }
  }
}

static bool begin(const char *path, cloudconvert_api *api) {
  const char *slash = strrchr(path, '/');
  char name[1000], to[100], job[1200];
  if (fseeko(input, 0, SEEK_END) != 0 ||
      cloudconvert_quote(slash == NULL ? path : slash + 1, name, sizeof name) != CLOUDCONVERT_CODE_OK ||
      cloudconvert_quote(strrchr(target, '.') + 1, to, sizeof to) != CLOUDCONVERT_CODE_OK)
    return false;
  snprintf(job, sizeof job, "{\"input\": \"upload\", \"name\": %s, \"size\": %lld, \"to\": %s}", name,
           (long long)ftello(input), to);
  return cloudconvert_begin_convert(api, job, POLICY, cloudconvert_seed(), &conversion) == CLOUDCONVERT_CODE_OK;
}

int main(int count, char **arguments) {
  const char *base = getenv("CLOUDCONVERT_BASE_URL"), *key = getenv("CLOUDCONVERT_API_KEY");
  cloudconvert_api *api = NULL;
  if (count != 3 || strrchr(target = arguments[2], '.') == NULL) {
    fprintf(stderr, "usage: convert INPUT OUTPUT.EXTENSION\n");
    return 2;
  }
  snprintf(part, sizeof part, "%s.part", target);
  if ((input = fopen(arguments[1], "rb")) == NULL || (output = fopen(part, "wb")) == NULL) {
    perror(input == NULL ? arguments[1] : part);
    return EXIT_FAILURE;
  }
  cloudconvert_api_new(base, key, &api);
  if (begin(arguments[1], api)) {
    curl = curl_easy_init();
    signal(SIGINT, interrupt);
    run();
    fprintf(stderr, "%s\n", next.result->message == NULL ? target : next.result->message);
    curl_easy_cleanup(curl);
  } else {
    fprintf(stderr, "%s\n", cloudconvert_last_message());
  }
  if (fclose(output) != 0 || !kept) remove(part);
  fclose(input);
  free(memory);
  cloudconvert_conversion_free(conversion);
  cloudconvert_api_free(api);
  return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
