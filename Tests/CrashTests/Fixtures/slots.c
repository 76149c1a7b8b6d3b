/* SPDX-License-Identifier: Apache-2.0
 *
 * Four slots, two on node 0 and two on node 1, with an effect outside the books: a file for each slot that a container
 * has, named by the slot and naming the container, in the folder of the setting {"folder": "..."}.
 */
#define _XOPEN_SOURCE 700 /* O_CLOEXEC, O_DIRECTORY */
#include "numa_hints_provider.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 4, NODES = 2, NAME = 254 };
static const char *const ids[SLOTS] = {"slot-0", "slot-1", "slot-2", "slot-3"};
static const uint64_t homes[SLOTS] = {1, 1, 2, 2};
static const char *const claims[] = {"example.org/slot", NULL};

typedef struct { char pod[NAME], container[NAME]; } slot; /* free if the pod is "" */
typedef struct {
  nh_provider base;
  const nh_host *host;
  bool started;
  char folder[NAME];
  nh_transaction open; /* 0 if none */
  slot slots[SLOTS], before[SLOTS];
} provider;

static provider *of(const nh_provider *self) { return self->data; }
static uint64_t word(nh_bitset set) { return set.word_count ? set.words[0] : 0; }
static bool is_of(const slot *s, const char *pod, const char *container) {
  return !strcmp(s->pod, pod) && (!container || !strcmp(s->container, container));
}
static bool is_same(const slot *a, const slot *b) { return is_of(a, b->pod, b->container); }
static bool names(const nh_assignment *const *pieces, size_t count, int i) {
  while (count > 0 && !(pieces[count - 1]->id && !strcmp(pieces[count - 1]->id, ids[i]))) count--;
  return count > 0;
}
static uint64_t amount(const nh_container *c) {
  for (size_t i = 0; i < c->resource_count; i++)
    if (!strcmp(c->resources[i].name, claims[0])) return c->resources[i].quantity;
  return 0;
}
static uint64_t need(const nh_request *r) {
  uint64_t sum = 0;
  for (size_t i = 0; i < r->container_count; i++) sum += amount(r->containers[i]);
  return r->container ? amount(r->container) : sum;
}
static void begin(provider *p, nh_transaction transaction) {
  if (p->open != transaction) memcpy(p->before, p->slots, sizeof p->slots);
  p->open = transaction;
}
static void take(slot *s, const nh_request *r) {
  snprintf(s->pod, NAME, "%s", r->pod_uid), snprintf(s->container, NAME, "%s", r->container->name);
}

/* ---- Effects ------------------------------------------------------------ */

static nh_status failed(const provider *p, const char *what) {
  char text[2 * NAME];
  snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
  nh_message reason = {.struct_size = sizeof reason, .text = text};
  p->host->explain(p->host, &reason);
  return NH_IO;
}
static nh_status sync_folder(const provider *p) {
  int folder = open(p->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failed(p, "the folder cannot be opened");
  int result = fsync(folder);
  if (result) failed(p, "the folder cannot be synced");
  close(folder);
  return result ? NH_IO : NH_OK;
}
static nh_status set(const provider *p, int i, const slot *s) {
  char path[2 * NAME], line[2 * NAME + 2];
  snprintf(path, sizeof path, "%s/%s", p->folder, ids[i]);
  if (!s->pod[0]) return unlink(path) && errno != ENOENT ? failed(p, "a slot cannot be freed") : NH_OK;
  int length = snprintf(line, sizeof line, "%s/%s\n", s->pod, s->container);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return failed(p, "a slot cannot be set");
  bool fine = write(file, line, (size_t)length) == length && fsync(file) == 0;
  if (!fine) failed(p, "a slot cannot be set");
  close(file);
  return fine ? NH_OK : NH_IO;
}
/* Lets the files of the slots that differ say `to`. */
static nh_status change(const provider *p, const slot *from, const slot *to) {
  bool changed = false;
  if (!p->started) return NH_OK;
  for (int i = 0; i < SLOTS; i++) {
    if (is_same(&from[i], &to[i])) continue;
    if (set(p, i, &to[i])) return NH_IO;
    changed = true;
  }
  return changed ? sync_folder(p) : NH_OK;
}
static nh_status commit(const nh_provider *self, nh_transaction transaction) {
  provider *p = of(self);
  if (p->open != transaction) return NH_OK;
  if (change(p, p->before, p->slots)) return NH_IO;
  p->open = 0;
  return NH_OK;
}
static void rollback(const nh_provider *self, nh_transaction transaction) {
  provider *p = of(self);
  if (p->open != transaction) return;
  change(p, p->slots, p->before); /* what a commit that failed has done of it */
  memcpy(p->slots, p->before, sizeof p->slots);
  p->open = 0;
}

/* ---- Books -------------------------------------------------------------- */

static nh_status hints(const nh_provider *self, const nh_request *r, const nh_hint_sink *sink) {
  if (!need(r)) return NH_OK;
  uint64_t universe = word(r->candidate_nodes) & 3;
  nh_pool pools[NODES] = {{{&homes[0], 1}, 0, 0}, {{&homes[2], 1}, 0, 0}};
  nh_bitset must_meet[SLOTS];
  size_t held = 0;
  for (int i = 0; i < SLOTS; i++) {
    const slot *s = &of(self)->slots[i];
    bool own = is_of(s, r->pod_uid, r->container ? r->container->name : NULL);
    pools[i / 2].total++;
    pools[i / 2].free += own || !s->pod[0];
    if (own) must_meet[held++] = (nh_bitset){&homes[i], 1};
  }
  nh_capacity capacity = {
      .struct_size = sizeof capacity, .resource = claims[0], .need = need(r), .universe = {&universe, 1},
      .pools = pools, .pool_count = NODES, .must_meet = must_meet, .must_meet_count = held};
  sink->capacity(sink, &capacity);
  return NH_OK;
}
/* Which slots are taken first: wanted, held already, inside the affinity, others. 4: not to be had here. */
static int rank(const provider *p, int i, const nh_request *r, const nh_placement *to) {
  bool held = is_of(&p->slots[i], r->pod_uid, r->container->name);
  if (!held && (p->slots[i].pod[0] || !(homes[i] & word(r->candidate_nodes)))) return 4;
  return names(to->wanted, to->wanted_count, i) ? 0 : held ? 1 : (homes[i] & word(to->affinity->nodes)) ? 2 : 3;
}
static nh_status prepare(const nh_provider *self, nh_transaction transaction, const nh_request *r,
                         const nh_placement *to, const nh_assignment_sink *sink) {
  provider *p = of(self);
  int chosen[SLOTS];
  size_t count = 0;
  if (!r->pod_uid[0] || strlen(r->pod_uid) >= NAME || strlen(r->container->name) >= NAME) return NH_INVALID;
  for (int pass = 0; pass < 4; pass++)
    for (int i = 0; i < SLOTS && count < need(r); i++)
      if (rank(p, i, r, to) == pass) chosen[count++] = i;
  if (count < need(r)) return NH_EXHAUSTED;
  begin(p, transaction);
  for (const int *i = chosen; i < chosen + count; i++) {
    take(&p->slots[*i], r);
    nh_assignment piece = {.struct_size = sizeof piece, .kind = NH_ASSIGN_DEVICE, .resource = claims[0],
                           .id = ids[*i], .set = {&homes[*i], 1}, .quantity = 1};
    sink->assign(sink, &piece);
  }
  return NH_OK;
}
static nh_status release(const nh_provider *self, nh_transaction transaction, const nh_holder *holder) {
  begin(of(self), transaction);
  for (slot *s = of(self)->slots; s < of(self)->slots + SLOTS; s++)
    if (is_of(s, holder->pod_uid, holder->container)) *s = (slot){0};
  return NH_OK;
}
static nh_status restore(const nh_provider *self, const nh_request *r) {
  for (int i = 0; i < SLOTS; i++)
    if (names(r->container->held, r->container->held_count, i)) take(&of(self)->slots[i], r);
  return NH_OK;
}
static nh_status start(const nh_provider *self) {
  of(self)->started = true;
  return NH_OK;
}
static void stop(const nh_provider *self) { of(self)->started = false; }
static void destroy(const nh_provider *self) { free(self->data); }

/* ---- Entry -------------------------------------------------------------- */

static const nh_descriptor about = {
    .struct_size = sizeof about, .id = "org.example.slots", .version = "1.0.0", .summary = "Four slots, each a file"};
static const nh_descriptor *descriptor(size_t index) { return index == 0 ? &about : NULL; }

static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  static const char key[] = "{\"folder\":\"";
  if (strcmp(id, about.id) != 0) return NH_NOT_FOUND;
  if (!host->config || strncmp(host->config, key, strlen(key)) != 0) return NH_INVALID;
  const char *folder = host->config + strlen(key), *end = strchr(folder, '"');
  if (!end || end - folder >= NAME) return NH_INVALID;
  provider *p = calloc(1, sizeof *p);
  if (!p) return NH_NO_MEMORY;
  p->host = host;
  memcpy(p->folder, folder, (size_t)(end - folder));
  p->base = (nh_provider){
      .struct_size = sizeof p->base, .data = p, .claims = claims, .destroy = destroy, .restore = restore,
      .start = start, .stop = stop, .hints = hints, .prepare = prepare, .release = release,
      .commit = commit, .rollback = rollback};
  *made = &p->base;
  return NH_OK;
}
static const nh_entry entry = {
    .struct_size = sizeof entry, .abi_minor = NH_ABI_MINOR, .descriptor = descriptor, .create = create};
NH_EXPORT const nh_entry *numa_hints_entry_v1(void) { return &entry; }
