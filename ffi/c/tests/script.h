// The script of a vector: which entry answers a request, and what stands in it for the mark of the client.
#ifndef SCRIPT_H
#define SCRIPT_H

#include "vector.h"

// What stands in scripts for the mark that every client gives the names of its tasks.
static const char MARK[] = "ck0000000000000000";

struct script {
  json_t *entries;
  size_t next;
  char mark[sizeof MARK];  // that the client chose
  json_t *job;             // as it was told last, for another process, which asks for it
  bool restores;           // whether every step happens in a new process
  bool asked;              // whether that process has asked how far its job is, and has not gone on yet
};

static inline void begin_script(struct script *script, const json_t *vector, bool restores) {
  memset(script, 0, sizeof *script);
  script->entries = get(vector, "script");
  script->restores = restores;
  strcpy(script->mark, MARK);
}

static inline json_t *entry(const struct script *script) { return json_array_get(script->entries, script->next); }

// Puts one mark in the place of another, which has the same length.
static inline char *replace_mark(char *body, const char *from, const char *to) {
  if (body == NULL || strcmp(from, to) == 0) return body;
  for (char *at = body; (at = strstr(at, from)) != NULL;) memcpy(at, to, strlen(to));
  return body;
}

// The body of a request as scripts write it. The first one with a mark tells which it is.
static inline char *unmarked(struct script *script, char *body) {
  const char *found = strstr(body, "\"tasks\":") == NULL ? NULL : strstr(body, "-ck");
  if (found != NULL && strlen(found) > strlen(MARK)) memcpy(script->mark, found + 1, strlen(MARK));
  return replace_mark(body, script->mark, MARK);
}

// An answer as the client has to see it.
static inline char *marked(const struct script *script, char *body) { return replace_mark(body, MARK, script->mark); }

static inline void remember_job(struct script *script, const json_t *answer) {
  json_t *data = get(answer, "data"), *job = data;
  size_t index;
  if (json_is_array(data)) {
    json_array_foreach(data, index, job) if (json_is_string(get(job, "id")) && get(job, "links") != NULL) break;
    if (index == json_array_size(data)) return;
  }
  if (!json_is_string(get(job, "id")) || get(job, "links") == NULL) return;
  json_decref(script->job);
  script->job = json_incref(job);
}

// The entry for a request; NULL where it is one of a process that asks how far things are.
static inline json_t *take_entry(struct script *script, const cloudconvert_request *request) {
  char call[2000];
  json_t *now = entry(script);
  snprintf(call, sizeof call, "%s %s", request->method, request->url);
  const char *expected = text(get(now, "expect"), "call");
  bool is_it = expected != NULL && strcmp(expected, call) == 0;
  if (is_true(now, "repeats")) {
    script->asked = is_it;
    if (is_it) return now;
    script->next++;
  } else if (!is_it && script->restores && strncmp(call, "GET ", 4) == 0 && strstr(call, "/v2/jobs") != NULL) {
    script->asked = true;
    return NULL;
  }
  script->asked = false;
  now = entry(script);
  CHECK(get(now, "expect") != NULL);
  script->next++;
  return now;
}

// What another process is told that asks which jobs there are, or how far its job is.
static inline json_t *told_again(const struct script *script, const cloudconvert_request *request) {
  CHECK(script->job != NULL);
  if (strchr(request->url, '?') != NULL) return json_pack("{s:{s:[]}}", "json", "data");
  return json_pack("{s:{s:O}}", "json", "data", script->job);
}

// A file in a form, by its name.
static inline bool is_framed(const char *body, const char *name) {
  char quoted[600];
  snprintf(quoted, sizeof quoted, "filename=\"%s\"\r\n", name);
  return strstr(body, quoted) != NULL;
}

// The fields of a form stand before its file, in this order.
static inline void check_fields(const json_t *fields, const char *body) {
  size_t index;
  json_t *field;
  json_array_foreach(fields, index, field) {
    char part[2000];
    snprintf(part, sizeof part, "form-data; name=\"%s\"\r\n\r\n%s\r\n", json_string_value(json_array_get(field, 0)),
             json_string_value(json_array_get(field, 1)));
    const char *found = strstr(body, part);
    CHECK(found != NULL);
    body = found + strlen(part);
  }
  CHECK(strstr(body, "; filename=") != NULL);
}

#endif
