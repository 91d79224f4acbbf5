// A program's own functions stand before those of the C library, also for the libraries that it uses. So these are asked for
// the time by Foundation and by the kit. Where that is not so, as on Apple's systems, nobody calls them.
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "WallClock.h"

#if defined(__linux__)
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static atomic_long ahead;

void setWallClock(long seconds) { atomic_store(&ahead, seconds); }

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = (int)syscall(SYS_clock_gettime, clock, now);
  if (failed == 0 && clock == CLOCK_REALTIME) now->tv_sec += atomic_load(&ahead);
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *now) {
  struct timespec precise;
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
  if (now != NULL) *now = precise.tv_sec;
  return precise.tv_sec;
}
#else
void setWallClock(long seconds) { (void)seconds; }
#endif
