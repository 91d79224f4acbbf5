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

struct program {
  cloudconvert_conversion *conversion;
  cloudconvert_turn turn;               // what to do now
  const cloudconvert_request *request;  // the one that is out
  CURL *curl;
  FILE *input, *output, *memory;
  char *answer;  // what is in memory
  size_t answer_size, piece, piece_sent;
  long status;               // of the answer, once it is placed
  cloudconvert_place place;  // in memory or in the output,
  uint64_t received;         // which is this long now
  cloudconvert_reason reason;
  char line[200];  // that shows the progress
  const char *final;  // name of the output
  char part[4096];    // its name until it is whole
  bool kept;
};

static volatile sig_atomic_t interrupted;
static void interrupt(int number) { interrupted = number; }

static uint64_t now(void) {
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void poll_again(struct program *p) {
  cloudconvert_progress progress;
  if (interrupted) cloudconvert_cancel(p->conversion, now());
  cloudconvert_poll(p->conversion, now(), &p->turn);
  cloudconvert_progress_of(p->conversion, &progress);
  if (progress.verified > 0 && !p->kept) p->kept = rename(p->part, p->final) == 0;
  uint64_t bytes = progress.stage == CLOUDCONVERT_STAGE_UPLOAD ? progress.sent : progress.received;
  char line[sizeof p->line];
  snprintf(line, sizeof line, "%-8s %3.0f %% %12llu bytes  %-40.40s", cloudconvert_stage_name(progress.stage),
           progress.percent < 0 ? 0 : progress.percent, (unsigned long long)bytes, progress.message);
  if (strcmp(line, p->line) != 0) fprintf(stderr, "\r%s", strcpy(p->line, line));
}

// The request's body: its pieces, one behind the other.
static size_t read_body(char *buffer, size_t size, size_t count, void *user) {
  struct program *p = (struct program *)user;
  size_t room = size * count, part = 0;
  while (part == 0 && p->piece < p->request->piece_count) {
    const cloudconvert_piece *piece = &p->request->pieces[p->piece];
    if (piece->bytes == NULL) {
      part = fread(buffer, 1, room, p->input);
      if (ferror(p->input)) return p->reason = CLOUDCONVERT_REASON_INPUT, CURL_READFUNC_ABORT;
    } else {
      part = piece->size - p->piece_sent < room ? piece->size - p->piece_sent : room;
      memcpy(buffer, piece->bytes + p->piece_sent, part);
    }
    p->piece_sent = part > 0 ? p->piece_sent + part : 0;
    p->piece += part > 0 ? 0 : 1;
  }
  return part;
}

// Asks, once for each answer, where its body goes, and makes room there.
static FILE *place_answer(struct program *p) {
  bool placed = p->status != 0;
  curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &p->status);
  if (!placed) cloudconvert_place_of(p->conversion, p->request->id, (uint16_t)p->status, &p->place);
  FILE *file = p->place.in_file ? p->output : p->memory;
  if (placed) return file;
  p->received = p->place.offset;
  bool ready = fseeko(file, (off_t)p->received, SEEK_SET) == 0 &&
               (!p->place.in_file || ftruncate(fileno(file), (off_t)p->received) == 0);
  return ready ? file : NULL;
}

static size_t write_body(char *bytes, size_t size, size_t count, void *user) {
  struct program *p = (struct program *)user;
  FILE *file = place_answer(p);
  bool too_large = !p->place.in_file && p->received + size * count > p->place.limit;
  p->reason = too_large ? CLOUDCONVERT_REASON_TOO_LARGE : CLOUDCONVERT_REASON_SINK;
  if (file == NULL || too_large || fwrite(bytes, size, count, file) != count) return 0;
  p->reason = CLOUDCONVERT_REASON_CONNECTION;
  p->received += size * count;
  return size * count;
}

// curl calls this all the time: tells how far the transfer is, and ends it when there is something else to do.
static int transferred(void *user, curl_off_t to_load, curl_off_t loaded, curl_off_t to_send, curl_off_t sent) {
  struct program *p = (struct program *)user;
  (void)to_load, (void)loaded, (void)to_send;
  if (sent > 0) cloudconvert_sent(p->conversion, now(), p->request->id, (uint64_t)sent);
  if (p->place.in_file) cloudconvert_received(p->conversion, now(), p->request->id, p->received);
  poll_again(p);
  return p->turn.action != CLOUDCONVERT_ACTION_BUSY;
}

static void tell_answer(struct program *p) {
  cloudconvert_header headers[100];
  cloudconvert_response response;
  struct curl_header *header = NULL;
  memset(&response, 0, sizeof response);
  response.status = (uint16_t)p->status;
  response.headers = headers;
  while (response.header_count < 100 && (header = curl_easy_nextheader(p->curl, CURLH_HEADER, -1, header)) != NULL) {
    headers[response.header_count].name = header->name;
    headers[response.header_count++].value = header->value;
  }
  if (p->place.in_file) {
    response.received = p->received;
  } else {
    response.body = (const uint8_t *)p->answer;
    response.body_size = (size_t)p->received;
  }
  cloudconvert_answered(p->conversion, now(), p->request->id, &response);
}

// Sends the request of this turn, and leaves the next turn.
static void perform(struct program *p) {
  struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
  char line[1024];
  p->request = p->turn.request;
  p->piece = p->piece_sent = 0;
  p->status = 0;
  p->place.in_file = false;
  p->reason = CLOUDCONVERT_REASON_CONNECTION;
  rewind(p->input);
  for (size_t i = 0; i < p->request->header_count; i++) {
    snprintf(line, sizeof line, "%s: %s", p->request->headers[i].name, p->request->headers[i].value);
    headers = curl_slist_append(headers, line);
  }
  curl_easy_reset(p->curl);
  curl_easy_setopt(p->curl, CURLOPT_URL, p->request->url);
  curl_easy_setopt(p->curl, CURLOPT_CUSTOMREQUEST, p->request->method);
  curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(p->curl, CURLOPT_UPLOAD, p->request->body_size > 0 ? 1L : 0L);
  curl_easy_setopt(p->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)p->request->body_size);  // unknown is -1: chunked
  curl_easy_setopt(p->curl, CURLOPT_READFUNCTION, read_body);
  curl_easy_setopt(p->curl, CURLOPT_READDATA, p);
  curl_easy_setopt(p->curl, CURLOPT_WRITEFUNCTION, write_body);
  curl_easy_setopt(p->curl, CURLOPT_WRITEDATA, p);
  curl_easy_setopt(p->curl, CURLOPT_XFERINFOFUNCTION, transferred);
  curl_easy_setopt(p->curl, CURLOPT_XFERINFODATA, p);
  curl_easy_setopt(p->curl, CURLOPT_NOPROGRESS, 0L);
  poll_again(p);  // the request is out from here on
  CURLcode ended = p->turn.action == CLOUDCONVERT_ACTION_BUSY ? curl_easy_perform(p->curl) : CURLE_OK;
  if (p->turn.action == CLOUDCONVERT_ACTION_BUSY) {
    FILE *file = ended == CURLE_OK ? place_answer(p) : NULL;
    if (ended == CURLE_OK && (file == NULL || fflush(file) != 0)) p->reason = CLOUDCONVERT_REASON_SINK;
    if (ended == CURLE_OK && p->reason == CLOUDCONVERT_REASON_CONNECTION) tell_answer(p);
    else cloudconvert_failed(p->conversion, now(), p->request->id, p->reason, strerror(errno));
    poll_again(p);
  }
  curl_slist_free_all(headers);
}

static void run(struct program *p) {
  poll_again(p);
  while (p->turn.action != CLOUDCONVERT_ACTION_DONE) {
    if (p->turn.action == CLOUDCONVERT_ACTION_SEND) {
      perform(p);
      continue;
    }
    uint64_t pause = p->turn.until > now() ? p->turn.until - now() : 0;
    struct timespec time = {(time_t)(pause / 1000), (long)(pause % 1000) * 1000000};
    nanosleep(&time, NULL);  // ends early when interrupted
    poll_again(p);
  }
}

int main(int count, char **arguments) {
  const char *base = getenv("CLOUDCONVERT_BASE_URL"), *key = getenv("CLOUDCONVERT_API_KEY");
  const char *to = count == 3 ? strrchr(arguments[2], '.') : NULL;
  char job[4096];
  struct program p;
  cloudconvert_api *api = NULL;
  memset(&p, 0, sizeof p);
  if (to == NULL) return fprintf(stderr, "usage: convert INPUT OUTPUT.EXTENSION\n"), 2;
  const char *slash = strrchr(arguments[1], '/'), *name = slash == NULL ? arguments[1] : slash + 1;
  if (strpbrk(name, "\"\\") != NULL) return fprintf(stderr, "%s: quotes need escapes in JSON\n", name), 2;
  snprintf(p.part, sizeof p.part, "%s.part", arguments[2]);
  p.final = arguments[2];
  p.input = fopen(arguments[1], "rb");
  if (p.input == NULL || fseeko(p.input, 0, SEEK_END) != 0) return perror(arguments[1]), EXIT_FAILURE;
  snprintf(job, sizeof job, "{\"input\": \"upload\", \"name\": \"%s\", \"size\": %lld, \"to\": \"%s\"}", name,
           (long long)ftello(p.input), to + 1);
  if (base == NULL) base = "https://api.cloudconvert.com/v1";
  if (cloudconvert_api_new(base, key, &api) != CLOUDCONVERT_CODE_OK ||
      cloudconvert_convert(api, job, NULL, cloudconvert_seed(), &p.conversion) != CLOUDCONVERT_CODE_OK) {
    fprintf(stderr, "%s\n", cloudconvert_last_message());
  } else if ((p.output = fopen(p.part, "wb")) == NULL) {
    perror(p.part);
  } else {
    p.memory = open_memstream(&p.answer, &p.answer_size);
    p.curl = curl_easy_init();
    signal(SIGINT, interrupt);
    run(&p);
    fprintf(stderr, "\n%s\n", p.turn.result->message == NULL ? arguments[2] : p.turn.result->message);
    curl_easy_cleanup(p.curl);
    fclose(p.memory);
    free(p.answer);
  }
  bool converted = p.kept && fclose(p.output) == 0 && p.turn.result->code == CLOUDCONVERT_CODE_OK;
  if (p.output != NULL && !p.kept) fclose(p.output), remove(p.part);
  fclose(p.input);
  cloudconvert_free(p.conversion);
  cloudconvert_api_free(api);
  return converted ? EXIT_SUCCESS : EXIT_FAILURE;
}
