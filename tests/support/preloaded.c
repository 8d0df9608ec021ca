// For system tests: a library that is loaded before a program's own. With ICN_TEST_TIME_S in the environment the wall
// clock is fixed at that second; with ICN_TEST_KILL_AT_SYNC=N the program is killed instead of its N-th file sync,
// counted from 1.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec* time) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const char* fixed = getenv("ICN_TEST_TIME_S");
  if (clock != CLOCK_REALTIME || fixed == NULL) return real(clock, time);
  time->tv_sec = atoll(fixed);
  time->tv_nsec = 0;
  return 0;
}

static void count_sync(void) {
  static atomic_llong syncs;
  const char* last = getenv("ICN_TEST_KILL_AT_SYNC");
  if (last != NULL && atomic_fetch_add(&syncs, 1) + 1 == atoll(last)) raise(SIGKILL);
}

int fsync(int file) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  count_sync();
  return real(file);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  count_sync();
  return real(file);
}
