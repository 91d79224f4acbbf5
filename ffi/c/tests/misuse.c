// What goes wrong in calling programs is an error code: never a crash, a leak or a hang.
#include <cloudconvert.h>
#include <stdint.h>

#include "check.h"

static const char JOB[] = "{\"input\": \"upload\", \"name\": \"photo.png\", \"size\": 4, \"to\": \"jpg\"}";
#define BASE "https://api.example.com/v1"
static const char KEY[] = "KEY-s3cret";
static const char NOT_UTF8[] = "\xff\xfe";

// An answer has the code, and words about it that do not show the key.
static void refused(cloudconvert_code code, cloudconvert_code expected, const char *words) {
  CHECK_TEXT(cloudconvert_code_name(code), cloudconvert_code_name(expected));
  if (strstr(cloudconvert_last_message(), words) == NULL) CHECK_TEXT(cloudconvert_last_message(), words);
  CHECK(strstr(cloudconvert_last_message(), KEY) == NULL);
}

static cloudconvert_api *new_api(void) {
  cloudconvert_api *api;
  CHECK_INT(cloudconvert_api_new(BASE, KEY, &api), CLOUDCONVERT_CODE_OK);
  return api;
}

static cloudconvert_conversion *new_conversion(const cloudconvert_api *api) {
  cloudconvert_conversion *conversion;
  CHECK_INT(cloudconvert_begin_convert(api, JOB, NULL, 7, &conversion), CLOUDCONVERT_CODE_OK);
  return conversion;
}

static void null_pointers(void) {
  cloudconvert_api *api = new_api(), *none = api;
  cloudconvert_conversion *conversion = new_conversion(api), *no_conversion = conversion;
  cloudconvert_next next;
  refused(cloudconvert_api_new(BASE, KEY, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`api` is NULL");
  refused(cloudconvert_api_for_url(NULL, &none), CLOUDCONVERT_CODE_NULL_POINTER, "`url` is NULL");
  CHECK(none == NULL);
  refused(cloudconvert_api_trust(NULL, "e.com"), CLOUDCONVERT_CODE_NULL_POINTER, "`api` is NULL");
  refused(cloudconvert_api_trust(api, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`host` is NULL");
  refused(cloudconvert_begin_convert(NULL, JOB, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`api` is NULL");
  CHECK(no_conversion == NULL);
  refused(cloudconvert_begin_convert(api, NULL, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`job` is NULL");
  refused(cloudconvert_begin_convert(api, JOB, NULL, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`conversion` is NULL");
  refused(cloudconvert_begin_file(api, NULL, 4, "jpg", NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`path` is NULL");
  refused(cloudconvert_begin_file(api, "a.png", 4, NULL, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`to` is NULL");
  refused(cloudconvert_begin_file(api, "a/png", 4, "jpg", NULL, 1, &no_conversion), CLOUDCONVERT_CODE_BAD_REQUEST, "extension");
  refused(cloudconvert_conversion_save(conversion, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`saved` is NULL");
  const char *does;
  refused(cloudconvert_conversion_write_to(conversion, NULL, &does), CLOUDCONVERT_CODE_NULL_POINTER, "`named` is NULL");
  refused(cloudconvert_conversion_write_to(conversion, "{}", NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`does` is NULL");
  refused(cloudconvert_conversion_write_to(conversion, "{\"path\": \"\"}", &does), CLOUDCONVERT_CODE_BAD_REQUEST, "is empty");
  refused(cloudconvert_conversion_write_to(conversion, "{\"path\": \"a/b\"}", &does), CLOUDCONVERT_CODE_OUTPUT, "there is no folder");
  refused(cloudconvert_conversion_change(conversion, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`policy` is NULL");
  refused(cloudconvert_conversion_change(conversion, "{\"retries\": \"many\"}"), CLOUDCONVERT_CODE_BAD_REQUEST, "`retries`");
  CHECK_INT(cloudconvert_conversion_change(conversion, "{\"retries\": 3}"), CLOUDCONVERT_CODE_OK);
  char format[33];
  refused(cloudconvert_format_of(NULL, format, sizeof format), CLOUDCONVERT_CODE_NULL_POINTER, "`name` is NULL");
  refused(cloudconvert_format_of("all.tar.gz", format, 3), CLOUDCONVERT_CODE_OUT_OF_RANGE, "");
  refused(cloudconvert_conversion_settled(conversion, 1, NULL), CLOUDCONVERT_CODE_WRONG_ORDER, "the outputs do not get their names yet");
  refused(cloudconvert_conversion_named(conversion, 1, "a", "a"), CLOUDCONVERT_CODE_WRONG_ORDER, "the outputs do not get their names yet");
  refused(cloudconvert_conversion_answer_body(conversion, 1, NULL, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`taken` is NULL");
  refused(cloudconvert_begin_prepare(api, NULL, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`job` is NULL");
  cloudconvert_input_file file;
  memset(&file, 0, sizeof file);
  refused(cloudconvert_begin_upload(api, BASE, NULL, 1, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`files`");
  refused(cloudconvert_begin_upload(api, BASE, &file, 1, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`name`");
  refused(cloudconvert_begin_follow(api, NULL, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`ticket`");
  refused(cloudconvert_begin_delete(api, NULL, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`ticket`");
  refused(cloudconvert_conversion_restore(api, NULL, &no_conversion), CLOUDCONVERT_CODE_NULL_POINTER, "`saved` is NULL");
  refused(cloudconvert_conversion_poll(NULL, 1, &next), CLOUDCONVERT_CODE_NULL_POINTER, "`conversion` is NULL");
  refused(cloudconvert_conversion_poll(conversion, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`next` is NULL");
  refused(cloudconvert_conversion_answered(conversion, 1, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`response` is NULL");
  cloudconvert_response head;
  memset(&head, 0, sizeof head);
  head.status = 200;
  cloudconvert_body_target target;
  refused(cloudconvert_conversion_begun(conversion, 1, 1, &head, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`target` is NULL");
  refused(cloudconvert_conversion_begun(conversion, 1, 1, NULL, &target), CLOUDCONVERT_CODE_NULL_POINTER, "`response` is NULL");
  refused(cloudconvert_conversion_progress(conversion, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`progress` is NULL");
  refused(cloudconvert_conversion_save(conversion, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`saved` is NULL");
  refused(cloudconvert_conversion_supply(conversion, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`job` is NULL");
  refused(cloudconvert_conversion_called_back(conversion, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`called` is NULL");
  refused(cloudconvert_conversion_cancel(NULL, 1), CLOUDCONVERT_CODE_NULL_POINTER, "`conversion` is NULL");
  CHECK_INT(cloudconvert_conversion_free(NULL), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(NULL), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

static void dead_handles(void) {
  cloudconvert_api *api = new_api();
  cloudconvert_conversion *conversion = new_conversion(api), *other;
  cloudconvert_next next;
  int local = 0;
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_api_free(api), CLOUDCONVERT_CODE_DEAD_HANDLE, "`api`");
  refused(cloudconvert_begin_convert(api, JOB, NULL, 1, &other), CLOUDCONVERT_CODE_DEAD_HANDLE, "was it freed?");
  CHECK_INT(cloudconvert_conversion_poll(conversion, 1, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_DEAD_HANDLE, "`conversion`");
  refused(cloudconvert_conversion_poll(conversion, 1, &next), CLOUDCONVERT_CODE_DEAD_HANDLE, "`conversion`");
  refused(cloudconvert_conversion_cancel(conversion, 1), CLOUDCONVERT_CODE_DEAD_HANDLE, "`conversion`");
  // Another kind of handle, and a pointer that never was one.
  api = new_api();
  refused(cloudconvert_conversion_free((cloudconvert_conversion *)(void *)api), CLOUDCONVERT_CODE_DEAD_HANDLE, "`conversion`");
  refused(cloudconvert_conversion_poll((cloudconvert_conversion *)(void *)&local, 1, &next), CLOUDCONVERT_CODE_DEAD_HANDLE, "");
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

static void wrong_texts(void) {
  cloudconvert_api *api = new_api(), *none;
  cloudconvert_conversion *conversion;
  refused(cloudconvert_api_new(NOT_UTF8, KEY, &none), CLOUDCONVERT_CODE_NOT_UTF8, "`base` is not UTF-8");
  refused(cloudconvert_api_new(BASE, NOT_UTF8, &none), CLOUDCONVERT_CODE_NOT_UTF8, "`key` is not UTF-8");
  refused(cloudconvert_api_new("nowhere", KEY, &none), CLOUDCONVERT_CODE_BAD_REQUEST, "https://");
  refused(cloudconvert_api_new(BASE, "KEY-s3cret\n", &none), CLOUDCONVERT_CODE_BAD_REQUEST, "the API key");
  refused(cloudconvert_begin_convert(api, NOT_UTF8, NULL, 1, &conversion), CLOUDCONVERT_CODE_NOT_UTF8, "`job`");
  refused(cloudconvert_begin_convert(api, JOB, NOT_UTF8, 1, &conversion), CLOUDCONVERT_CODE_NOT_UTF8, "`policy`");
  refused(cloudconvert_begin_convert(api, "{", NULL, 1, &conversion), CLOUDCONVERT_CODE_BAD_REQUEST, "`job` is not a JSON");
  refused(cloudconvert_begin_convert(api, JOB, "7", 1, &conversion), CLOUDCONVERT_CODE_BAD_REQUEST, "`policy`");
  refused(cloudconvert_begin_convert(api, JOB, "{\"colour\": 1}", 1, &conversion), CLOUDCONVERT_CODE_BAD_REQUEST, "colour");
  refused(cloudconvert_begin_convert(api, "{}", NULL, 1, &conversion), CLOUDCONVERT_CODE_BAD_REQUEST, "`input`");
  refused(cloudconvert_begin_follow(api, "//evil.com/p", NULL, 1, &conversion), CLOUDCONVERT_CODE_UNTRUSTED_URL, "evil.com");
  refused(cloudconvert_conversion_restore(api, "{}", &conversion), CLOUDCONVERT_CODE_BAD_REQUEST, "not a saved conversion");
  refused(cloudconvert_begin_upload(api, BASE, NULL, 0, NULL, 1, &conversion), CLOUDCONVERT_CODE_BAD_REQUEST, "a file");
  CHECK_INT(cloudconvert_api_trust(api, "evil.com"), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_begin_follow(api, "//evil.com/p", NULL, 1, &conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

static void wrong_order(void) {
  cloudconvert_api *api = new_api();
  cloudconvert_conversion *conversion = new_conversion(api);
  cloudconvert_next next;
  cloudconvert_body_target target;
  cloudconvert_response response;
  memset(&response, 0, sizeof response);
  response.status = 500;
  refused(cloudconvert_conversion_sent(conversion, 1, 1, 5), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  size_t taken;
  refused(cloudconvert_conversion_answered(conversion, 1, 1, &response), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  refused(cloudconvert_conversion_answer_body(conversion, 0, (const uint8_t *)"a", 1, &taken), CLOUDCONVERT_CODE_WRONG_ORDER, "begun");
  refused(cloudconvert_conversion_answer_ended(conversion, 1, 0), CLOUDCONVERT_CODE_WRONG_ORDER, "begun");
  refused(cloudconvert_conversion_held(conversion, 1, 1), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  refused(cloudconvert_conversion_begun(conversion, 1, 1, &response, &target), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  CHECK_INT(cloudconvert_conversion_poll(conversion, 1, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_SEND);
  uint64_t id = next.request->id;
  refused(cloudconvert_conversion_sent(conversion, 1, 0, 5), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  refused(cloudconvert_conversion_received(conversion, 1, id + 1, 5), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  refused(cloudconvert_conversion_failed(conversion, 1, id, (cloudconvert_reason)0, NULL), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`reason`");
  refused(cloudconvert_conversion_failed(conversion, 1, id, CLOUDCONVERT_REASON_INPUT, NOT_UTF8), CLOUDCONVERT_CODE_NOT_UTF8, "`why`");
  response.header_count = 1;
  refused(cloudconvert_conversion_answered(conversion, 1, id, &response), CLOUDCONVERT_CODE_NULL_POINTER, "`headers` is NULL");
  cloudconvert_header header = {"retry-after", NULL};
  response.headers = &header;
  refused(cloudconvert_conversion_answered(conversion, 1, id, &response), CLOUDCONVERT_CODE_NULL_POINTER, "value` is NULL");
  response.header_count = 0;
  response.body_size = 7;
  refused(cloudconvert_conversion_answered(conversion, 1, id, &response), CLOUDCONVERT_CODE_NULL_POINTER, "`body` is NULL");
  response.body = (const uint8_t *)"";
  response.body_size = SIZE_MAX;
  refused(cloudconvert_conversion_answered(conversion, 1, id, &response), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`body`");
  // After all that it goes on as if nothing had happened; header values may be any bytes.
  header.value = NOT_UTF8;
  response.header_count = 1;
  response.body_size = 0;
  CHECK_INT(cloudconvert_conversion_answered(conversion, 2, id, &response), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_answered(conversion, 2, id, &response), CLOUDCONVERT_CODE_OK);  // over already: ignored
  CHECK_INT(cloudconvert_conversion_poll(conversion, 2, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_WAIT);
  CHECK_INT(cloudconvert_conversion_cancel(conversion, 3), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_poll(conversion, 3, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_DONE);
  const cloudconvert_result *result = next.result;
  CHECK_INT(cloudconvert_conversion_poll(conversion, 4, &next), CLOUDCONVERT_CODE_OK);
  CHECK(next.result == result && result->code == CLOUDCONVERT_CODE_CANCELLED);
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

// A request that is over can be read until the next poll, so that there is time to abort it.
static void request_outlives_the_next(void) {
  cloudconvert_api *api = new_api();
  cloudconvert_conversion *conversion = new_conversion(api);
  cloudconvert_next first, next;
  CHECK_INT(cloudconvert_conversion_poll(conversion, 1, &first), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_failed(conversion, 2, first.request->id, CLOUDCONVERT_REASON_CONNECTION, NULL), 0);
  CHECK_INT(cloudconvert_conversion_poll(conversion, 2, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_poll(conversion, next.until, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_SEND);
  CHECK(next.request != first.request && next.request->id == first.request->id + 1);
  CHECK_TEXT(first.request->url, "https://api.example.com/v1/process");
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

static void batches(void) {
  cloudconvert_api *api = new_api();
  cloudconvert_conversion *first = new_conversion(api), *second = new_conversion(api);
  cloudconvert_batch *batch, *none;
  cloudconvert_batch_next next;
  cloudconvert_next single;
  cloudconvert_progress progress;
  const char *saved;
  refused(cloudconvert_batch_new(1, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`batch` is NULL");
  refused(cloudconvert_batch_poll(NULL, 1, &next), CLOUDCONVERT_CODE_NULL_POINTER, "`batch` is NULL");
  refused(cloudconvert_batch_new(0, 1, &batch), CLOUDCONVERT_CODE_BAD_REQUEST, "`concurrency`");
  CHECK_INT(CLOUDCONVERT_CONCURRENCY, 5);
  CHECK_INT(cloudconvert_batch_new(CLOUDCONVERT_CONCURRENCY, 1, &batch), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_batch_poll(batch, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`next` is NULL");
  refused(cloudconvert_batch_add(batch, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`conversion` is NULL");
  refused(cloudconvert_batch_called_back(batch, 1, api, "?"), CLOUDCONVERT_CODE_BAD_REQUEST, "no process");
  CHECK_INT(cloudconvert_batch_add(batch, first), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_batch_add(batch, first), CLOUDCONVERT_CODE_WRONG_ORDER, "in a batch");
  CHECK_INT(cloudconvert_conversion_poll(second, 1, &single), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_batch_add(batch, second), CLOUDCONVERT_CODE_WRONG_ORDER, "on its own");
  // What is in a batch is polled through it, and freed after it.
  refused(cloudconvert_conversion_poll(first, 1, &single), CLOUDCONVERT_CODE_WRONG_ORDER, "in a batch");
  refused(cloudconvert_conversion_supply(first, JOB), CLOUDCONVERT_CODE_WRONG_ORDER, "in a batch");
  refused(cloudconvert_conversion_change(first, "{}"), CLOUDCONVERT_CODE_WRONG_ORDER, "in a batch");
  refused(cloudconvert_conversion_free(first), CLOUDCONVERT_CODE_WRONG_ORDER, "in a batch");
  CHECK_INT(cloudconvert_conversion_save(first, &saved), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_cancel(first, 1), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_batch_poll(batch, 1, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_BATCH_ACTION_DONE);
  CHECK(next.conversion == first && next.result->code == CLOUDCONVERT_CODE_CANCELLED);
  CHECK_INT(cloudconvert_batch_poll(batch, 1, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_BATCH_ACTION_IDLE);
  CHECK_INT(cloudconvert_conversion_poll(first, 1, &single), CLOUDCONVERT_CODE_OK);
  CHECK_INT(single.action, CLOUDCONVERT_ACTION_DONE);
  CHECK_INT(cloudconvert_conversion_progress(first, &progress), CLOUDCONVERT_CODE_OK);
  CHECK_INT(progress.stage, CLOUDCONVERT_STAGE_DONE);
  refused(cloudconvert_conversion_save(first, &saved), CLOUDCONVERT_CODE_WRONG_ORDER, "has ended");
  CHECK_INT(cloudconvert_conversion_cancel(first, 2), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(first), CLOUDCONVERT_CODE_OK);
  // A batch that is freed leaves its conversions to be freed.
  first = new_conversion(api);
  CHECK_INT(cloudconvert_batch_add(batch, first), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_batch_free(batch), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_batch_free(batch), CLOUDCONVERT_CODE_DEAD_HANDLE, "`batch`");
  refused(cloudconvert_conversion_cancel(first, 1), CLOUDCONVERT_CODE_DEAD_HANDLE, "`batch`");
  CHECK_INT(cloudconvert_conversion_free(first), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(second), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_batch_free(NULL), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_batch_new(1, 1, &none), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_batch_add(none, first), CLOUDCONVERT_CODE_DEAD_HANDLE, "`conversion`");
  CHECK_INT(cloudconvert_batch_free(none), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

static void calls(void) {
  static const char LIST[] = "{\"call\": \"list\"}";
  cloudconvert_api *api = new_api();
  cloudconvert_call *call;
  cloudconvert_body_target target;
  cloudconvert_response response;
  memset(&response, 0, sizeof response);
  response.status = 401;
  cloudconvert_next next;
  refused(cloudconvert_call_new(NULL, LIST, NULL, 7, &call), CLOUDCONVERT_CODE_NULL_POINTER, "`api` is NULL");
  CHECK(call == NULL);
  refused(cloudconvert_call_new(api, NULL, NULL, 7, &call), CLOUDCONVERT_CODE_NULL_POINTER, "`wish` is NULL");
  refused(cloudconvert_call_new(api, LIST, NULL, 7, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`call` is NULL");
  refused(cloudconvert_call_new(api, "[]", NULL, 7, &call), CLOUDCONVERT_CODE_BAD_REQUEST, "`wish` is not a JSON object");
  refused(cloudconvert_call_new(api, "{\"call\": \"hope\"}", NULL, 7, &call), CLOUDCONVERT_CODE_BAD_REQUEST, "no call `hope`");
  refused(cloudconvert_call_new(api, LIST, "7", 7, &call), CLOUDCONVERT_CODE_BAD_REQUEST, "`policy` is not a JSON object");
  refused(cloudconvert_call_new(api, LIST, "{\"hope\": 1}", 7, &call), CLOUDCONVERT_CODE_BAD_REQUEST, "no option `hope`");
  CHECK_INT(cloudconvert_call_new(api, LIST, "{\"retries\": 1}", 7, &call), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_call_poll(call, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`next` is NULL");
  refused(cloudconvert_call_answered(call, 1, 1, &response), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  CHECK_INT(cloudconvert_call_poll(call, 1, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_SEND);
  CHECK_INT(next.request->id, 1);
  refused(cloudconvert_call_begun(call, 0, 1, &response, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`target` is NULL");
  refused(cloudconvert_call_begun(call, 0, 2, &response, &target), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  refused(cloudconvert_call_received(call, 1, 2, 7), CLOUDCONVERT_CODE_WRONG_ORDER, "`id`");
  refused(cloudconvert_call_answered(call, 1, 1, NULL), CLOUDCONVERT_CODE_NULL_POINTER, "`response` is NULL");
  refused(cloudconvert_call_failed(call, 1, 1, (cloudconvert_reason)0, NULL), CLOUDCONVERT_CODE_OUT_OF_RANGE, "");
  // What only reads is asked again.
  CHECK_INT(cloudconvert_call_failed(call, 1, 1, CLOUDCONVERT_REASON_TIMEOUT, NULL), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_call_poll(call, 1000, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_SEND);
  CHECK_INT(cloudconvert_call_answered(call, 1001, next.request->id, &response), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_call_cancel(call), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_call_poll(call, 1002, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_DONE);
  CHECK_INT(next.result->code, CLOUDCONVERT_CODE_UNAUTHORIZED);
  CHECK(next.result->reply == NULL && strstr(next.result->message, "API key") != NULL);
  CHECK_TEXT(next.result->request_method, "GET");
  CHECK_TEXT(next.result->request_url, BASE "/processes");
  CHECK(!next.result->is_retryable && next.result->service_message == NULL && next.result->cause == NULL);
  CHECK_INT(cloudconvert_call_free(call), CLOUDCONVERT_CODE_OK);
  refused(cloudconvert_call_poll(call, 1002, &next), CLOUDCONVERT_CODE_DEAD_HANDLE, "`call`");
  refused(cloudconvert_call_begun(call, 0, 1, &response, &target), CLOUDCONVERT_CODE_DEAD_HANDLE, "`call`");
  refused(cloudconvert_call_cancel(call), CLOUDCONVERT_CODE_DEAD_HANDLE, "`call`");
  refused(cloudconvert_call_free(call), CLOUDCONVERT_CODE_DEAD_HANDLE, "`call`");
  CHECK_INT(cloudconvert_call_free(NULL), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

// What is not zero in reserved space is refused, so that a later version may give it a meaning.
static void reserved_space(void) {
  cloudconvert_api *api = new_api();
  cloudconvert_conversion *conversion = new_conversion(api), *no_conversion;
  cloudconvert_input_file file;
  cloudconvert_response response;
  cloudconvert_next next;
  memset(&file, 0, sizeof file);
  memset(&response, 0, sizeof response);
  file.name = "a.png";
  file.reserved[1] = 1;
  refused(cloudconvert_begin_upload(api, BASE, &file, 1, NULL, 1, &no_conversion), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`reserved`");
  CHECK_INT(cloudconvert_conversion_poll(conversion, 1, &next), CLOUDCONVERT_CODE_OK);
  response.status = 500;
  response.reserved[3] = 1;
  refused(cloudconvert_conversion_answered(conversion, 1, next.request->id, &response), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`reserved`");
  CHECK(next.reserved[0] == 0 && next.reserved[3] == 0);
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

// A failure tells its request and its cause, whatever the deletion after it leads to.
static void causes(void) {
  cloudconvert_api *api = new_api();
  cloudconvert_conversion *conversion;
  cloudconvert_next next;
  uint64_t now = 1;
  CHECK_INT(cloudconvert_begin_convert(api, JOB, "{\"retries\": 1}", 7, &conversion), CLOUDCONVERT_CODE_OK);
  for (;;) {
    CHECK_INT(cloudconvert_conversion_poll(conversion, now, &next), CLOUDCONVERT_CODE_OK);
    if (next.action == CLOUDCONVERT_ACTION_DONE) break;
    if (next.action == CLOUDCONVERT_ACTION_SEND) {
      CHECK_INT(cloudconvert_conversion_failed(conversion, now, next.request->id, CLOUDCONVERT_REASON_CONNECTION, "no route"),
                CLOUDCONVERT_CODE_OK);
    } else {
      now = next.until;
    }
  }
  CHECK_INT(next.result->code, CLOUDCONVERT_CODE_NETWORK);
  CHECK(next.result->is_retryable);
  CHECK_TEXT(next.result->cause, "no route");
  CHECK_TEXT(next.result->request_method, "POST");
  CHECK_TEXT(next.result->request_url, BASE "/process");
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

static void quotes(void) {
  char quoted[] = "0123456789";
  CHECK_INT(cloudconvert_quote("a\"\n", quoted, sizeof quoted), CLOUDCONVERT_CODE_OK);
  CHECK_TEXT(quoted, "\"a\\\"\\n\"");
  refused(cloudconvert_quote("a\"\n", quoted, 7), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`size`");
  refused(cloudconvert_quote("a", quoted, 0), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`size`");
  refused(cloudconvert_quote("a", quoted, SIZE_MAX), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`quoted`");
  refused(cloudconvert_quote(NULL, quoted, sizeof quoted), CLOUDCONVERT_CODE_NULL_POINTER, "`plain` is NULL");
  refused(cloudconvert_quote("a", NULL, 9), CLOUDCONVERT_CODE_NULL_POINTER, "`quoted` is NULL");
  CHECK_INT(cloudconvert_quote(NOT_UTF8, quoted, sizeof quoted), CLOUDCONVERT_CODE_OK);
  CHECK_TEXT(quoted, "\"%FF%FE\"");
}

static void names(void) {
  char name[] = "0123456789 (4294967295)";
  uint64_t time = cloudconvert_now();
  CHECK(time > UINT64_C(1700000000000) && cloudconvert_now() >= time);
  CHECK_INT(cloudconvert_numbered_name("a.tar.gz", 0, name, sizeof name), CLOUDCONVERT_CODE_OK);
  CHECK_TEXT(name, "a.tar.gz");
  CHECK_INT(cloudconvert_numbered_name("012345.tgz", UINT32_MAX, name, sizeof name), CLOUDCONVERT_CODE_OK);
  CHECK_TEXT(name, "012345 (4294967295).tgz");
  refused(cloudconvert_numbered_name("a.jpg", 1, name, 9), CLOUDCONVERT_CODE_OUT_OF_RANGE, "`size`");
  refused(cloudconvert_numbered_name(NULL, 1, name, sizeof name), CLOUDCONVERT_CODE_NULL_POINTER, "`name` is NULL");
  refused(cloudconvert_numbered_name("a", 1, NULL, 9), CLOUDCONVERT_CODE_NULL_POINTER, "`result` is NULL");
  CHECK_TEXT(cloudconvert_code_name((cloudconvert_code)99), "unknown");
  CHECK_TEXT(cloudconvert_stage_name((cloudconvert_stage)99), "unknown");
  CHECK_TEXT(cloudconvert_stage_name(CLOUDCONVERT_STAGE_UPLOAD), "upload");
  CHECK(cloudconvert_version()[0] != '\0');
  CHECK(cloudconvert_seed() != cloudconvert_seed());
}

// What a program reads from its environment is empty where nothing is set.
static void an_empty_key(void) {
  cloudconvert_api *api;
  cloudconvert_next next;
  CHECK_INT(cloudconvert_api_new(BASE, "", &api), CLOUDCONVERT_CODE_OK);
  cloudconvert_conversion *conversion = new_conversion(api);
  CHECK_INT(cloudconvert_conversion_poll(conversion, 1, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_DONE);
  CHECK_INT(next.result->code, CLOUDCONVERT_CODE_UNAUTHORIZED);
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
}

int main(void) {
  CHECK_TEXT(cloudconvert_last_message(), "");
  null_pointers();
  dead_handles();
  wrong_texts();
  an_empty_key();
  wrong_order();
  request_outlives_the_next();
  batches();
  calls();
  reserved_space();
  causes();
  quotes();
  names();
  return EXIT_SUCCESS;
}
