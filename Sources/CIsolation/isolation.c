/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "isolation.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  const char *program;
  char *const *arguments;
  char *const *environment;
  int socket;
  int words;
  pid_t pid;
  int problem;
  bool is_done;
} order;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static order *waiting;
static bool has_thread;

static int spawn(order *told) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int problem = posix_spawn_file_actions_init(&actions);
  if (problem != 0) return problem;
  problem = posix_spawnattr_init(&attributes);
  if (problem != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return problem;
  }
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  if ((problem = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
      (problem = posix_spawn_file_actions_adddup2(&actions, told->words, 1)) == 0 &&
      (problem = posix_spawn_file_actions_adddup2(&actions, told->words, 2)) == 0 &&
      (problem = posix_spawn_file_actions_adddup2(&actions, told->socket, ISOLATION_SOCKET)) == 0 &&
      (problem = posix_spawn_file_actions_addclosefrom_np(&actions, ISOLATION_SOCKET + 1)) == 0 &&
      (problem = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
      (problem = posix_spawnattr_setsigdefault(&attributes, &all)) == 0 &&
      (problem = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)) == 0)
    problem = posix_spawn(&told->pid, told->program, &actions, &attributes, told->arguments, told->environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return problem;
}

static void *serve(void *context) {
  (void)context;
  pthread_mutex_lock(&mutex);
  for (;;) {
    while (waiting == NULL || waiting->is_done) pthread_cond_wait(&changed, &mutex);
    order *told = waiting;
    told->problem = spawn(told);
    told->is_done = true;
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

/* The thread takes no signals: they are for those who asked for them. */
static int make_thread(void) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  int problem = pthread_create(&thread, NULL, serve, NULL);
  if (problem == 0) pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return problem;
}

static int hand_over(order *told) {
  pthread_mutex_lock(&mutex);
  int problem = has_thread ? 0 : make_thread();
  has_thread |= problem == 0;
  if (problem == 0) {
    while (waiting != NULL) pthread_cond_wait(&changed, &mutex);
    waiting = told;
    pthread_cond_broadcast(&changed);
    while (!told->is_done) pthread_cond_wait(&changed, &mutex);
    waiting = NULL;
    pthread_cond_broadcast(&changed);
    problem = told->problem;
  }
  pthread_mutex_unlock(&mutex);
  return problem;
}

static void close_all(int *files, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (files[i] >= 0) close(files[i]);
}

/* Out of the way of the numbers that the child is to have. */
static int raise_all(int *files, size_t count) {
  for (size_t i = 0; i < count; i++) {
    int raised = fcntl(files[i], F_DUPFD_CLOEXEC, 16);
    if (raised < 0) return errno;
    close(files[i]);
    files[i] = raised;
  }
  return 0;
}

int isolation_start(const char *program, char *const *arguments, char *const *environment, isolation_child *child) {
  /* The host's socket, the child's; where words are read, where they are written. */
  int files[4] = {-1, -1, -1, -1};
  int problem = 0;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, files) != 0 || pipe2(files + 2, O_CLOEXEC) != 0) problem = errno;
  if (problem == 0) problem = raise_all(files, 4);
  /* Who writes more than the pipe holds loses it, and is not held up. */
  if (problem == 0 && (fcntl(files[2], F_SETFL, O_NONBLOCK) != 0 || fcntl(files[3], F_SETFL, O_NONBLOCK) != 0)) problem = errno;
  order told = {program, arguments, environment, files[1], files[3], -1, 0, false};
  if (problem == 0) problem = hand_over(&told);
  if (problem != 0) {
    close_all(files, 4);
    return problem;
  }
  close(files[1]);
  close(files[3]);
  *child = (isolation_child){told.pid, files[0], files[2]};
  return 0;
}

/* Whether it ended in time; where the kernel has no pidfd_open(2), it is not waited for. */
static bool ends_within(pid_t pid, int milliseconds) {
  int file = (int)syscall(SYS_pidfd_open, pid, 0);
  if (file < 0) return false;
  struct pollfd wait = {.fd = file, .events = POLLIN};
  int count;
  do count = poll(&wait, 1, milliseconds);
  while (count < 0 && errno == EINTR);
  close(file);
  return count == 1;
}

isolation_end isolation_finish(const isolation_child *child, int milliseconds) {
  isolation_end end = {false, 0};
  if (!ends_within(child->pid, milliseconds)) {
    siginfo_t info = {0};
    bool has_ended = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child->pid;
    if (!has_ended) {
      end.was_killed_here = true;
      kill(child->pid, SIGKILL);
    }
  }
  while (waitpid(child->pid, &end.status, 0) < 0 && errno == EINTR) continue;
  return end;
}

static int limit(__rlimit_resource_t which, rlim_t most) {
  struct rlimit known;
  if (getrlimit(which, &known) != 0) return errno;
  if (known.rlim_max < most) most = known.rlim_max;
  struct rlimit told = {most, most};
  return setrlimit(which, &told) == 0 ? 0 : errno;
}

/* All three ids of user and group, so that there is no way back. */
static int become(const char *name) {
  char text[16384];
  struct passwd account, *found = NULL;
  int problem = getpwnam_r(name, &account, text, sizeof text, &found);
  if (problem != 0) return problem;
  if (found == NULL) return ENOENT;
  /* Who is that user already has nothing to take on, and may not. */
  uid_t own = geteuid();
  if (own != 0 && own == getuid() && own == account.pw_uid) return 0;
  bool is_done = initgroups(name, account.pw_gid) == 0 && setresgid(account.pw_gid, account.pw_gid, account.pw_gid) == 0 &&
                 setresuid(account.pw_uid, account.pw_uid, account.pw_uid) == 0;
  return is_done ? 0 : errno;
}

int isolation_confine(pid_t host, const isolation_rights *rights) {
  /* First, since another user is no longer told that its parent died. */
  if (rights->user != NULL && rights->user[0] != 0) {
    int problem = become(rights->user);
    if (problem != 0) return problem;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return errno;
  /* It may have died before. */
  if (host != 0 && getppid() != host) return ESRCH;
  int problem = limit(RLIMIT_CORE, 0);
  if (problem == 0) problem = limit(RLIMIT_NOFILE, rights->descriptors);
  if (problem == 0) problem = limit(RLIMIT_AS, (rlim_t)rights->address_bytes);
  if (problem == 0 && rights->has_few_calls) problem = isolation_filter();
  return problem;
}
