// SPDX-License-Identifier: Apache-2.0
// A complete provider: four widgets, two on NUMA node 0 and two on node 1.
#include "numa_hints_extensions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEVICES = 4, NODES = 2, NAME = 254 };
static const char *const ids[DEVICES] = {"w0", "w1", "w2", "w3"};
static const uint64_t homes[DEVICES] = {1, 1, 2, 2};  // one word of node mask each
static const char *const claims[] = {"example.org/widget", NULL};

typedef struct { char pod[NAME], container[NAME]; } slot;  // free if the pod is ""
typedef struct {
  nh_provider base; const nh_host *host;
  nh_transaction open;                   // 0 if none
  slot slots[DEVICES], before[DEVICES];  // now, and when the open transaction began
} books;

static books *of(const nh_provider *self) { return self->data; }
static uint64_t word(nh_bitset set) { return set.word_count ? set.words[0] : 0; }
static bool is_of(const slot *s, const char *pod, const char *container) {  // NULL: any
  return !strcmp(s->pod, pod) && (!container || !strcmp(s->container, container));
}
static bool names(const nh_assignment *const *pieces, size_t count, int i) {
  while (count > 0 && !(pieces[count - 1]->id && !strcmp(pieces[count - 1]->id, ids[i]))) count--;
  return count > 0;
}
static uint64_t amount(const nh_container *c) {
  for (size_t i = 0; i < c->resource_count; i++)
    if (!strcmp(c->resources[i].name, claims[0])) return c->resources[i].quantity;
  return 0;
}
static uint64_t need(const nh_request *r) {  // of a pod: all in sum, since none is reused
  uint64_t sum = 0;
  for (size_t i = 0; i < r->container_count; i++) sum += amount(r->containers[i]);
  return r->container ? amount(r->container) : sum;
}
static void begin(books *w, nh_transaction txn) {
  if (w->open != txn) memcpy(w->before, w->slots, sizeof w->slots);
  w->open = txn;
}
static void take(slot *s, const nh_request *r) {
  snprintf(s->pod, NAME, "%s", r->pod_uid), snprintf(s->container, NAME, "%s", r->container->name);
}
static nh_status hints(const nh_provider *self, const nh_request *r, const nh_hint_sink *sink) {
  if (!need(r)) return NH_OK;  // nothing of ours is asked for
  uint64_t universe = word(r->candidate_nodes) & 3;
  nh_pool pools[NODES] = {{{&homes[0], 1}, 0, 0}, {{&homes[2], 1}, 0, 0}};
  nh_bitset must_meet[DEVICES];
  size_t held = 0;
  for (int i = 0; i < DEVICES; i++) {
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
// Which ones are taken first: wanted, held already, inside the affinity, others. 4: not to be had here.
static int rank(const books *w, int i, const nh_request *r, const nh_placement *to) {
  bool held = is_of(&w->slots[i], r->pod_uid, r->container->name);
  if (!held && (w->slots[i].pod[0] || !(homes[i] & word(r->candidate_nodes)))) return 4;
  return names(to->wanted, to->wanted_count, i) ? 0 : held ? 1 : (homes[i] & word(to->affinity->nodes)) ? 2 : 3;
}
static nh_status refuse(const nh_host *host, nh_status status, const char *code, const char *text) {
  nh_message reason = {.struct_size = sizeof reason, .text = text, .code = code};
  host->explain(host, &reason);
  return status;
}
static nh_status too_few(const nh_host *host, uint64_t wanted, size_t count) {
  char text[80];
  snprintf(text, sizeof text, "%zu of %d widgets can be given, %llu requested", count, DEVICES, (unsigned long long)wanted);
  return refuse(host, NH_EXHAUSTED, "not-enough-devices", text);
}
static nh_status prepare(const nh_provider *self, nh_transaction txn, const nh_request *r,
                         const nh_placement *to, const nh_assignment_sink *sink) {
  books *w = of(self);
  int chosen[DEVICES];
  size_t count = 0, wanted = 0;
  if (!r->pod_uid[0] || strlen(r->pod_uid) >= NAME || strlen(r->container->name) >= NAME) return NH_INVALID;
  for (int pass = 0; pass < 4; pass++)
    for (int i = 0; i < DEVICES && count < need(r); i++)
      if (rank(w, i, r, to) == pass) chosen[count++] = i, wanted += pass == 0;
  if (count < need(r) || wanted < to->wanted_count) return too_few(w->host, need(r), count);
  begin(w, txn);
  for (const int *i = chosen; i < chosen + count; i++) {
    take(&w->slots[*i], r);
    nh_assignment piece = {.struct_size = sizeof piece, .kind = NH_ASSIGN_DEVICE, .resource = claims[0],
                           .id = ids[*i], .set = {&homes[*i], 1}, .quantity = 1};
    sink->assign(sink, &piece);
  }
  return NH_OK;
}
static nh_status release(const nh_provider *self, nh_transaction txn, const nh_holder *holder) {
  begin(of(self), txn);
  for (slot *s = of(self)->slots; s < of(self)->slots + DEVICES; s++)
    if (is_of(s, holder->pod_uid, holder->container)) *s = (slot){0};
  return NH_OK;
}
static nh_status commit(const nh_provider *self, nh_transaction txn) {
  if (of(self)->open == txn) of(self)->open = 0;
  return NH_OK;
}
static void rollback(const nh_provider *self, nh_transaction txn) {
  if (of(self)->open != txn) return;
  memcpy(of(self)->slots, of(self)->before, sizeof of(self)->slots);
  of(self)->open = 0;
}
static nh_status restore(const nh_provider *self, const nh_request *r) {
  size_t there = 0, count = r->container->held_count;
  for (int i = 0; i < DEVICES; i++) there += names(r->container->held, count, i);
  if (there < count) return too_few(of(self)->host, count, there);
  for (int i = 0; i < DEVICES; i++)
    if (names(r->container->held, count, i)) take(&of(self)->slots[i], r);
  return NH_OK;
}
static nh_status start(const nh_provider *self) { return self ? NH_OK : NH_INVALID; }
static void stop(const nh_provider *self) { (void)self; }
static void destroy(const nh_provider *self) { free(self->data); }
static nh_status each_stock(const nh_provider *self, bool (*visit)(void *, const nh_stock *), void *context) {
  for (int node = 0; node < NODES; node++) {
    nh_stock stock = {.struct_size = sizeof stock, .resource = claims[0], .locality = NH_LOCALITY_SET,
                      .nodes = {&homes[2 * node], 1}, .total = 2};
    for (int i = 2 * node; i < 2 * node + 2; i++) stock.free += !of(self)->slots[i].pod[0];
    if (!visit(context, &stock)) break;
  }
  return NH_OK;
}
static const nh_stocks stocks = {.struct_size = sizeof stocks, .each = each_stock};
static const void *extension(const nh_provider *self, const char *id) {
  return self && strcmp(id, NH_EXT_STOCK) == 0 ? &stocks : NULL;
}
static const nh_descriptor about = {
    .struct_size = sizeof about, .id = "org.example.widget", .version = "1.0.0", .summary = "Four widgets", .flags = NH_PROVIDER_BOOKS_ONLY};
static const nh_descriptor *descriptor(size_t index) { return index == 0 ? &about : NULL; }
static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  if (strcmp(id, about.id) != 0) return NH_NOT_FOUND;
  if (host->config && strcmp(host->config, "{}")) return refuse(host, NH_INVALID, NULL, "widgets have no settings");
  books *w = calloc(1, sizeof *w);
  if (!w) return NH_NO_MEMORY;
  w->host = host;
  w->base = (nh_provider){
      .struct_size = sizeof w->base, .data = w, .claims = claims, .destroy = destroy, .restore = restore,
      .start = start, .stop = stop, .hints = hints, .prepare = prepare, .release = release,
      .commit = commit, .rollback = rollback, .extension = extension};
  *made = &w->base;
  return NH_OK;
}
static const nh_entry entry = {.struct_size = sizeof entry, .abi_minor = NH_ABI_MINOR, .descriptor = descriptor, .create = create};
const nh_entry *numa_hints_entry_v1(void) { return &entry; }
