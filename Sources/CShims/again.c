// SPDX-License-Identifier: Apache-2.0
//
// This program once more, as a child that is watched: what Swift cannot call.
#define _GNU_SOURCE
#include "shims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RESULT = 3 };

int shim_memory_file(void) { return memfd_create("numa-hints", MFD_CLOEXEC); }

static int start(char *const *arguments, posix_spawn_file_actions_t *files, posix_spawnattr_t *how, int *process) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(how, &none);
  posix_spawnattr_setsigdefault(how, &all);
  posix_spawnattr_setpgroup(how, 0);
  posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t pid = 0;
  int problem = posix_spawn(&pid, "/proc/self/exe", files, how, arguments, environ);
  *process = pid;
  return problem;
}

int shim_run_again(char *const *arguments, int result, int output, int *process, int *file) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  int problem = posix_spawn_file_actions_init(&files);
  if (problem) return problem;
  problem = posix_spawnattr_init(&how);
  if (!problem) {
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&files, result, RESULT);
    problem = start(arguments, &files, &how, process);
    posix_spawnattr_destroy(&how);
  }
  posix_spawn_file_actions_destroy(&files);
  *file = problem ? -1 : (int)syscall(SYS_pidfd_open, (pid_t)*process, 0);
  return problem;
}

void shim_be_child(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
}
