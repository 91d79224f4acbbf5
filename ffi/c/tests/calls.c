// Replays the vectors of single calls (tests/vectors/calls and v2/calls) through the C ABI: calls FILE.json…
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>

#include "vector.h"

// What is called: with version 2 one member of the vector, with version 1 several.
static char *wish_of(const json_t *vector) {
  if (json_is_object(get(vector, "call"))) return json_dumps(get(vector, "call"), 0);
  static const char *const MEMBERS[] = {"call", "url", "job", "answered", "file", "from", "to"};
  json_t *wish = json_object();
  for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++) {
    json_object_set(wish, MEMBERS[i], get(vector, MEMBERS[i]));
  }
  char *text = json_dumps(wish, 0);
  json_decref(wish);
  return text;
}

static void check_body(const json_t *expected, const cloudconvert_request *request) {
  CHECK_INT(request->piece_count, expected == NULL ? 0 : 1);
  if (expected == NULL) return;
  json_t *sent = json_loadb((const char *)request->pieces[0].bytes, request->pieces[0].size, 0, NULL);
  CHECK(json_equal(sent, expected));
  json_decref(sent);
}

static bool contains(const json_t *told, const json_t *expected);

static bool contains_members(const json_t *told, json_t *expected) {
  const char *name;
  json_t *value;
  json_object_foreach(expected, name, value) if (!contains(get(told, name), value)) return false;
  return true;
}

// Whether all that is expected was told. A type is expected as a pair of formats.
static bool contains(const json_t *told, const json_t *expected) {
  if (json_is_null(expected)) return told == NULL || json_is_null(told);
  if (json_is_object(expected)) return contains_members(told, (json_t *)expected);
  if (json_is_number(expected)) return json_is_number(told) && json_number_value(told) == json_number_value(expected);
  if (!json_is_array(expected)) return json_equal(told, expected);
  if (json_is_object(told)) {
    return json_equal(get(told, "from"), json_array_get(expected, 0)) &&
           json_equal(get(told, "to"), json_array_get(expected, 1));
  }
  if (json_array_size(told) != json_array_size(expected)) return false;
  for (size_t i = 0; i < json_array_size(expected); i++) {
    if (!contains(json_array_get(told, i), json_array_get(expected, i))) return false;
  }
  return true;
}

// When every call begins.
static const uint64_t START = UINT64_C(1700000000000);

// What the script says to a request; nothing where it is never answered.
static void answer(const json_t *vector, cloudconvert_call *call, const cloudconvert_request *request, uint64_t now) {
  const json_t *answer = get(vector, "answer");
  const char *fail = text(vector, "fail");
  cloudconvert_header headers[20];
  cloudconvert_response response;
  cloudconvert_body_target target;
  char length[30];
  if (fail != NULL && strcmp(fail, "timeout") == 0) return;
  if (fail != NULL && strcmp(fail, "certificate") == 0) {
    const char *why = "the certificate has expired";
    CHECK_INT(cloudconvert_call_failed(call, now, request->id, CLOUDCONVERT_REASON_PERMANENT, why), CLOUDCONVERT_CODE_OK);
    return;
  }
  if (fail != NULL) {
    CHECK_INT(cloudconvert_call_failed(call, now, request->id, broken(fail), NULL), CLOUDCONVERT_CODE_OK);
    return;
  }
  begin_response(&response, headers, answer);
  char *json = json_dumps(get(answer, "json"), 0);
  const char *body = json != NULL ? json : text(answer, "text") != NULL ? text(answer, "text") : "";
  if (request->sink_name != NULL) {
    snprintf(length, sizeof length, "%" PRIu64, number(answer, "length", strlen(body)));
    headers[response.header_count].name = "Content-Length";
    headers[response.header_count++].value = length;
  }
  CHECK_INT(cloudconvert_call_begun(call, now, request->id, &response, &target), CLOUDCONVERT_CODE_OK);
  CHECK_INT(target.in_file, request->sink_name != NULL && response.status < 300);
  if (target.in_file) {
    CHECK_INT(cloudconvert_call_received(call, now, request->id, strlen(body)), CLOUDCONVERT_CODE_OK);
  } else {
    size_t taken;
    CHECK_INT(cloudconvert_call_answer_body(call, request->id, (const uint8_t *)body, strlen(body), &taken), CLOUDCONVERT_CODE_OK);
    CHECK_INT(taken, strlen(body));
  }
  CHECK_INT(cloudconvert_call_answer_ended(call, now, request->id), CLOUDCONVERT_CODE_OK);
  free(json);
}

// Drives a call to its end: every request of it gets the same answer.
static const cloudconvert_result *drive(const json_t *vector, cloudconvert_call *call) {
  const json_t *after = get(get(vector, "outcome"), "after");
  cloudconvert_next next;
  uint64_t now = START;
  for (;;) {
    CHECK_INT(cloudconvert_call_poll(call, now, &next), CLOUDCONVERT_CODE_OK);
    if (next.action == CLOUDCONVERT_ACTION_DONE) break;
    if (next.action == CLOUDCONVERT_ACTION_SEND) {
      check_request(vector, get(vector, "expect"), next.request);
      check_body(get(get(vector, "expect"), "json"), next.request);
      now += 10;
      answer(vector, call, next.request, now);
    } else if (next.action == CLOUDCONVERT_ACTION_SETTLE) {
      CHECK_INT(cloudconvert_call_settled(call, now, NULL), CLOUDCONVERT_CODE_OK);
    } else {
      CHECK(next.until > now);
      now = next.until;
    }
  }
  CHECK(after == NULL || now - START >= (uint64_t)json_integer_value(json_array_get(after, 0)));
  CHECK(after == NULL || now - START <= (uint64_t)json_integer_value(json_array_get(after, 1)));
  return next.result;
}

static void replay(const json_t *vector) {
  const json_t *outcome = get(vector, "outcome");
  cloudconvert_api *api;
  cloudconvert_call *call;
  char *wish = wish_of(vector);
  CHECK_INT(make_api(vector, &api), CLOUDCONVERT_CODE_OK);
  cloudconvert_code code = cloudconvert_call_new(api, wish, NULL, 1, &call);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
  free(wish);
  if (get(vector, "expect") == NULL) {
    check_error(outcome, code, cloudconvert_last_message());
    return;
  }
  CHECK_INT(code, CLOUDCONVERT_CODE_OK);
  const cloudconvert_result *result = drive(vector, call);
  if (result->code == CLOUDCONVERT_CODE_OK) {
    json_t *told = json_loads(result->reply, 0, NULL);
    CHECK(text(outcome, "error") == NULL && json_is_object(told) && contains(told, outcome));
    // Behind the last page there is no call for the next.
    CHECK(get(outcome, "next") != NULL || get(told, "next") == NULL);
    json_decref(told);
  } else {
    CHECK(result->reply == NULL);
    check_error(outcome, result->code, result->message);
    check_details(outcome, result);
  }
  CHECK_INT(cloudconvert_call_free(call), CLOUDCONVERT_CODE_OK);
}

int main(int count, char **paths) {
  CHECK(count > 1);
  for (int i = 1; i < count; i++) {
    check_context = paths[i];
    json_t *vector = json_load_file(paths[i], JSON_ALLOW_NUL, NULL);
    CHECK(vector != NULL);
    replay(vector);
    json_decref(vector);
  }
  printf("%d vectors of calls replayed\n", count - 1);
  return EXIT_SUCCESS;
}
