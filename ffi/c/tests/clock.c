// Run under faketime, which reads by how much the wall clock was set from the file that is the argument.
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "cloudconvert.h"

static const time_t DAY = 24 * 60 * 60;

static void set(const char *path, const char *by) {
  FILE *file = fopen(path, "w");
  CHECK(file != NULL);
  CHECK(fputs(by, file) >= 0);
  CHECK_INT(fclose(file), 0);
}

static void moves(const char *path, const char *by, time_t seconds) {
  time_t wall = time(NULL);
  uint64_t now = cloudconvert_now(), then;
  set(path, by);
  CHECK(labs((long)(time(NULL) - wall - seconds)) < DAY / 24);
  then = cloudconvert_now();
  CHECK(then >= now && then - now < 60 * 60 * 1000);
}

int main(int count, char **arguments) {
  CHECK_INT(count, 2);
  CHECK(labs((long)(cloudconvert_now() / 1000) - (long)time(NULL)) < 60 * 60);
  moves(arguments[1], "-1d", -DAY);
  moves(arguments[1], "+1d", 2 * DAY);
  moves(arguments[1], "+0d", -DAY);
  return 0;
}
