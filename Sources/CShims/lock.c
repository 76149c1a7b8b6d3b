// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "shims.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

// flock(2) waits in the order in which processes came, but without a limit. So a thread waits in it, and is left
// behind when the time is over. Both have a number of the same open file: as long as the caller keeps its own, the lock
// that the thread got stays; once the caller closed that, the thread that gets it lets it go.

struct wait {
  pthread_mutex_t mutex;
  pthread_cond_t ended;
  int file;
  int problem;
  bool has_ended;
  bool is_left;
};

static int try_lock(int file, int operation) { return flock(file, operation) == 0 ? 0 : errno; }

static void discard(struct wait *wait) {
  pthread_cond_destroy(&wait->ended);
  pthread_mutex_destroy(&wait->mutex);
  free(wait);
}

static void *wait_in_queue(void *context) {
  struct wait *wait = context;
  int problem;
  do problem = try_lock(wait->file, LOCK_EX);
  while (problem == EINTR);
  close(wait->file);
  pthread_mutex_lock(&wait->mutex);
  wait->problem = problem;
  wait->has_ended = true;
  bool is_left = wait->is_left;
  pthread_cond_signal(&wait->ended);
  pthread_mutex_unlock(&wait->mutex);
  if (is_left) discard(wait);
  return NULL;
}

// The thread takes no signals: they are for those who asked for them.
static int start(struct wait *wait) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  int problem = pthread_create(&thread, &attributes, wait_in_queue, wait);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return problem;
}

static struct wait *new_wait(int file) {
  struct wait *wait = calloc(1, sizeof *wait);
  if (wait == NULL) return NULL;
  wait->file = fcntl(file, F_DUPFD_CLOEXEC, 0);
  if (wait->file < 0) {
    free(wait);
    return NULL;
  }
  pthread_mutex_init(&wait->mutex, NULL);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&wait->ended, &attributes);
  pthread_condattr_destroy(&attributes);
  return wait;
}

int shim_lock_exclusive(int file, unsigned milliseconds) {
  int problem = try_lock(file, LOCK_EX | LOCK_NB);
  if (problem != EWOULDBLOCK && problem != EINTR) return problem;
  if (milliseconds == 0) return ETIMEDOUT;
  struct wait *wait = new_wait(file);
  if (wait == NULL) return errno;
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += milliseconds / 1000;
  end.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_sec += 1;
    end.tv_nsec -= 1000000000;
  }
  problem = start(wait);
  if (problem != 0) {
    close(wait->file);
    discard(wait);
    return problem;
  }
  pthread_mutex_lock(&wait->mutex);
  while (!wait->has_ended && problem == 0) problem = pthread_cond_timedwait(&wait->ended, &wait->mutex, &end);
  bool has_ended = wait->has_ended;
  if (has_ended) problem = wait->problem;
  wait->is_left = true;
  pthread_mutex_unlock(&wait->mutex);
  if (has_ended) discard(wait);
  return problem;
}
