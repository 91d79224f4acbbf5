// What both kinds of vectors have in common: JSON, requests and answers. The format is in their README.
#ifndef VECTOR_H
#define VECTOR_H

#include <cloudconvert.h>
#include <jansson.h>

#include "check.h"

static inline json_t *get(const json_t *object, const char *name) { return json_object_get(object, name); }

static inline const char *text(const json_t *object, const char *name) { return json_string_value(get(object, name)); }

static inline uint64_t number(const json_t *object, const char *name, uint64_t otherwise) {
  const json_t *item = get(object, name);
  return json_is_integer(item) ? (uint64_t)json_integer_value(item) : otherwise;
}

static inline bool is_true(const json_t *object, const char *name) { return json_is_true(get(object, name)); }

static inline const char *header(const cloudconvert_request *request, const char *name) {
  for (size_t i = 0; i < request->header_count; i++) {
    if (strcmp(request->headers[i].name, name) == 0) return request->headers[i].value;
  }
  return NULL;
}

// The method, the URL, the key and the headers of a request.
static inline void check_request(const json_t *vector, const json_t *expect, const cloudconvert_request *request) {
  const char *key = text(vector, "key"), *name;
  char call[2000], bearer[200];
  json_t *value;
  snprintf(call, sizeof call, "%s %s", request->method, request->url);
  CHECK_TEXT(call, text(expect, "call"));
  CHECK_INT(request->carries_key, is_true(expect, "key"));
  snprintf(bearer, sizeof bearer, "Bearer %s", key == NULL ? "" : key);
  CHECK_TEXT(header(request, "authorization"), request->carries_key ? bearer : NULL);
  CHECK(key == NULL || strstr(request->url, key) == NULL);
  json_object_foreach(get(expect, "headers"), name, value) CHECK_TEXT(header(request, name), json_string_value(value));
}

// The status and the headers of an answer.
static inline void begin_response(cloudconvert_response *response, cloudconvert_header *headers, const json_t *answer) {
  const char *name;
  json_t *value;
  memset(response, 0, sizeof *response);
  response->status = (uint16_t)number(answer, "status", 200);
  response->headers = headers;
  if (get(answer, "url") != NULL) {
    // This host does not follow redirects.
    response->status = 303;
    headers[response->header_count].name = "Location";
    headers[response->header_count++].value = text(answer, "url");
  }
  json_object_foreach(get(answer, "headers"), name, value) {
    headers[response->header_count].name = name;
    headers[response->header_count++].value = json_string_value(value);
  }
}

static inline void check_error(const json_t *outcome, cloudconvert_code code, const char *message) {
  const char *part = text(outcome, "message");
  CHECK_TEXT(cloudconvert_code_name(code), text(outcome, "error"));
  CHECK(part == NULL || strstr(message, part) != NULL);
}

// Whether the connection broke, or there never was one.
static inline cloudconvert_reason broken(const char *fail) {
  return strcmp(fail, "unreached") == 0 ? CLOUDCONVERT_REASON_UNREACHED : CLOUDCONVERT_REASON_CONNECTION;
}

// What a failure has besides its code and its message.
static inline void check_details(const json_t *outcome, const cloudconvert_result *result) {
  if (get(outcome, "status") != NULL) CHECK_INT(result->status, number(outcome, "status", 0));
  if (get(outcome, "isRetryable") != NULL) CHECK_INT(result->is_retryable, json_is_true(get(outcome, "isRetryable")));
  if (get(outcome, "retryAfter") != NULL) CHECK_INT(result->retry_after, number(outcome, "retryAfter", 0));
}

// Where a vector says no base and no key, the service is where its URL is.
static inline cloudconvert_code make_api(const json_t *vector, cloudconvert_api **api) {
  const char *base = text(vector, "base"), *key = text(vector, "key"), *url = text(vector, "url");
  if (base == NULL && key == NULL && url != NULL) return cloudconvert_api_for_url(url, api);
  return cloudconvert_api_new(base, key, api);
}

#endif
