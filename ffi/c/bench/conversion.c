// What the C ABI costs: the conversion of bench/core.rs, driven through it.
//
// `cargo xtask bench ffi` counts its instructions under callgrind. With a number, it converts so often and tells how many
// microseconds each took.
#define _POSIX_C_SOURCE 200809L
#include <cloudconvert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What the service answers, in order: create, start, upload, two polls, download, delete.
static char answers[7][2048];

static const char JOB[] =
    "{\"input\":\"upload\",\"name\":\"Cloud Atlas Extended Trailer #1 (2012) HD.flv\",\"size\":14558739,\"to\":\"mp4\"}";

// A whole conversion. callgrind counts what happens in here, and finds it by its name.
void measured(const cloudconvert_api *api);

void __attribute__((noinline)) measured(const cloudconvert_api *api) {
  cloudconvert_conversion *conversion;
  uint64_t now = 1700000000000;
  size_t answered = 0;
  if (cloudconvert_begin_convert(api, JOB, NULL, 7, &conversion) != CLOUDCONVERT_CODE_OK) abort();
  for (;;) {
    cloudconvert_next next;
    if (cloudconvert_conversion_poll(conversion, now, &next) != CLOUDCONVERT_CODE_OK) abort();
    if (next.action == CLOUDCONVERT_ACTION_DONE) {
      if (next.result->code != CLOUDCONVERT_CODE_OK || answered != 7) abort();
      break;
    }
    if (next.action == CLOUDCONVERT_ACTION_SETTLE) {
      if (cloudconvert_conversion_settled(conversion, now, NULL) != CLOUDCONVERT_CODE_OK) abort();
      continue;
    }
    if (next.action != CLOUDCONVERT_ACTION_SEND) {
      now = next.until;
      continue;
    }
    cloudconvert_response response;
    memset(&response, 0, sizeof response);
    response.status = 200;
    response.body = (const uint8_t *)answers[answered];
    response.body_size = strlen(answers[answered++]);
    if (next.request->sink_size != CLOUDCONVERT_UNKNOWN) response.received = next.request->sink_size;
    now += 50;
    if (cloudconvert_conversion_answered(conversion, now, next.request->id, &response) != CLOUDCONVERT_CODE_OK) abort();
  }
  cloudconvert_conversion_free(conversion);
}

int main(int count, char **arguments) {
  long times = count > 2 ? atol(arguments[2]) : 1;
  FILE *file = count > 1 ? fopen(arguments[1], "r") : NULL;
  if (file == NULL) return fprintf(stderr, "usage: conversion ANSWERS [TIMES]\n"), 2;
  for (size_t i = 0; i < 7; i++) {
    if (fgets(answers[i], sizeof answers[i], file) == NULL) return EXIT_FAILURE;
    answers[i][strcspn(answers[i], "\n")] = '\0';
  }
  fclose(file);
  struct timespec begin, end;
  cloudconvert_api *api;
  if (cloudconvert_api_new("https://api.example.com/v1", "KEY", &api) != CLOUDCONVERT_CODE_OK) return EXIT_FAILURE;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (long i = 0; i < times; i++) measured(api);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double elapsed = (double)(end.tv_sec - begin.tv_sec) * 1e6 + (double)(end.tv_nsec - begin.tv_nsec) / 1e3;
  printf("%.1f\n", elapsed / (double)times);
  cloudconvert_api_free(api);
  return EXIT_SUCCESS;
}
