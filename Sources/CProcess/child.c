/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 256, BITS = 8 * sizeof(unsigned long) };

typedef struct {
  size_t cpu_words;
  size_t node_words;
  unsigned long cpus[WORDS];
  unsigned long nodes[WORDS];
} orders;

typedef struct {
  child_step step;
  int problem;
} answer;

static sigset_t original;

/* What a parent passes on; the terminal's own among them are told by their origin. */
static void forwarded(sigset_t *set) {
  static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
  sigemptyset(set);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaddset(set, signals[i]);
}

static bool read_all(int file, void *place, size_t size) {
  char *next = place;
  while (size > 0) {
    ssize_t count = read(file, next, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    next += count;
    size -= (size_t)count;
  }
  return true;
}

static _Noreturn void fail(int answers, child_step step) {
  answer said = {step, errno};
  ssize_t ignored = write(answers, &said, sizeof said);
  (void)ignored;
  _exit(127);
}

static _Noreturn void be_child(char *const *arguments, int orders_end, int answers_end) {
  static orders told;
  if (!read_all(orders_end, &told, sizeof told)) _exit(0);
  if (told.cpu_words > 0 &&
      sched_setaffinity(0, told.cpu_words * sizeof(unsigned long), (const cpu_set_t *)told.cpus) != 0)
    fail(answers_end, CHILD_CPUS);
  /* The kernel wants one bit more than the last. */
  if (told.node_words > 0 && set_mempolicy(MPOL_BIND, told.nodes, told.node_words * BITS + 1) != 0)
    fail(answers_end, CHILD_MEMORY);
  sigprocmask(SIG_SETMASK, &original, NULL);
  execvp(arguments[0], arguments);
  fail(answers_end, CHILD_EXEC);
}

int child_make(char *const *arguments, child_handle *child) {
  int orders_ends[2], answers_ends[2];
  if (pipe2(orders_ends, O_CLOEXEC) != 0) return errno;
  if (pipe2(answers_ends, O_CLOEXEC) != 0) {
    int problem = errno;
    close(orders_ends[0]);
    close(orders_ends[1]);
    return problem;
  }
  sigset_t set;
  forwarded(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, &original);
  pid_t pid = fork();
  int problem = errno;
  if (pid == 0) {
    close(orders_ends[1]);
    close(answers_ends[0]);
    be_child(arguments, orders_ends[0], answers_ends[1]);
  }
  close(orders_ends[0]);
  close(answers_ends[1]);
  if (pid < 0) {
    close(orders_ends[1]);
    close(answers_ends[0]);
    sigprocmask(SIG_SETMASK, &original, NULL);
    return problem;
  }
  *child = (child_handle){pid, orders_ends[1], answers_ends[0]};
  return 0;
}

int child_run(const child_handle *child, const unsigned long *cpus, size_t cpu_words, const unsigned long *nodes,
              size_t node_words, child_step *step) {
  static orders told;
  *step = cpu_words > WORDS ? CHILD_CPUS : CHILD_MEMORY;
  if (cpu_words > WORDS || node_words > WORDS) return EINVAL;
  told.cpu_words = cpu_words;
  told.node_words = node_words;
  for (size_t i = 0; i < cpu_words; i++) told.cpus[i] = cpus[i];
  for (size_t i = 0; i < node_words; i++) told.nodes[i] = nodes[i];
  *step = CHILD_EXEC;
  const char *next = (const char *)&told;
  size_t left = sizeof told;
  while (left > 0) {
    ssize_t count = write(child->orders, next, left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    next += count;
    left -= (size_t)count;
  }
  close(child->orders);
  answer said;
  /* The other end is closed by a successful execve(2). */
  bool failed = read_all(child->answers, &said, sizeof said);
  close(child->answers);
  *step = failed ? said.step : CHILD_RUNS;
  return failed ? said.problem : 0;
}

void child_cancel(const child_handle *child) {
  close(child->orders);
  close(child->answers);
  kill(child->pid, SIGKILL);
  while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) continue;
  sigprocmask(SIG_SETMASK, &original, NULL);
}

int child_wait(const child_handle *child) {
  sigset_t set;
  forwarded(&set);
  sigaddset(&set, SIGCHLD);
  for (;;) {
    int status;
    pid_t ended = waitpid(child->pid, &status, WNOHANG);
    if (ended == child->pid) return status;
    if (ended < 0 && errno != EINTR) return -1;
    siginfo_t info;
    int number = sigwaitinfo(&set, &info);
    if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL) kill(child->pid, number);
  }
}
