// SPDX-License-Identifier: Apache-2.0
//
// A provider of eight devices that does the worst in the call that its settings name, for tests of isolation:
//   {"call":"hints","fault":"segv","once":"/a/file","hardware":"/a/folder"}
// With `once` it does so only until that file is there, which it makes. In `hardware` there is a file for each device
// that is given, once commit is over; a fault of commit comes in its middle.
#define _GNU_SOURCE
#include "numa_hints_extensions.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PROVIDER_ID
#define PROVIDER_ID "org.example.chaos"
#endif
#ifndef CLAIM
#define CLAIM "example.org/thing"
#endif

enum { COUNT = 8, NAME = 128 };
static const char *const claims[] = {CLAIM, NULL};
static const uint64_t words[2] = {1, 2};

typedef struct {
  char pod[NAME], container[NAME];
  nh_transaction given, freed;  // 0: it was so before any transaction
  bool is_held;
} device;

typedef struct {
  nh_provider table;
  const nh_host *host;
  char call[NAME], fault[NAME], once[4 * NAME], hardware[4 * NAME];
  bool is_started;
  device devices[COUNT];
} chaos;

static chaos *of(const nh_provider *self) { return self->data; }

static void setting(const char *config, const char *key, char *place, size_t size) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"%s\":\"", key);
  const char *start = config ? strstr(config, wanted) : NULL;
  if (!start) return;
  start += strlen(wanted);
  snprintf(place, size, "%.*s", (int)strcspn(start, "\""), start);
}

// ---- Faults -----------------------------------------------------------------

static void *volatile kept;

static void run_away(void) {
  for (;;) {
    kept = malloc(1 << 20);
    if (!kept) {
      fprintf(stderr, "no memory is left\n");
      abort();
    }
  }
}

static void send_garbage(void) {
  unsigned char bytes[200];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 37 + 11);
  send(3, bytes, sizeof bytes, MSG_NOSIGNAL);
}

static void *nothing(void *context) { return context; }

static void try(const char *what, long result) { fprintf(stderr, "%s=%s ", what, result < 0 ? strerrorname_np(errno) : "ok"); }

static long new_process(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  return child < 0 ? -1 : waitpid(child, NULL, 0);
}

static long new_thread(void) {
  pthread_t thread;
  errno = pthread_create(&thread, NULL, nothing, NULL);
  return errno != 0 ? -1 : pthread_join(thread, NULL);
}

/* What the process may do, as its last words. */
static void try_rights(void) {
  char *const arguments[] = {"/nowhere", NULL};
  try("execve", execve("/nowhere", arguments, arguments));
  try("fork", new_process());
  try("thread", new_thread());
  try("signal", kill(getppid(), 0));
  char byte;
  struct iovec here = {&byte, 1}, there = {NULL, 1};
  try("memory", process_vm_readv(getppid(), &here, 1, &there, 1, 0) < 0 && errno == EFAULT ? 0 : -1);
  try("inet", socket(AF_INET, SOCK_DGRAM, 0));
  try("unix", socket(AF_UNIX, SOCK_DGRAM, 0));
  try("file", open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  try("root", setuid(0));
  fprintf(stderr, "user=%u groups=%d\n", getuid(), getgroups(0, NULL));
  abort();
}

static void trouble(const chaos *c, const char *call) {
  if (strcmp(c->call, call) != 0) return;
  if (c->once[0]) {
    int file = open(c->once, O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return;
    close(file);
  }
  fprintf(stderr, "trouble in %s\n", call);
  if (strcmp(c->fault, "segv") == 0) *(volatile int *)8 = 1;
  if (strcmp(c->fault, "abort") == 0) abort();
  if (strcmp(c->fault, "exit") == 0) exit(3);
  if (strcmp(c->fault, "memory") == 0) run_away();
  if (strcmp(c->fault, "garbage") == 0) send_garbage();
  if (strcmp(c->fault, "close") == 0)
    for (int file = 0; file < 64; file++) close(file);
  if (strcmp(c->fault, "rights") == 0) try_rights();
  if (strcmp(c->fault, "loop") == 0)
    for (;;) kept = NULL;
}

// ---- Books ------------------------------------------------------------------

static bool is_free(const device *d) { return !d->is_held; }
static bool is_of(const device *d, const char *pod, const char *container) {
  return d->is_held && strcmp(d->pod, pod) == 0 && (!container || strcmp(d->container, container) == 0);
}
static void name(char *place, int index) { snprintf(place, 8, "t%d", index); }

static uint64_t asked(const nh_container *c) {
  for (size_t i = 0; i < c->resource_count; i++)
    if (strcmp(c->resources[i].name, CLAIM) == 0) return c->resources[i].quantity;
  return 0;
}

static void take(device *d, const nh_request *request, nh_transaction transaction) {
  snprintf(d->pod, NAME, "%s", request->pod_uid);
  snprintf(d->container, NAME, "%s", request->container->name);
  d->given = transaction;
  d->freed = 0;
  d->is_held = true;
}

// ---- Calls ------------------------------------------------------------------

static void destroy(const nh_provider *self) {
  trouble(of(self), "destroy");
  free(of(self));
}

static nh_status restore(const nh_provider *self, const nh_request *request) {
  chaos *c = of(self);
  trouble(c, "restore");
  for (size_t i = 0; i < request->container->held_count; i++) {
    const nh_assignment *held = request->container->held[i];
    if (strcmp(held->resource, CLAIM) == 0 && held->id) take(&c->devices[atoi(held->id + 1) % COUNT], request, 0);
  }
  return NH_OK;
}

static nh_status start(const nh_provider *self) {
  trouble(of(self), "start");
  of(self)->is_started = true;
  return NH_OK;
}

static void stop(const nh_provider *self) { trouble(of(self), "stop"); }

static nh_status hints(const nh_provider *self, const nh_request *request, const nh_hint_sink *sink) {
  chaos *c = of(self);
  (void)request;
  for (int node = 0; node < 2; node++) {
    nh_hint hint = {sizeof hint, CLAIM, {&words[node], 1}, NH_HINT_PREFERRED};
    sink->hint(sink, &hint);
    trouble(c, "hints");
  }
  return NH_OK;
}

static nh_status prepare(const nh_provider *self, nh_transaction transaction, const nh_request *request,
                         const nh_placement *placement, const nh_assignment_sink *sink) {
  chaos *c = of(self);
  (void)placement;
  uint64_t need = asked(request->container), count = 0;
  for (int i = 0; i < COUNT; i++) count += is_free(&c->devices[i]);
  if (count < need) {
    trouble(c, "prepare");
    return NH_EXHAUSTED;
  }
  for (int i = 0; i < COUNT && need > 0; i++) {
    if (!is_free(&c->devices[i])) continue;
    take(&c->devices[i], request, transaction);
    need--;
    char id[8];
    name(id, i);
    nh_assignment piece = {.struct_size = sizeof piece, .kind = NH_ASSIGN_DEVICE, .resource = CLAIM, .id = id,
                           .set = {&words[i % 2], 1}, .quantity = 1};
    sink->assign(sink, &piece);
    trouble(c, "prepare");
  }
  return NH_OK;
}

static nh_status release(const nh_provider *self, nh_transaction transaction, const nh_holder *holder) {
  chaos *c = of(self);
  for (int i = 0; i < COUNT; i++) {
    if (!is_of(&c->devices[i], holder->pod_uid, holder->container)) continue;
    c->devices[i].freed = transaction;
    trouble(c, "release");
  }
  return NH_OK;
}

static void set_up(const chaos *c, int index, bool is_given) {
  char path[5 * NAME];
  if (!c->is_started || !c->hardware[0]) return;
  snprintf(path, sizeof path, "%s/t%d", c->hardware, index);
  if (!is_given) {
    unlink(path);
    return;
  }
  int file = open(path, O_CREAT | O_CLOEXEC | O_WRONLY, 0600);
  if (file >= 0) close(file);
}

static nh_status commit(const nh_provider *self, nh_transaction transaction) {
  chaos *c = of(self);
  for (int i = 0; i < COUNT; i++) {
    device *d = &c->devices[i];
    if (!d->is_held || (d->given != transaction && d->freed != transaction)) continue;
    set_up(c, i, d->freed != transaction);
    d->is_held = d->freed != transaction;
    d->given = d->freed = 0;
    trouble(c, "commit");
  }
  return NH_OK;
}

static void rollback(const nh_provider *self, nh_transaction transaction) {
  chaos *c = of(self);
  for (int i = 0; i < COUNT; i++) {
    device *d = &c->devices[i];
    if (d->freed == transaction) d->freed = 0;
    if (d->is_held && d->given == transaction) d->is_held = false;
  }
  trouble(c, "rollback");
}

static void started(const nh_provider *self, const nh_holder *holder) {
  (void)holder;
  trouble(of(self), "started");
}

// ---- Extensions -------------------------------------------------------------

static nh_status each_device(const nh_provider *self, bool (*visit)(void *, const nh_device *), void *context) {
  chaos *c = of(self);
  for (int i = 0; i < COUNT; i++) {
    char id[8];
    name(id, i);
    nh_device d = {.struct_size = sizeof d, .id = id, .resource = CLAIM, .locality = NH_LOCALITY_SET,
                   .flags = NH_DEVICE_HEALTHY | (is_free(&c->devices[i]) ? NH_DEVICE_FREE : 0),
                   .nodes = {&words[i % 2], 1}};
    if (!visit(context, &d)) break;
    if (i == 3) trouble(c, "devices");
  }
  return NH_OK;
}
static const nh_devices devices = {sizeof devices, each_device};

static nh_status each_stock(const nh_provider *self, bool (*visit)(void *, const nh_stock *), void *context) {
  chaos *c = of(self);
  nh_stock s = {.struct_size = sizeof s, .resource = CLAIM, .locality = NH_LOCALITY_ANY, .total = COUNT};
  for (int i = 0; i < COUNT; i++) s.free += is_free(&c->devices[i]);
  visit(context, &s);
  trouble(c, "stock");
  return NH_OK;
}
static const nh_stocks stocks = {sizeof stocks, each_stock};

static nh_status shared(const nh_provider *self, void (*visit)(void *, const nh_bitset *), void *context) {
  nh_bitset set = {words, 1};
  visit(context, &set);
  trouble(of(self), "shared");
  return NH_OK;
}
static const nh_cpus cpus = {sizeof cpus, shared};

static nh_status each_node(const nh_provider *self, bool (*visit)(void *, const nh_memory_node *), void *context) {
  for (unsigned i = 0; i < 2; i++) {
    nh_memory_node node = {.struct_size = sizeof node, .id = i, .cells = {&words[i], 1}};
    if (!visit(context, &node)) break;
    trouble(of(self), "memory");
  }
  return NH_OK;
}
static nh_status restore_node(const nh_provider *self, const nh_memory_node *node) {
  (void)node;
  trouble(of(self), "restore (numa-hints.memory/1)");
  return NH_OK;
}
static const nh_memories memories = {sizeof memories, each_node, restore_node};

static const void *extension(const nh_provider *self, const char *id) {
  (void)self;
  if (strcmp(id, NH_EXT_DEVICES) == 0) return &devices;
  if (strcmp(id, NH_EXT_STOCK) == 0) return &stocks;
  if (strcmp(id, NH_EXT_CPUS) == 0) return &cpus;
  if (strcmp(id, NH_EXT_MEMORY) == 0) return &memories;
  return NULL;
}

// ---- Entry ------------------------------------------------------------------

static const nh_descriptor descriptor = {sizeof descriptor, PROVIDER_ID, "1.0.0", "Does the worst.", 0};
static const nh_descriptor *describe(size_t index) { return index == 0 ? &descriptor : NULL; }

static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  if (strcmp(id, PROVIDER_ID) != 0) return NH_NOT_FOUND;
  chaos *c = calloc(1, sizeof *c);
  if (!c) return NH_NO_MEMORY;
  c->host = host;
  setting(host->config, "call", c->call, sizeof c->call);
  setting(host->config, "fault", c->fault, sizeof c->fault);
  setting(host->config, "once", c->once, sizeof c->once);
  setting(host->config, "hardware", c->hardware, sizeof c->hardware);
  trouble(c, "create");
  c->table = (nh_provider){sizeof c->table, c, claims, NULL, destroy, restore, start, stop, hints,
                           prepare, release, commit, rollback, started, extension};
  *made = &c->table;
  return NH_OK;
}

static const nh_entry entry = {sizeof entry, NH_ABI_MINOR, describe, create};
NH_EXPORT const nh_entry *numa_hints_entry_v1(void) { return &entry; }
