// Converts a file with libcurl: convert INPUT OUTPUT. The output's extension says into what.
// Takes CLOUDCONVERT_API_KEY and, for another service, CLOUDCONVERT_BASE_URL from the environment.
#define _POSIX_C_SOURCE 200809L
#include <cloudconvert.h>
#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static CURL *curl;
static cloudconvert_conversion *conversion;
static cloudconvert_turn turn;               // what to do now
static const cloudconvert_request *request;  // the one that is out, and how much of its body is sent:
static size_t piece, piece_sent;
static long status;                 // of its answer, which goes
static cloudconvert_place place;    // into memory or into the output,
static uint64_t received;           // so far
static cloudconvert_reason reason;  // why there will be no answer
static FILE *input, *output, *memory;
static char *answer, part[4096];  // what is in memory; the output's name until it is whole
static size_t answer_size;
static const char *target;
static bool kept;
static volatile sig_atomic_t interrupted;

static void interrupt(int number) { interrupted = number; }

static uint64_t now(void) {
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void poll_again(void) {
  static char shown[200];
  char line[200];
  cloudconvert_progress progress;
  if (interrupted) cloudconvert_cancel(conversion, now());
  cloudconvert_poll(conversion, now(), &turn);
  cloudconvert_progress_of(conversion, &progress);
  if (progress.verified > 0 && !kept) kept = rename(part, target) == 0;
  snprintf(line, sizeof line, "%-8s %3.0f %% %12llu bytes  %-40.40s", cloudconvert_stage_name(progress.stage),
           progress.percent < 0 ? 0 : progress.percent, (unsigned long long)(progress.sent + progress.received),
           progress.message);
  if (strcmp(line, shown) != 0) fprintf(stderr, "\r%s", strcpy(shown, line));
}

// The request's body: its pieces, one behind the other.
static size_t read_body(char *buffer, size_t size, size_t count, void *user) {
  size_t room = size * count, length = 0;
  (void)user;
  for (; piece < request->piece_count; piece++, piece_sent = 0) {
    const cloudconvert_piece *next = &request->pieces[piece];
    if (next->bytes == NULL) {
      length = fread(buffer, 1, room, input);
      if (ferror(input)) return reason = CLOUDCONVERT_REASON_INPUT, CURL_READFUNC_ABORT;
    } else {
      length = next->size - piece_sent < room ? next->size - piece_sent : room;
      memcpy(buffer, next->bytes + piece_sent, length);
    }
    piece_sent += length;
    if (length > 0) break;
  }
  return length;
}

// Asks, once for each answer, where its body goes, and makes room there.
static FILE *place_answer(void) {
  bool placed = status != 0;
  if (!placed) {
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    cloudconvert_place_of(conversion, request->id, (uint16_t)status, &place);
    received = place.offset;
  }
  FILE *file = place.in_file ? output : memory;
  if (!placed && fseeko(file, (off_t)received, SEEK_SET) != 0) return NULL;
  return placed || !place.in_file || ftruncate(fileno(file), (off_t)received) == 0 ? file : NULL;
}

static size_t write_body(char *bytes, size_t size, size_t count, void *user) {
  FILE *file = place_answer();
  bool too_large = !place.in_file && received + size * count > place.limit;
  (void)user;
  reason = too_large ? CLOUDCONVERT_REASON_TOO_LARGE : CLOUDCONVERT_REASON_SINK;
  if (file == NULL || too_large || fwrite(bytes, size, count, file) != count) return 0;
  reason = CLOUDCONVERT_REASON_CONNECTION;
  received += size * count;
  return size * count;
}

// curl calls this all the time: tells how far the transfer is, and ends it when there is something else to do.
static int transferred(void *user, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send, curl_off_t sent) {
  (void)user, (void)to_load, (void)loaded, (void)to_send;
  if (sent > 0) cloudconvert_sent(conversion, now(), request->id, (uint64_t)sent);
  if (place.in_file) cloudconvert_received(conversion, now(), request->id, received);
  poll_again();
  return turn.action != CLOUDCONVERT_ACTION_BUSY;
}

static void tell_answer(void) {
  cloudconvert_header headers[100];
  cloudconvert_response response;
  struct curl_header *header = NULL;
  memset(&response, 0, sizeof response);
  response.status = (uint16_t)status;
  response.headers = headers;
  while (response.header_count < 100 && (header = curl_easy_nextheader(curl, CURLH_HEADER, -1, header)) != NULL) {
    headers[response.header_count].name = header->name;
    headers[response.header_count++].value = header->value;
  }
  if (!place.in_file) response.body = (const uint8_t *)answer;
  if (!place.in_file) response.body_size = (size_t)received;
  if (place.in_file) response.received = received;
  cloudconvert_answered(conversion, now(), request->id, &response);
}

// Sends the request of this turn, and leaves the next turn.
static void perform(void) {
  struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
  char line[1024];
  request = turn.request;
  piece = piece_sent = 0;
  status = 0;
  place.in_file = false;
  reason = CLOUDCONVERT_REASON_CONNECTION;
  rewind(input);
  for (size_t i = 0; i < request->header_count; i++) {
    snprintf(line, sizeof line, "%s: %s", request->headers[i].name, request->headers[i].value);
    headers = curl_slist_append(headers, line);
  }
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, request->url);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, request->piece_count > 0 ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body_size);  // unknown is -1: chunked
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_body);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, write_body);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, transferred);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  poll_again();  // the request is out from here on
  CURLcode ended = turn.action == CLOUDCONVERT_ACTION_BUSY ? curl_easy_perform(curl) : CURLE_OK;
  if (turn.action == CLOUDCONVERT_ACTION_BUSY) {
    FILE *file = ended == CURLE_OK ? place_answer() : NULL;
    if (ended == CURLE_OK && (file == NULL || fflush(file) != 0)) reason = CLOUDCONVERT_REASON_SINK;
    if (ended == CURLE_OK && reason == CLOUDCONVERT_REASON_CONNECTION) tell_answer();
    else cloudconvert_failed(conversion, now(), request->id, reason, strerror(errno));
    poll_again();
  }
  curl_slist_free_all(headers);
}

static void run(void) {
  poll_again();
  while (turn.action != CLOUDCONVERT_ACTION_DONE) {
    uint64_t pause = turn.until > now() ? turn.until - now() : 0;
    struct timespec time = {(time_t)(pause / 1000), (long)(pause % 1000) * 1000000};
    if (turn.action == CLOUDCONVERT_ACTION_SEND) {
      perform();
    } else {
      nanosleep(&time, NULL);  // ends early when interrupted
      poll_again();
    }
  }
}

int main(int count, char **arguments) {
  const char *base = getenv("CLOUDCONVERT_BASE_URL"), *key = getenv("CLOUDCONVERT_API_KEY");
  const char *to = count == 3 ? strrchr(target = arguments[2], '.') : NULL;
  cloudconvert_api *api = NULL;
  char job[4096];
  if (to == NULL) return fprintf(stderr, "usage: convert INPUT OUTPUT.EXTENSION\n"), 2;
  const char *slash = strrchr(arguments[1], '/'), *name = slash == NULL ? arguments[1] : slash + 1;
  if (strpbrk(name, "\"\\") != NULL) return fprintf(stderr, "%s: quotes need escapes in JSON\n", name), 2;
  input = fopen(arguments[1], "rb");
  if (input == NULL || fseeko(input, 0, SEEK_END) != 0) return perror(arguments[1]), EXIT_FAILURE;
  snprintf(part, sizeof part, "%s.part", target);
  snprintf(job, sizeof job, "{\"input\": \"upload\", \"name\": \"%s\", \"size\": %lld, \"to\": \"%s\"}", name,
           (long long)ftello(input), to + 1);
  if (cloudconvert_api_new(base == NULL ? "https://api.cloudconvert.com/v1" : base, key, &api) != CLOUDCONVERT_CODE_OK ||
      cloudconvert_convert(api, job, NULL, cloudconvert_seed(), &conversion) != CLOUDCONVERT_CODE_OK) {
    fprintf(stderr, "%s\n", cloudconvert_last_message());
  } else if ((output = fopen(part, "wb")) == NULL) {
    perror(part);
  } else {
    memory = open_memstream(&answer, &answer_size);
    curl = curl_easy_init();
    signal(SIGINT, interrupt);
    run();
    fprintf(stderr, "\n%s\n", turn.result->message == NULL ? target : turn.result->message);
    curl_easy_cleanup(curl);
    fclose(memory);
    free(answer);
    if (fclose(output) != 0 || !kept) kept = false, remove(part);
  }
  fclose(input);
  cloudconvert_free(conversion);
  cloudconvert_api_free(api);
  return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
