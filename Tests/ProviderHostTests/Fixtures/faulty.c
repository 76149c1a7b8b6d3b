// SPDX-License-Identifier: Apache-2.0
// A provider that breaks the rule of the contract that its settings name, for the tests of the host.
#include "numa_hints_extensions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PROVIDER_ID
#define PROVIDER_ID "org.example.faulty"
#endif
#ifndef CLAIM
#define CLAIM "example.org/thing"
#endif

static const char *const claims[] = {CLAIM, NULL};
static void *nothing(void) { return NULL; }  // hides the NULL from compilers that know where none may be
static const uint64_t first = 1, second = 2, both = 3, third = 4, far = 1ull << 40;

typedef struct {
  nh_provider table;
  const nh_host *host;
  const char *fault;
  char claim_text[64];
  const char *claim_names[16];
} faulty;

static bool is(const nh_provider *self, const char *fault) {
  return strcmp(((const faulty *)self->data)->fault, fault) == 0;
}
static void hint(const nh_hint_sink *sink, const char *resource, const uint64_t *word, nh_hint_flags flags) {
  nh_hint h = {sizeof h, resource, {word, 1}, flags};
  sink->hint(sink, &h);
}

// ---- Hints ------------------------------------------------------------------

static bool wrong_pointer(const nh_provider *self, const nh_hint_sink *sink) {
  nh_hint h = {sizeof h, CLAIM, {&first, 1}, 0};
  if (is(self, "null-hint")) return sink->hint(sink, nothing()), true;
  if (is(self, "null-capacity")) return sink->capacity(sink, nothing()), true;
  if (is(self, "null-any")) return sink->any(sink, nothing()), true;
  if (is(self, "null-reason")) return sink->none(sink, CLAIM, nothing()), true;
  if (is(self, "null-name")) return h.resource = nothing(), sink->hint(sink, &h), true;
  if (is(self, "no-utf8")) return sink->any(sink, "example.org/\xff"), true;
  if (is(self, "escape")) return sink->any(sink, "example.org/\n\033[2J"), true;
  if (is(self, "many-words")) return h.nodes.word_count = (size_t)1 << 60, sink->hint(sink, &h), true;
  if (is(self, "short-message")) {
    nh_message why = {.struct_size = 8};
    return sink->none(sink, CLAIM, &why), true;
  }
  if (is(self, "null-fact")) {
    nh_pair fact = {nothing(), "x"};
    nh_message why = {sizeof why, "because", NULL, &fact, 1};
    return sink->none(sink, CLAIM, &why), true;
  }
  return false;
}
// A record with members that this host does not know, and flags that it does not know.
static void longer_hint(const nh_hint_sink *sink) {
  struct { nh_hint known; uint64_t unknown[4]; } h = {{sizeof h, CLAIM, {&first, 1}, NH_HINT_PREFERRED | 1ull << 63}, {~0ull, 1, 2, 3}};
  sink->hint(sink, &h.known);
}
static nh_status hints(const nh_provider *self, const nh_request *request, const nh_hint_sink *sink) {
  const faulty *f = self->data;
  nh_pool pool = {{&first, 1}, 1, 1};
  nh_capacity c = {.struct_size = sizeof c, .resource = CLAIM, .need = 1, .universe = {&both, 1}, .pools = &pool, .pool_count = 1};
  nh_bitset wordless = {NULL, 3};
  (void)request;
  if (is(self, "silent")) return NH_OK;
  if (is(self, "no-reason")) return NH_INTERNAL;
  if (is(self, "reason")) {
    nh_message why = {sizeof why, "the card is on fire", "on-fire", NULL, 0};
    f->host->explain(f->host, &why);
    return NH_IO;
  }
  if (wrong_pointer(self, sink)) return NH_OK;
  if (is(self, "longer-hint")) return longer_hint(sink), NH_OK;
  if (is(self, "unclaimed")) return sink->any(sink, "example.org/other"), NH_OK;
  if (is(self, "outside")) return hint(sink, CLAIM, &far, 0), NH_OK;
  if (is(self, "short-hint")) {
    nh_hint h = {sizeof h - 8, CLAIM, {&first, 1}, 0};
    sink->hint(sink, &h);
    return NH_OK;
  }
  if (is(self, "null-words")) {
    nh_hint h = {sizeof h, CLAIM, {NULL, 1}, 0};
    sink->hint(sink, &h);
    return NH_OK;
  }
  if (is(self, "capacity-outside")) c.universe.words = &far;
  if (is(self, "capacity-null-pools")) c.pools = NULL;
  if (is(self, "capacity-short")) c.struct_size = 64;
  if (is(self, "capacity-many-pools")) c.pool_count = (size_t)1 << 60;
  if (is(self, "capacity-overfull")) pool.free = 2;
  if (is(self, "capacity-empty")) c.universe.word_count = 0;
  if (is(self, "capacity-flags")) c.flags = 1ull << 63;
  if (is(self, "capacity-joint")) c.joint = "\xff";
  if (is(self, "capacity-group-words")) c.groups = &wordless, c.group_count = 1;
  if (strncmp(f->fault, "capacity", 8) == 0) return sink->capacity(sink, &c), NH_OK;
  hint(sink, CLAIM, &first, NH_HINT_PREFERRED);
  if (is(self, "twice")) sink->any(sink, CLAIM);
  if (is(self, "mixed")) {
    sink->capacity(sink, &c);
  }
  if (is(self, "repeated")) hint(sink, CLAIM, &first, 0);
  if (is(self, "unsorted")) {
    hint(sink, CLAIM, &both, 0);
    hint(sink, CLAIM, &second, 0);
  }
  return NH_OK;
}

// ---- Pieces -----------------------------------------------------------------

static const nh_share share = {0, 1}, far_share = {UINT64_MAX, 1};
static void give(const nh_assignment_sink *sink, nh_assignment piece) {
  if (!piece.struct_size) piece.struct_size = sizeof piece;
  if (!piece.resource) piece.resource = CLAIM;
  sink->assign(sink, &piece);
}
static void assign(const nh_assignment_sink *sink, const char *resource, const char *id, nh_assignment_kind kind) {
  give(sink, (nh_assignment){.kind = kind, .resource = resource, .id = id, .set = {&first, 1}, .quantity = 1});
}
static bool wrong_piece(const nh_provider *self, const nh_assignment_sink *sink) {
  nh_assignment device = {.kind = NH_ASSIGN_DEVICE, .id = "a", .set = {&first, 1}, .quantity = 1};
  nh_assignment cpus = {.kind = NH_ASSIGN_CPUS, .resource = is(self, "gives-cpus") ? CLAIM : "cpu", .set = {&first, 1}, .quantity = 1000};
  nh_assignment memory = {.kind = NH_ASSIGN_MEMORY, .set = {&first, 1}, .quantity = 1, .shares = &share, .share_count = 1};
  nh_pair pair = {"env", nothing()};
  if (is(self, "gives-null")) return sink->assign(sink, nothing()), true;
  if (is(self, "gives-null-resource")) return device.struct_size = sizeof device, sink->assign(sink, &device), true;
  if (is(self, "gives-short")) return device.struct_size = 88, give(sink, device), true;
  if (is(self, "gives-many-words")) return device.set.word_count = (size_t)1 << 60, give(sink, device), true;
  if (is(self, "gives-many-attributes")) return device.attributes = &pair, device.attribute_count = (size_t)1 << 60, give(sink, device), true;
  if (is(self, "gives-null-attribute")) return device.attributes = &pair, device.attribute_count = 1, give(sink, device), true;
  if (is(self, "gives-no-utf8")) return device.id = "\xff", give(sink, device), true;
  if (is(self, "gives-quantity")) return device.quantity = 2, give(sink, device), true;
  if (is(self, "gives-far-device")) return device.set.words = &far, give(sink, device), true;
  if (is(self, "gives-from-nobody")) return device.taken_from = "nobody", give(sink, device), true;
  if (is(self, "gives-cpus")) return give(sink, cpus), true;
  if (is(self, "gives-far-share")) return memory.shares = &far_share, give(sink, memory), true;
  if (is(self, "gives-wrong-sum")) return memory.quantity = 2, give(sink, memory), true;
  if (is(self, "gives-no-node")) return memory.set.word_count = 0, give(sink, memory), true;
  if (is(self, "gives-far-memory")) return memory.set.words = &far, memory.share_count = 0, give(sink, memory), true;
  if (is(self, "cpu-far")) return cpus.set.words = &far, give(sink, cpus), true;
  if (is(self, "cpu-quantity")) return cpus.quantity = 1, give(sink, cpus), true;
  if (is(self, "cpu-twice")) return give(sink, cpus), give(sink, cpus), true;
  if (is(self, "cpu-third")) return cpus.set.words = &third, give(sink, cpus), true;
  if (is(self, "cpu-first")) return give(sink, cpus), true;
  if (is(self, "cpu-taken")) return cpus.taken_from = "c", give(sink, cpus), true;
  return false;
}
static nh_status prepare(const nh_provider *self, nh_transaction transaction, const nh_request *request,
                         const nh_placement *placement, const nh_assignment_sink *sink) {
  (void)transaction, (void)request, (void)placement;
  if (is(self, "exhausted")) return NH_EXHAUSTED;
  if (wrong_piece(self, sink)) return NH_OK;
  if (is(self, "gives-other")) assign(sink, "example.org/other", "a", NH_ASSIGN_DEVICE);
  if (is(self, "gives-no-id")) assign(sink, CLAIM, "", NH_ASSIGN_DEVICE);
  if (is(self, "gives-unknown-kind")) assign(sink, CLAIM, "a", 77);
  if (is(self, "gives-twice")) assign(sink, CLAIM, "a", NH_ASSIGN_DEVICE);
  if (is(self, "gives-too-few")) return NH_OK;
  assign(sink, CLAIM, "a", NH_ASSIGN_DEVICE);
  if (is(self, "gives-too-many")) assign(sink, CLAIM, "b", NH_ASSIGN_DEVICE);
  return NH_OK;
}

// ---- Stock ------------------------------------------------------------------

static nh_status each_stock(const nh_provider *self, bool (*visit)(void *, const nh_stock *), void *context) {
  nh_stock one = {.struct_size = sizeof one, .resource = CLAIM, .locality = NH_LOCALITY_SET, .nodes = {&first, 1}, .free = 1, .total = 1};
  if (is(self, "stock-null")) return visit(context, nothing()), NH_OK;
  if (is(self, "stock-short")) one.struct_size = 48;
  if (is(self, "stock-other")) one.resource = "example.org/other";
  if (is(self, "stock-null-name")) one.resource = nothing();
  if (is(self, "stock-overfull")) one.free = 2;
  if (is(self, "stock-locality")) one.locality = 9;
  if (is(self, "stock-no-nodes")) one.nodes.word_count = 0;
  if (is(self, "stock-many-words")) one.nodes.word_count = (size_t)1 << 60;
  // A provider that goes on although visit said false.
  visit(context, &one);
  if (is(self, "stock-order")) visit(context, &one);
  return is(self, "stock-fails") ? NH_IO : NH_OK;
}
static const nh_stocks stocks = {sizeof stocks, each_stock};
static const nh_stocks empty_stocks = {.struct_size = sizeof stocks};

// ---- Books ------------------------------------------------------------------

static nh_status shared(const nh_provider *self, void (*visit)(void *, const nh_bitset *), void *context) {
  const nh_bitset set = {&first, 1}, many = {&first, (size_t)1 << 60};
  if (is(self, "cpus-none")) return NH_OK;
  visit(context, is(self, "cpus-null") ? nothing() : is(self, "cpus-many-words") ? &many : &set);
  if (is(self, "cpus-two")) visit(context, &set);
  return is(self, "cpus-fails") ? NH_IO : NH_OK;
}
static nh_status each_node(const nh_provider *self, bool (*visit)(void *, const nh_memory_node *), void *context) {
  nh_memory one = {sizeof one, CLAIM, 2, 1, 1, 1};
  const nh_memory *const list[] = {&one};
  nh_memory_node node = {sizeof node, 3, 1, {&first, 1}, list, 1};
  if (is(self, "memory-null")) return visit(context, nothing()), NH_OK;
  if (is(self, "memory-short")) node.struct_size = 24;
  if (is(self, "memory-null-list")) node.memory = NULL;
  if (is(self, "memory-null-name")) one.resource = nothing();
  if (is(self, "memory-overfull")) one.free = 2;
  visit(context, &node);
  return is(self, "memory-fails") ? NH_IO : NH_OK;
}
static nh_status restore_node(const nh_provider *self, const nh_memory_node *node) {
  return is(self, "memory-no-restore") || node->id != 3 ? NH_EXHAUSTED : NH_OK;
}
static nh_status each_device(const nh_provider *self, bool (*visit)(void *, const nh_device *), void *context) {
  nh_device one = {.struct_size = sizeof one, .id = "a", .resource = CLAIM, .locality = NH_LOCALITY_SET,
                   .flags = NH_DEVICE_HEALTHY, .nodes = {&first, 1}};
  if (is(self, "devices-null")) return visit(context, nothing()), NH_OK;
  if (is(self, "devices-short")) one.struct_size = 48;
  if (is(self, "devices-null-id")) one.id = nothing();
  if (is(self, "devices-locality")) one.locality = 9;
  visit(context, &one);
  return NH_OK;
}
static const nh_cpus cpus_table = {sizeof cpus_table, shared}, no_cpus = {.struct_size = sizeof no_cpus};
static const nh_memories memories = {sizeof memories, each_node, restore_node}, no_memories = {sizeof memories, each_node, NULL};
static const nh_devices devices = {sizeof devices, each_device}, no_devices = {.struct_size = sizeof no_devices};

static const void *extension(const nh_provider *self, const char *id) {
  if (!strcmp(id, NH_EXT_STOCK)) return is(self, "stock-no-each") ? &empty_stocks : &stocks;
  if (!strcmp(id, NH_EXT_CPUS)) return is(self, "cpus-no-shared") ? &no_cpus : &cpus_table;
  if (!strcmp(id, NH_EXT_MEMORY)) return is(self, "memory-half") ? &no_memories : &memories;
  if (!strcmp(id, NH_EXT_DEVICES)) return is(self, "devices-no-each") ? &no_devices : &devices;
  return NULL;
}

// ---- The rest ---------------------------------------------------------------

static nh_status release(const nh_provider *self, nh_transaction t, const nh_holder *holder) { return (void)self, (void)t, (void)holder, NH_OK; }
static nh_status commit(const nh_provider *self, nh_transaction t) { return (void)t, is(self, "commit-fails") ? NH_IO : NH_OK; }
static void rollback(const nh_provider *self, nh_transaction t) { (void)self, (void)t; }
static nh_status restore(const nh_provider *self, const nh_request *request) {
  return (void)request, is(self, "no-restore") ? NH_EXHAUSTED : NH_OK;
}
static nh_status start(const nh_provider *self) { return (void)self, NH_OK; }
static void stop(const nh_provider *self) { (void)self; }
static void destroy(const nh_provider *self) { free(self->data); }


// "claims:NAME,NAME": those; "cpu-...": cpu; else CLAIM. Kept by the instance: tests run side by side.
static const char *const *claimed(faulty *f) {
  static const char *const cpu[] = {"cpu", NULL}, *const no_utf8[] = {"\xff", NULL};
  if (strncmp(f->fault, "cpu-", 4) == 0) return cpu;
  if (strcmp(f->fault, "claims-no-utf8") == 0) return no_utf8;
  if (strncmp(f->fault, "claims:", 7) != 0) return claims;
  size_t count = 0;
  snprintf(f->claim_text, sizeof f->claim_text, "%s", f->fault + 7);
  for (char *next = f->claim_text; next && count < 15; count++) {
    f->claim_names[count] = next;
    next = strchr(next, ',');
    if (next) *next++ = 0;
  }
  return f->claim_names;
}
static const nh_descriptor about = {sizeof about, PROVIDER_ID, "1.0.0", "Breaks rules", NH_PROVIDER_BOOKS_ONLY};
static const nh_descriptor *descriptor(size_t index) { return index == 0 ? &about : NULL; }
static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  faulty *f = calloc(1, sizeof *f);
  if (!f || strcmp(id, PROVIDER_ID) != 0) return free(f), NH_NOT_FOUND;
  f->host = host;
  f->fault = host->config ? host->config : "";
  f->table = (nh_provider){sizeof f->table, f, claims, NULL, destroy, restore, start, stop, hints, prepare, release, commit, rollback, NULL, extension};
  f->table.claims = claimed(f);
  if (is(&f->table, "no-prepare")) f->table.prepare = NULL;
  if (is(&f->table, "short-table")) f->table.struct_size = offsetof(nh_provider, commit);
  if (is(&f->table, "create-null")) return free(f), NH_OK;
  if (is(&f->table, "create-fails")) {
    nh_message why = {sizeof why, "settings: unknown key \"colour\"", NULL, NULL, 0};
    host->explain(host, &why);
    return free(f), NH_INVALID;
  }
  *made = &f->table;
  return NH_OK;
}
static const nh_entry entry = {sizeof entry, NH_ABI_MINOR, descriptor, create};
NH_EXPORT const nh_entry *numa_hints_entry_v1(void) { return &entry; }
