// SPDX-License-Identifier: Apache-2.0
// Eight widgets, two on each of nodes 0 to 3; sound, but for the one fault that its settings name:
// {"fault":"NAME"}, or that it is compiled with. A fault has the name of the check that finds it.
#include "numa_hints_extensions.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef FAULT
#define FAULT ""
#endif
#ifndef MINOR
#define MINOR NH_ABI_MINOR
#endif

enum { WIDGETS = 8, NODES = 4, NAME = 64, MASKS = 15 };
static const char *const ids[WIDGETS] = {"w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"};
static const uint64_t homes[NODES] = {1, 2, 4, 8};
static const uint64_t masks[MASKS] = {1, 2, 4, 8, 3, 5, 9, 6, 10, 12, 7, 11, 13, 14, 15};
static const char resource[] = "example.org/widget";
static const char *const claims[] = {resource, NULL};
static const char *const claims_twice[] = {resource, resource, NULL};
static const char *const claims_other[] = {"example.org/other", NULL};

typedef struct {
  char pod[NAME], container[NAME];  // free if the pod is ""
  nh_transaction given, freed;      // in which this came about
  bool restored;
} slot;

typedef struct {
  nh_provider base;
  const nh_host *host;
  char fault[NAME];
  const char *form;
  nh_transaction open, last, failed, done;
  slot slots[WIDGETS], before[WIDGETS];
  int number, asked, gave, freed, undone;
  bool started, asked_three;
  pthread_t maker;
  char last_freed[NAME];
} widgets;

// Of each fault that counts instances, since tests run at once.
static atomic_int made_so_far[3];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static widgets *living[64];

static widgets *of(const nh_provider *self) { return self->data; }
static bool is(const widgets *w, const char *fault) { return !strcmp(w->fault, fault); }
static bool is_built(const char *fault) { return !strcmp(FAULT, fault); }
static uint64_t word(nh_bitset set) { return set.word_count ? set.words[0] : 0; }
static bool is_of(const slot *s, const char *pod, const char *container) {
  return !strcmp(s->pod, pod) && (!container || !strcmp(s->container, container));
}
static bool names(const nh_assignment *const *pieces, size_t count, int i) {
  while (count > 0 && !(pieces[count - 1]->id && !strcmp(pieces[count - 1]->id, ids[i]))) count--;
  return count > 0;
}
static uint64_t amount(const nh_container *c) {
  for (size_t i = 0; i < c->resource_count; i++)
    if (!strcmp(c->resources[i].name, resource)) return c->resources[i].quantity;
  return 0;
}
static uint64_t need(const nh_request *r) {
  uint64_t sum = 0;
  if (r->container) return amount(r->container);
  for (size_t i = 0; i < r->container_count; i++) sum += amount(r->containers[i]);
  return sum;
}
static void begin(widgets *w, nh_transaction txn) {
  if (w->open != txn) memcpy(w->before, w->slots, sizeof w->slots);
  w->open = txn;
  if (txn > w->last) w->last = txn;
}
static nh_status say(const widgets *w, nh_status status, const char *text) {
  nh_message reason = {.struct_size = sizeof reason, .text = text};
  w->host->explain(w->host, &reason);
  return status;
}
static bool has_others_alive(const widgets *w) {
  bool found = false;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < 64; i++)
    found |= living[i] && living[i] != w && is(living[i], w->fault) && !pthread_equal(living[i]->maker, pthread_self());
  pthread_mutex_unlock(&lock);
  return found;
}
static void note_life(widgets *w, bool lives) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < 64; i++)
    if (living[i] == (lives ? NULL : w)) {
      living[i] = lives ? w : NULL;
      break;
    }
  pthread_mutex_unlock(&lock);
}

// An allocation that a check can let fail.
static bool lacks_memory(const widgets *w, const char *fault) {
  if (!is(w, fault)) return false;
  void *volatile place = malloc(16);
  free(place);
  return !place;
}

// ---- Machines

static const nh_machine *machine_of(const widgets *w) { return w->host->extension(w->host, NH_EXT_MACHINE); }
static bool dislikes(const widgets *w) {
  const nh_machine *m = machine_of(w);
  char name[NAME];
  if (!m || m->node_count == 0) return false;
  snprintf(name, sizeof name, "machine-%zu-node%s", m->node_count, m->node_count == 1 ? "" : "s");
  bool has_offline = false;
  for (size_t i = 0; i < m->cpu_count; i++) has_offline |= !(m->cpus[i]->flags & NH_MACHINE_ONLINE);
  return is(w, name) || (is(w, "machine-gaps") && m->nodes[m->node_count - 1]->id == 70) ||
         (is(w, "machine-bare-nodes") && m->node_count == 4 && m->cpu_count == 8) ||
         (is(w, "machine-no-distances") && m->node_count == 4 && !m->nodes[0]->distances) ||
         (is(w, "machine-offline") && has_offline);
}

// ---- Hints

static uint64_t free_on(const widgets *w, const nh_request *r, int node) {
  const slot *slots = is(w, "prepare-seen") && w->open ? w->before : w->slots;
  uint64_t count = 0;
  for (int i = 2 * node; i < 2 * node + 2; i++)
    count += !slots[i].pod[0] || is_of(&slots[i], r->pod_uid, r->container ? r->container->name : NULL);
  return count;
}
static void one_hint(const nh_hint_sink *sink, uint64_t mask, nh_hint_flags flags) {
  nh_hint hint = {.struct_size = sizeof hint, .resource = resource, .nodes = {&mask, 1}, .flags = flags};
  sink->hint(sink, &hint);
}
static void wide_hints(const widgets *w, const nh_request *r, const nh_hint_sink *sink) {
  uint64_t candidates = word(r->candidate_nodes) & 15;
  int width = (int)((need(r) + 1) / 2);
  bool found = false;
  for (int i = 0; i < MASKS; i++) {
    if (__builtin_popcountll(masks[i]) != width || (masks[i] & ~candidates)) continue;
    uint64_t sum = 0;
    for (int node = 0; node < NODES; node++)
      if (masks[i] & homes[node]) sum += free_on(w, r, node);
    if (sum < need(r)) continue;
    one_hint(sink, masks[i], NH_HINT_PREFERRED | NH_HINT_AND_WIDER);
    found = true;
  }
  nh_message none = {.struct_size = sizeof none, .text = "no node has as many"};
  if (!found) sink->none(sink, resource, &none);
}
static void capacity(widgets *w, const nh_request *r, const nh_hint_sink *sink) {
  uint64_t universe = word(r->candidate_nodes) & 15, wanted = need(r);
  nh_pool pools[NODES];
  nh_bitset must_meet[WIDGETS];
  size_t held = 0;
  for (int node = 0; node < NODES; node++) {
    pools[node] = (nh_pool){{&homes[node], 1}, free_on(w, r, node), 2};
    for (int i = 2 * node; i < 2 * node + 2; i++)
      if (is_of(&w->slots[i], r->pod_uid, r->container ? r->container->name : NULL))
        must_meet[held++] = (nh_bitset){&homes[node], 1};
  }
  if (is(w, "hints-candidates")) universe = 15;
  if (is(w, "hints-capacity")) pools[0].free = 3;
  if (is(w, "hints-again")) pools[0].total += (uint64_t)(w->asked % 2);
  if (is(w, "hints-equal-instances")) pools[0].total += (uint64_t)(w->number % 2);
  if (is(w, "hints-impossible") && wanted > UINT64_MAX / 2) wanted = 1;
  if (is(w, "capacity-is-given") && wanted == 2) pools[3].free = 0;
  nh_capacity answer = {
      .struct_size = sizeof answer, .resource = resource, .need = wanted, .universe = {&universe, 1},
      .pools = pools, .pool_count = NODES, .must_meet = must_meet, .must_meet_count = held};
  if (is(w, "hints-records")) answer.struct_size = 16;
  sink->capacity(sink, &answer);
}
static nh_status hints(const nh_provider *self, const nh_request *r, const nh_hint_sink *sink) {
  widgets *w = of(self);
  w->asked++;
  if (need(r) == 3) w->asked_three = true;
  const char *root = w->host->root;
  if (is(w, root ? "root-captured" : "root-none")) access("/sys/devices/system/node/online", R_OK);
  if (lacks_memory(w, "allocation-hints")) {
    sink->any(sink, resource);
    return NH_OK;
  }
  if (dislikes(w)) return say(w, NH_INTERNAL, "this machine is not to my liking");
  if (is(w, "threads-serial") && !pthread_equal(w->maker, pthread_self())) return say(w, NH_INTERNAL, "another thread");
  if (is(w, "threads-together") && has_others_alive(w)) return say(w, NH_INTERNAL, "another instance in another thread");
  if (is(w, "host-zero-words") && r->candidate_nodes.word_count && !r->candidate_nodes.words[r->candidate_nodes.word_count - 1])
    return say(w, NH_INVALID, "a set that ends in zero");
  if (!need(r) || is(w, "hints-one-answer")) return NH_OK;
  if (is(w, "hints-only-asked")) sink->any(sink, "example.org/other");
  if (is(w, "hints-order") && (word(r->candidate_nodes) & 3) == 3) {
    one_hint(sink, 2, 0), one_hint(sink, 1, 0);
  } else if (!strcmp(w->form, "wider") && need(r) <= WIDGETS) {
    wide_hints(w, r, sink);
  } else if (!strcmp(w->form, "any")) {
    sink->any(sink, resource);
  } else {
    capacity(w, r, sink);
  }
  return NH_OK;
}

// ---- Placement

// Which widgets are taken first: wanted, held already, inside the affinity, others. 4: not to be had.
static int rank(const widgets *w, int i, const nh_request *r, const nh_placement *to, nh_transaction txn) {
  const slot *s = &w->slots[i];
  bool held = is_of(s, r->pod_uid, r->container->name);
  if (held && (is(w, "prepare-again") || (is(w, "prepare-again-committed") && s->given != txn) ||
               (is(w, "restore-held") && s->restored)))
    return 4;
  if (is(w, "release-seen") && s->freed == txn && txn) return 4;
  bool is_taken = s->pod[0] && !(is(w, "walk-books") && w->gave > 25);
  if (!held && (is_taken || !(homes[i / 2] & word(r->candidate_nodes)))) return 4;
  if (names(to->wanted, to->wanted_count, i) && !is(w, "prepare-wanted")) return 0;
  if (held) return 1;
  return (homes[i / 2] & word(to->affinity->nodes)) && !is(w, "hints-offer-is-given") ? 2 : 3;
}
static nh_status too_few(widgets *w, const nh_request *r, nh_transaction txn) {
  if (is(w, "prepare-failed")) {
    begin(w, txn);
    for (int i = 0; i < WIDGETS; i++)
      if (!w->slots[i].pod[0]) {
        snprintf(w->slots[i].pod, NAME, "%s", r->pod_uid);
        break;
      }
  }
  if (is(w, "prepare-failed-again")) w->failed = txn;
  if (is(w, "prepare-reason")) return NH_EXHAUSTED;
  return say(w, is(w, "prepare-too-much") ? NH_INTERNAL : NH_EXHAUSTED, "there are not so many widgets");
}
static void give(const widgets *w, const nh_assignment_sink *sink, int i) {
  static const uint64_t nowhere = 1ull << 60;
  static char process[32];
  nh_pair pair = {"env", process};
  nh_assignment piece = {.struct_size = sizeof piece, .kind = NH_ASSIGN_DEVICE, .resource = resource,
                         .id = ids[i], .set = {&homes[i / 2], 1}, .quantity = 1};
  if (is(w, "prepare-records")) piece.id = NULL;
  if (is(w, "prepare-only-asked")) piece.resource = "example.org/other";
  if (is(w, "prepare-places")) piece.set.words = &nowhere;
  if (is(w, "processes-equal")) {
    snprintf(process, sizeof process, "PROCESS=%d", (int)getpid());
    piece.attributes = &pair, piece.attribute_count = 1;
  }
  sink->assign(sink, &piece);
}
static int place(const widgets *w, int step) {
  bool backwards = (is(w, "start-equals-dry-run") && w->started) || is(w, "hints-offer-is-given") ||
                   (is(w, "walk-equal") && w->gave > 10 && w->number % 2);
  return backwards ? WIDGETS - 1 - step : step;
}
static nh_status prepare(const nh_provider *self, nh_transaction txn, const nh_request *r,
                         const nh_placement *to, const nh_assignment_sink *sink) {
  widgets *w = of(self);
  uint64_t wanted = need(r);
  int chosen[WIDGETS];
  size_t count = 0;
  if (is(w, "prepare-works")) return say(w, NH_EXHAUSTED, "not today");
  if (is(w, "prepare-no-affinity") && !to->affinity->nodes.word_count) return say(w, NH_EXHAUSTED, "no affinity");
  if (is(w, "hints-wider") && __builtin_popcountll(word(to->affinity->nodes)) >= 3 && wanted == 1)
    return say(w, NH_EXHAUSTED, "too wide");
  if (is(w, "prepare-failed-again") && w->failed == txn) return say(w, NH_EXHAUSTED, "it failed before");
  if (is(w, "rollback-frees") && w->undone >= 2) return say(w, NH_EXHAUSTED, "it was undone too often");
  if (is(w, "host-later") && r->struct_size != sizeof *r) return say(w, NH_INVALID, "a request of another size");
  if (lacks_memory(w, "allocation-prepare")) {
    begin(w, txn);
    for (int i = 0; i < WIDGETS; i++)
      if (!w->slots[i].pod[0]) snprintf(w->slots[i].pod, NAME, "%s", r->pod_uid);
    return NH_NO_MEMORY;
  }
  if (is(w, "prepare-huge")) wanted = (uint32_t)wanted;
  if (is(w, "prepare-odd") && wanted == 3) wanted = 2;
  if (is(w, "prepare-amounts")) wanted++;
  if (is(w, "hints-zero") && wanted == 0) wanted = 1;
  for (int pass = 0; pass < 4; pass++)
    for (int step = 0; step < WIDGETS && count < wanted; step++)
      if (rank(w, place(w, step), r, to, txn) == pass) chosen[count++] = place(w, step);
  if (is(w, "prepare-others") && !strcmp(r->pod_uid, "pod-5")) chosen[0] = 0;
  if (is(w, "prepare-once") && r->container_count == 2 && r->container == r->containers[1]) chosen[0] = 0;
  if (count < wanted) return too_few(w, r, txn);
  begin(w, txn);
  if (is(w, "rollback-many")) memcpy(w->before, w->slots, sizeof w->slots);
  w->gave++;
  if (is(w, "claims-last")) w->base.claims = claims_other;
  for (size_t k = 0; k < count; k++) {
    slot *s = &w->slots[chosen[k]];
    *s = (slot){.given = txn};
    snprintf(s->pod, NAME, "%s", r->pod_uid), snprintf(s->container, NAME, "%s", r->container->name);
    give(w, sink, chosen[k]);
  }
  return NH_OK;
}
static bool keeps(widgets *w, const slot *s, nh_transaction txn) {
  return is(w, "release-frees") || (is(w, "restore-release") && s->restored) ||
         (is(w, "release-prepared") && s->given == txn) || (is(w, "walk-leaks") && w->freed > 15 && s == &w->slots[7]);
}
static nh_status release(const nh_provider *self, nh_transaction txn, const nh_holder *holder) {
  widgets *w = of(self);
  begin(w, txn);
  bool found = false;
  const char *container = holder->container;
  char first[NAME] = "";
  for (slot *s = w->slots; s < w->slots + WIDGETS; s++) {
    if (!is_of(s, holder->pod_uid, container)) continue;
    if (is(w, "release-container")) container = NULL;
    if (is(w, "release-pod") && !holder->container) {
      if (first[0] && strcmp(first, s->container)) continue;
      snprintf(first, NAME, "%s", s->container);
    }
    found = true;
    w->freed++;
    if (!keeps(w, s, txn)) *s = (slot){.freed = txn};
  }
  if (is(w, "release-container") && found)
    for (slot *s = w->slots; s < w->slots + WIDGETS; s++)
      if (is_of(s, holder->pod_uid, NULL)) *s = (slot){0};
  bool is_again = !strcmp(w->last_freed, holder->pod_uid);
  if (!found && is(w, "release-twice") && is_again) return say(w, NH_NOT_FOUND, "released before");
  if (!found && is(w, "release-nobody") && !is_again) return say(w, NH_NOT_FOUND, "nobody has that");
  if (found) snprintf(w->last_freed, NAME, "%s", holder->pod_uid);
  if (lacks_memory(w, "allocation-release")) {
    w->open = 0;
    return NH_NO_MEMORY;
  }
  if (is(w, "release-rollback")) memcpy(w->before, w->slots, sizeof w->slots);
  return NH_OK;
}
static nh_status commit(const nh_provider *self, nh_transaction txn) {
  widgets *w = of(self);
  if (is(w, "commit-unknown") && txn > w->last) return say(w, NH_NOT_FOUND, "no such transaction");
  if (is(w, "commit-twice") && txn == w->done) return say(w, NH_NOT_FOUND, "it was committed");
  if (lacks_memory(w, "allocation-commit")) snprintf(w->slots[7].pod, NAME, "nobody");
  if (w->open == txn && !is(w, "commit-lasts")) w->open = 0;
  w->done = txn;
  return NH_OK;
}
static void rollback(const nh_provider *self, nh_transaction txn) {
  widgets *w = of(self);
  if (is(w, "rollback-unknown") && txn > w->last) memset(w->slots, 0, sizeof w->slots);
  if (w->open != txn) return;
  w->undone++;
  if (!is(w, "rollback-restores")) memcpy(w->slots, w->before, sizeof w->slots);
  w->open = 0;
}
static nh_status restore(const nh_provider *self, const nh_request *r) {
  widgets *w = of(self);
  size_t count = r->container->held_count, known = 0;
  for (int i = 0; i < WIDGETS; i++) known += names(r->container->held, count, i) && !w->slots[i].pod[0];
  if (known < count && !is(w, "restore-lost")) return say(w, NH_EXHAUSTED, "there are no such widgets any more");
  if (is(w, "restore-equals") && !strcmp(r->pod_uid, "pod-2")) return NH_OK;
  size_t taken = 0;
  bool stops = lacks_memory(w, "allocation-restore");
  for (int i = 0; i < WIDGETS; i++) {
    slot *s = &w->slots[i];
    if (!names(r->container->held, count, i) || (is(w, "walk-restore") && taken == 1)) continue;
    snprintf(s->pod, NAME, "%s", r->pod_uid), snprintf(s->container, NAME, "%s", r->container->name);
    s->restored = true;
    taken++;
  }
  if (stops) return NH_NO_MEMORY;
  return NH_OK;
}
static nh_status start(const nh_provider *self) {
  of(self)->started = true;
  if (is(of(self), "start-changes-nothing")) snprintf(of(self)->slots[7].pod, NAME, "nobody");
  return NH_OK;
}
static void stop(const nh_provider *self) {
  if (is(of(self), "stop-without-start") && !of(self)->started) abort();
}
static void started(const nh_provider *self, const nh_holder *holder) {
  if (!is(of(self), "started-container")) return;
  for (int i = 0; i < WIDGETS; i++)
    if (is_of(&of(self)->slots[i], holder->pod_uid, holder->container)) of(self)->slots[i] = (slot){0};
}
static void destroy(const nh_provider *self) {
  widgets *w = of(self);
  if (is(w, "changed-after-stop")) w->host->changed(w->host);
  note_life(w, false);
  free(w);
}

// ---- Extensions

static nh_status each_stock(const nh_provider *self, bool (*visit)(void *, const nh_stock *), void *context) {
  widgets *w = of(self);
  for (int node = 0; node < NODES; node++) {
    nh_stock stock = {.struct_size = sizeof stock, .resource = resource, .locality = NH_LOCALITY_SET,
                      .nodes = {&homes[node], 1}, .total = 2};
    for (int i = 2 * node; i < 2 * node + 2; i++) stock.free += !w->slots[i].pod[0];
    if (is(w, "stock-records")) stock.free = 3;
    if (is(w, "stock-follows")) stock.free = 2;
    if (is(w, "stock-total")) stock.total = stock.free;
    if (is(w, "hints-change-nothing") && w->asked_three && stock.free) stock.free--;
    if (!visit(context, &stock) && !is(w, "stock-stops")) break;
  }
  return NH_OK;
}
static nh_status each_device(const nh_provider *self, bool (*visit)(void *, const nh_device *), void *context) {
  widgets *w = of(self);
  for (int step = 0; step < WIDGETS; step++) {
    int i = is(w, "devices-order") ? WIDGETS - 1 - step : step;
    nh_device device = {.struct_size = sizeof device, .id = ids[i], .resource = resource, .locality = NH_LOCALITY_SET,
                        .flags = NH_DEVICE_HEALTHY, .nodes = {&homes[i / 2], 1}};
    if (!w->slots[i].pod[0] || is(w, "devices-free")) device.flags |= NH_DEVICE_FREE;
    if (is(w, "devices-records")) device.id = NULL;
    if (!visit(context, &device) && !is(w, "devices-stops")) break;
  }
  return NH_OK;
}
static const nh_stocks stocks = {.struct_size = sizeof stocks, .each = each_stock};
static const nh_devices devices = {.struct_size = sizeof devices, .each = each_device};
static const void *extension(const nh_provider *self, const char *id) {
  if (is(of(self), "extension-unknown") && !strncmp(id, "org.", 4)) return &stocks;
  return !strcmp(id, NH_EXT_STOCK) ? (const void *)&stocks : !strcmp(id, NH_EXT_DEVICES) ? &devices : NULL;
}

// ---- Entry

static const char *setting(const char *config, const char *key, char *value) {
  const char *start = config ? strstr(config, key) : NULL;
  value[0] = 0;
  if (start) sscanf(start + strlen(key), ":\"%60[^\"]", value);
  return value;
}
static bool is_understood(const char *config) {
  if (!config || !strcmp(config, "{}")) return true;
  if (is_built("settings-broken") && config[0] == '{' && config[1] == '"' && config[2] == 'a') return true;
  if (is_built("settings-no-object") && config[0] == '[') return true;
  if (is_built("settings-unknown-key") && strstr(config, "unknown")) return true;
  return !strncmp(config, "{\"fault\":\"", 10) || !strncmp(config, "{\"form\":\"", 9);
}
static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  static const char *const forms[] = {"capacity", "wider", "any"};
  widgets *w = calloc(1, sizeof *w);
  if (!w) return NH_NO_MEMORY;
  char form[NAME];
  w->host = host;
  setting(host->config, "\"fault\"", w->fault);
  if (!w->fault[0]) snprintf(w->fault, NAME, "%s", FAULT);
  setting(host->config, "\"form\"", form);
  if (is(w, "hints-wider")) snprintf(form, NAME, "wider");
  w->form = forms[!strcmp(form, "wider") ? 1 : !strcmp(form, "any") ? 2 : 0];
  int counted = is(w, "create-again") ? 0 : is(w, "hints-equal-instances") ? 1 : is(w, "walk-equal") ? 2 : -1;
  if (counted >= 0) w->number = atomic_fetch_add(&made_so_far[counted], 1);
  w->maker = pthread_self();
  nh_status status = NH_OK;
  if (strcmp(id, "org.example.faulty") != 0 && !is_built("create-unknown-id")) status = NH_NOT_FOUND;
  if (!is_understood(host->config)) {
    status = is_built("settings-reason") ? NH_INVALID
             : say(w, NH_INVALID, is_built("reason-line") ? "settings that\nnobody knows" : "settings that nobody knows");
    if (is_built("settings-made")) *made = &w->base;
    // What was given away by mistake must last.
    if (is_built("settings-made")) return status;
  }
  if (is(w, "exits")) _exit(0);
  while (is(w, "hangs")) sleep(1);
  if (is(w, "create-works")) status = say(w, NH_IO, "no widgets today");
  if (is(w, "threads-create") && has_others_alive(w)) status = say(w, NH_IO, "another thread is here");
  if (is(w, "create-leaks-nothing") && open("/dev/null", O_RDONLY) < 0) status = NH_IO;
  if (status != NH_OK) {
    free(w);
    return status;
  }
  w->base = (nh_provider){
      .struct_size = sizeof w->base, .data = w, .claims = claims, .destroy = destroy, .restore = restore,
      .start = start, .stop = stop, .hints = hints, .prepare = prepare, .release = release,
      .commit = commit, .rollback = rollback, .started = started, .extension = extension};
  if (is(w, "create-again") && w->number % 2) w->base.claims = claims_other;
  if (is(w, "create-claims")) w->base.claims = claims_twice;
  if (is(w, "create-table") || lacks_memory(w, "allocation-create") || (is(w, "machine-no-extension") && !machine_of(w))) w->base.prepare = NULL;
  note_life(w, true);
  *made = &w->base;
  return NH_OK;
}
static const nh_descriptor *descriptor(size_t index) {
  static atomic_int asked;
  static nh_descriptor about = {.struct_size = sizeof about, .id = "org.example.faulty", .version = "1.0.0",
                                .summary = "Eight widgets", .flags = NH_PROVIDER_BOOKS_ONLY};
  static nh_descriptor other;
  if (index > 0) return NULL;
  if (is_built("library-descriptors")) about.id = "faulty";
  if (is_built("descriptor-version")) about.version = "v1";
  if (is_built("descriptor-line")) about.summary = "Eight\nwidgets";
  other = about, other.version = "1.0.1";
  return is_built("descriptor-lasts") && atomic_fetch_add(&asked, 1) % 2 ? &other : &about;
}
static const nh_entry entry = {.struct_size = sizeof entry, .abi_minor = MINOR,
                               .descriptor = descriptor, .create = create};
#ifdef WITHOUT_SYMBOL
NH_EXPORT const nh_entry *numa_hints_entry_v9(void) { return &entry; }
#else
#ifdef UNDEFINED_SYMBOL
extern int nobody_has_this(void);
const nh_entry *numa_hints_entry_v1(void) { return nobody_has_this() ? &entry : NULL; }
#else
const nh_entry *numa_hints_entry_v1(void) { return is_built("library-entry") ? NULL : &entry; }
#endif
#endif
#ifdef WITH_OTHER_SYMBOL
NH_EXPORT int widget_helper(void) { return 1; }
#endif
