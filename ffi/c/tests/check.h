// Checks that say what failed, and end the program.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What is being tested; the file of a vector.
static const char *check_context = "";

static inline void check_fail(const char *file, int line, const char *what) {
  fprintf(stderr, "%s:%d: %s: %s\n", file, line, check_context, what);
  exit(EXIT_FAILURE);
}

static inline void check_int(const char *file, int line, const char *what, long long left, long long right) {
  if (left == right) return;
  fprintf(stderr, "%lld is not %lld\n", left, right);
  check_fail(file, line, what);
}

// Texts, or NULL.
static inline void check_text(const char *file, int line, const char *what, const char *left, const char *right) {
  if (left == right || (left != NULL && right != NULL && strcmp(left, right) == 0)) return;
  fprintf(stderr, "%s is not %s\n", left == NULL ? "NULL" : left, right == NULL ? "NULL" : right);
  check_fail(file, line, what);
}

#define CHECK(condition) ((condition) ? (void)0 : check_fail(__FILE__, __LINE__, #condition))
#define CHECK_INT(left, right) check_int(__FILE__, __LINE__, #left, (long long)(left), (long long)(right))
#define CHECK_TEXT(left, right) check_text(__FILE__, __LINE__, #left, left, right)

#endif
