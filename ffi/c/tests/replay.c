// Replays the vectors (tests/vectors, with the format in their README) through the C ABI: replay FILE.json…
// Every vector runs twice: in one go, and saved and restored at every step.
#define _POSIX_C_SOURCE 200809L
#include <cloudconvert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

static const uint64_t START = UINT64_C(1700000000000);

// A host whose network is the script and whose clock is a number.
struct replay {
  json_t *vector;
  struct script script;
  cloudconvert_api *api;
  cloudconvert_conversion *conversion;
  uint64_t now;
  json_t *files;  // name: content
};

// The content of one of the job's files.
static const char *content(const struct replay *r, size_t index) {
  json_t *contents = get(r->vector, "content");
  return json_string_value(json_is_array(contents) ? json_array_get(contents, index) : contents);
}

static void set_size(const struct replay *r, json_t *file, size_t index) {
  if (content(r, index) != NULL) json_object_set_new(file, "size", json_integer((json_int_t)strlen(content(r, index))));
}

static cloudconvert_code make_conversion(struct replay *r) {
  const char *run = text(r->vector, "run"), *url = text(r->vector, "url");
  json_t *wish = json_deep_copy(get(r->vector, "job")), *file;
  size_t index;
  json_array_foreach(get(wish, "files"), index, file) if (json_is_object(file)) set_size(r, file, index);
  const char *input = text(wish, "input");
  if (input != NULL && strcmp(input, "upload") == 0 && get(wish, "files") == NULL) set_size(r, wish, 0);
  const char *place = text(r->vector, "saveTo");
  char format[33];
  if (place != NULL && wish != NULL && get(wish, "tasks") == NULL && get(wish, "to") == NULL) {
    CHECK_INT(cloudconvert_format_of(place, format, sizeof format), CLOUDCONVERT_CODE_OK);
    json_object_set_new(wish, "to", json_string(format));
  }
  char *job = json_dumps(wish, 0), *policy = json_dumps(get(r->vector, "policy"), 0);  // NULL where there is none
  cloudconvert_code code = CLOUDCONVERT_CODE_OTHER;
  if (strcmp(run, "convert") == 0) code = cloudconvert_begin_convert(r->api, job, policy, 1, &r->conversion);
  if (strcmp(run, "prepare") == 0) code = cloudconvert_begin_prepare(r->api, job, policy, 1, &r->conversion);
  if (strcmp(run, "follow") == 0) code = cloudconvert_begin_follow(r->api, url, policy, 1, &r->conversion);
  if (strcmp(run, "delete") == 0) code = cloudconvert_begin_delete(r->api, url, policy, 1, &r->conversion);
  if (strcmp(run, "upload") == 0) {
    cloudconvert_input_file one = {text(wish, "name"), strlen(content(r, 0)), {0, 0}};
    code = cloudconvert_begin_upload(r->api, url, &one, 1, policy, 1, &r->conversion);
  }
  if (place != NULL && code == CLOUDCONVERT_CODE_OK) {
    // What the output is to become is there already.
    char named[200];
    const char *does;
    snprintf(named, sizeof named, "{\"path\": \"%s\", \"present\": \"file\", \"has_parent\": true}", place);
    code = cloudconvert_conversion_write_to(r->conversion, named, &does);
    if (code == CLOUDCONVERT_CODE_OK) CHECK(strcmp(does, "file") == 0);
  }
  free(job);
  free(policy);
  json_decref(wish);
  return code;
}

// What goes over the wire, with the contents of the files.
static char *body_of(const struct replay *r, const cloudconvert_request *request) {
  size_t size = 0;
  char *body = (char *)calloc(1, (size_t)request->body_size + 1);
  for (size_t i = 0; i < request->piece_count; i++) {
    const cloudconvert_piece *piece = &request->pieces[i];
    const void *bytes = piece->bytes != NULL ? (const void *)piece->bytes : content(r, piece->file);
    size_t length = piece->bytes != NULL ? piece->size : strlen(content(r, piece->file));
    CHECK(size + length <= request->body_size);
    if (length > 0) memcpy(body + size, bytes, length);
    size += length;
  }
  CHECK_INT(size, request->body_size);
  return body;
}

static void check_body(struct replay *r, const json_t *expect, const cloudconvert_request *request) {
  char *body = unmarked(&r->script, body_of(r, request));
  bool streams = false, posts = strcmp(request->method, "POST") == 0;
  for (size_t i = 0; i < request->piece_count; i++) streams = streams || request->pieces[i].bytes == NULL;
  CHECK_INT(streams, get(expect, "file") != NULL || get(expect, "files") != NULL);
  if (get(expect, "file") != NULL) CHECK_INT(is_framed(body, text(expect, "file")), posts);
  size_t index;
  json_t *name;
  json_array_foreach(get(expect, "files"), index, name) CHECK(is_framed(body, json_string_value(name)));
  if (streams && posts) check_fields(get(expect, "fields"), body);
  if (!streams && get(expect, "json") != NULL) {
    json_t *sent = json_loads(body, 0, NULL);
    CHECK(json_equal(sent, get(expect, "json")));
    json_decref(sent);
  } else if (!streams) {
    CHECK_INT(request->piece_count, 0);
  }
  free(body);
}

// Tells a body in two pieces, which the library keeps as far as it wants them.
static void tell_body(struct replay *r, uint64_t id, const char *body, size_t limit) {
  const uint8_t *bytes = (const uint8_t *)body;
  size_t size = strlen(body), half = size / 2, first, second;
  CHECK_INT(cloudconvert_conversion_answer_body(r->conversion, id, bytes, half, &first), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_answer_body(r->conversion, id, bytes + half, size - half, &second), CLOUDCONVERT_CODE_OK);
  CHECK_INT(first + second, size < limit ? size : limit);
}

// Puts the answer's body where it belongs, and tells all of it: in one go where it is restored at every step, else in pieces.
static void answer(struct replay *r, const json_t *answer, const cloudconvert_request *request) {
  cloudconvert_header headers[20];
  cloudconvert_response response;
  cloudconvert_body_target target;
  char length[30];
  begin_response(&response, headers, answer);
  char *json = marked(&r->script, json_dumps(get(answer, "json"), 0));
  const char *body = json != NULL ? json : text(answer, "text") != NULL ? text(answer, "text") : "";
  if (request->sink_name != NULL && text(answer, "length") == NULL) {
    snprintf(length, sizeof length, "%" PRIu64, number(answer, "length", strlen(body)));
    headers[response.header_count].name = "Content-Length";
    headers[response.header_count++].value = length;
  }
  CHECK_INT(cloudconvert_conversion_begun(r->conversion, r->now, request->id, &response, &target), CLOUDCONVERT_CODE_OK);
  if (target.in_file) {
    char file[4096] = "";
    const char *before = text(r->files, request->sink_name);
    snprintf(file, sizeof file, "%.*s%s", (int)target.offset, before == NULL ? "" : before, body);
    json_object_set_new(r->files, request->sink_name, json_string(file));
    response.received = strlen(file);
    cloudconvert_conversion_received(r->conversion, r->now, request->id, response.received);
  } else if (r->script.restores) {
    response.body = (const uint8_t *)body;
    response.body_size = strlen(body) < target.limit ? strlen(body) : target.limit;
  } else {
    tell_body(r, request->id, body, target.limit);
  }
  cloudconvert_code code =
      is_true(answer, "cut")
          ? cloudconvert_conversion_failed(r->conversion, r->now, request->id, CLOUDCONVERT_REASON_CONNECTION, NULL)
          : r->script.restores ? cloudconvert_conversion_answered(r->conversion, r->now, request->id, &response)
                               : cloudconvert_conversion_answer_ended(r->conversion, r->now, request->id);
  CHECK_INT(code, CLOUDCONVERT_CODE_OK);
  free(json);
}

static void exchange(struct replay *r, const cloudconvert_request *request) {
  const json_t *now = take_entry(&r->script, request);
  if (now == NULL) {
    // Another process asks how far its job is.
    json_t *told = told_again(&r->script, request);
    answer(r, told, request);
    json_decref(told);
    return;
  }
  const json_t *expected = get(get(now, "expect"), "saved");
  if (expected != NULL && !r->script.restores) CHECK_INT(request->checkpoint != NULL, json_is_true(expected));
  check_request(r->vector, get(now, "expect"), request);
  check_body(r, get(now, "expect"), request);
  remember_job(&r->script, get(get(now, "answer"), "json"));
  r->now += number(get(now, "answer"), "takes", 10);
  const char *fail = text(now, "fail");
  if (fail == NULL) {
    answer(r, get(now, "answer"), request);
  } else if (strcmp(fail, "certificate") == 0) {
    cloudconvert_conversion_failed(r->conversion, r->now, request->id, CLOUDCONVERT_REASON_PERMANENT, "the certificate has expired");
  } else if (strcmp(fail, "timeout") != 0) {
    cloudconvert_conversion_failed(r->conversion, r->now, request->id, broken(fail), NULL);
  }
}

// Callbacks come while the conversion waits for one.
static bool call_back(struct replay *r) {
  bool called = false;
  for (const char *query; (query = text(entry(&r->script), "called")) != NULL; called = true) {
    r->script.next++;
    CHECK_INT(cloudconvert_conversion_called_back(r->conversion, r->now, query), CLOUDCONVERT_CODE_OK);
  }
  return called;
}

static void pause_until(struct replay *r, uint64_t until) {
  const json_t *bounds = get(entry(&r->script), "wait");
  if (bounds != NULL) {
    json_int_t wait = (json_int_t)(until - r->now);
    CHECK(wait >= json_integer_value(json_array_get(bounds, 0)) && wait <= json_integer_value(json_array_get(bounds, 1)));
    r->script.next++;
  }
  r->now = until;
}

// The same conversion in another program, by way of JSON.
static void restore(struct replay *r) {
  const char *saved, *key = text(r->vector, "key");
  cloudconvert_conversion *restored;
  CHECK_INT(cloudconvert_conversion_save(r->conversion, &saved), CLOUDCONVERT_CODE_OK);
  CHECK(key == NULL || strstr(saved, key) == NULL);
  CHECK_INT(cloudconvert_conversion_restore(r->api, saved, &restored), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(r->conversion), CLOUDCONVERT_CODE_OK);
  r->conversion = restored;
}

static void check_result(const struct replay *r, const cloudconvert_result *result) {
  const json_t *outcome = get(r->vector, "outcome"), *files = get(outcome, "files");
  json_t *info = result->info == NULL ? NULL : json_loads(result->info, 0, NULL);
  if (result->code == CLOUDCONVERT_CODE_OK) {
    CHECK(text(outcome, "error") == NULL);
    CHECK_INT(result->file_count, json_object_size(files));
    for (size_t i = 0; i < result->file_count; i++) {
      const char *content = text(r->files, result->files[i].name);
      CHECK_TEXT(content, text(files, result->files[i].name));
      CHECK_INT(result->files[i].size, strlen(content));
    }
  } else {
    check_error(outcome, result->code, result->message);
  }
  check_details(outcome, result);
  if (get(outcome, "processId") != NULL) CHECK_TEXT(result->process_id, text(outcome, "processId"));
  if (get(outcome, "processUrl") != NULL) CHECK_TEXT(result->process_url, text(outcome, "processUrl"));
  if (get(outcome, "uploadUrl") != NULL) CHECK_TEXT(result->upload_url, text(outcome, "uploadUrl"));
  if (get(outcome, "filename") != NULL) CHECK_TEXT(result->filename, text(outcome, "filename"));
  if (get(outcome, "url") != NULL) CHECK_TEXT(result->url, text(outcome, "url"));
  if (get(outcome, "info") != NULL) CHECK(json_equal(info, get(outcome, "info")));
  json_decref(info);
}

static void run(struct replay *r, bool restores) {
  for (;;) {
    cloudconvert_next next;
    cloudconvert_progress progress;
    if (is_true(entry(&r->script), "cancel")) {
      r->script.next++;
      CHECK_INT(cloudconvert_conversion_cancel(r->conversion, r->now), CLOUDCONVERT_CODE_OK);
    }
    CHECK_INT(cloudconvert_conversion_poll(r->conversion, r->now, &next), CLOUDCONVERT_CODE_OK);
    if (next.action == CLOUDCONVERT_ACTION_DONE) {
      check_result(r, next.result);
      return;
    }
    if (next.action == CLOUDCONVERT_ACTION_SEND) exchange(r, next.request);
    if (next.action == CLOUDCONVERT_ACTION_SETTLE) CHECK_INT(cloudconvert_conversion_settled(r->conversion, r->now, NULL), CLOUDCONVERT_CODE_OK);
    if (next.action == CLOUDCONVERT_ACTION_WAIT && !call_back(r)) pause_until(r, next.until);
    if (next.action == CLOUDCONVERT_ACTION_BUSY) r->now = next.until;
    // Another process asks first how far its job is, and then goes on. What has no name yet is lost with its process.
    cloudconvert_conversion_progress(r->conversion, &progress);
    bool holds = progress.verified > 0 && progress.stage == CLOUDCONVERT_STAGE_DOWNLOAD;
    if (restores && !r->script.asked && !holds) restore(r);
  }
}

static void replay(json_t *vector, bool restores) {
  struct replay r;
  memset(&r, 0, sizeof r);
  r.vector = vector;
  r.now = START;
  r.files = json_object();
  begin_script(&r.script, vector, restores);
  CHECK_INT(make_api(vector, &r.api), CLOUDCONVERT_CODE_OK);
  cloudconvert_code code = make_conversion(&r);
  if (code == CLOUDCONVERT_CODE_OK) {
    CHECK_INT(cloudconvert_conversion_keep_states(r.conversion, false), CLOUDCONVERT_CODE_OK);
    run(&r, restores);
  } else {
    check_error(get(vector, "outcome"), code, cloudconvert_last_message());
  }
  CHECK(entry(&r.script) == NULL || is_true(entry(&r.script), "repeats"));
  cloudconvert_conversion_free(r.conversion);
  cloudconvert_api_free(r.api);
  json_decref(r.files);
  json_decref(r.script.job);
}

int main(int count, char **paths) {
  CHECK(count > 1);
  for (int i = 1; i < count; i++) {
    check_context = paths[i];
    json_t *vector = json_load_file(paths[i], JSON_ALLOW_NUL, NULL);
    CHECK(vector != NULL);
    replay(vector, false);
    // What is saved has neither content nor half-loaded files, so those scripts go another way.
    if (!json_is_false(get(vector, "resumes"))) replay(vector, true);
    json_decref(vector);
  }
  printf("%d vectors replayed\n", count - 1);
  return EXIT_SUCCESS;
}
