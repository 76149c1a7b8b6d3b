// SPDX-License-Identifier: Apache-2.0
// A provider that breaks the rule of the contract that its settings name, for the tests of the host.
#include "numa_hints_extensions.h"
#include <stdlib.h>
#include <string.h>

#ifndef PROVIDER_ID
#define PROVIDER_ID "org.example.faulty"
#endif
#ifndef CLAIM
#define CLAIM "example.org/thing"
#endif

static const char *const claims[] = {CLAIM, NULL};
static const uint64_t first = 1, second = 2, both = 3, far = 1ull << 40;

typedef struct {
  nh_provider table;
  const nh_host *host;
  const char *fault;
} faulty;

static bool is(const nh_provider *self, const char *fault) {
  return strcmp(((const faulty *)self->data)->fault, fault) == 0;
}
static void hint(const nh_hint_sink *sink, const char *resource, const uint64_t *word, nh_hint_flags flags) {
  nh_hint h = {sizeof h, resource, {word, 1}, flags};
  sink->hint(sink, &h);
}
static nh_status hints(const nh_provider *self, const nh_request *request, const nh_hint_sink *sink) {
  const faulty *f = self->data;
  nh_pool pool = {{&first, 1}, 1, 1};
  nh_capacity c = {.struct_size = sizeof c, .resource = CLAIM, .need = 1, .universe = {&both, 1}, .pools = &pool, .pool_count = 1};
  (void)request;
  if (is(self, "silent")) return NH_OK;
  if (is(self, "no-reason")) return NH_INTERNAL;
  if (is(self, "reason")) {
    nh_message why = {sizeof why, "the card is on fire", "on-fire", NULL, 0};
    f->host->explain(f->host, &why);
    return NH_IO;
  }
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
static void assign(const nh_assignment_sink *sink, const char *resource, const char *id, nh_assignment_kind kind) {
  nh_assignment piece = {.struct_size = sizeof piece, .kind = kind, .resource = resource, .id = id, .set = {&first, 1}, .quantity = 1};
  sink->assign(sink, &piece);
}
static nh_status prepare(const nh_provider *self, nh_transaction transaction, const nh_request *request,
                         const nh_placement *placement, const nh_assignment_sink *sink) {
  (void)transaction, (void)request, (void)placement;
  if (is(self, "exhausted")) return NH_EXHAUSTED;
  if (is(self, "gives-other")) assign(sink, "example.org/other", "a", NH_ASSIGN_DEVICE);
  if (is(self, "gives-no-id")) assign(sink, CLAIM, "", NH_ASSIGN_DEVICE);
  if (is(self, "gives-unknown-kind")) assign(sink, CLAIM, "a", 77);
  if (is(self, "gives-twice")) assign(sink, CLAIM, "a", NH_ASSIGN_DEVICE);
  if (is(self, "gives-too-few")) return NH_OK;
  assign(sink, CLAIM, "a", NH_ASSIGN_DEVICE);
  if (is(self, "gives-too-many")) assign(sink, CLAIM, "b", NH_ASSIGN_DEVICE);
  return NH_OK;
}
static nh_status release(const nh_provider *self, nh_transaction t, const nh_holder *holder) { return (void)self, (void)t, (void)holder, NH_OK; }
static nh_status commit(const nh_provider *self, nh_transaction t) { return (void)t, is(self, "commit-fails") ? NH_IO : NH_OK; }
static void rollback(const nh_provider *self, nh_transaction t) { (void)self, (void)t; }
static nh_status restore(const nh_provider *self, const nh_request *request) { return (void)self, (void)request, NH_OK; }
static nh_status start(const nh_provider *self) { return (void)self, NH_OK; }
static void stop(const nh_provider *self) { (void)self; }
static void destroy(const nh_provider *self) { free(self->data); }

static const nh_descriptor about = {sizeof about, PROVIDER_ID, "1.0.0", "Breaks rules", NH_PROVIDER_BOOKS_ONLY};
static const nh_descriptor *descriptor(size_t index) { return index == 0 ? &about : NULL; }
static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  faulty *f = calloc(1, sizeof *f);
  if (!f || strcmp(id, PROVIDER_ID) != 0) return free(f), NH_NOT_FOUND;
  f->host = host;
  f->fault = host->config ? host->config : "";
  f->table = (nh_provider){sizeof f->table, f, claims, NULL, destroy, restore, start, stop, hints, prepare, release, commit, rollback, NULL, NULL};
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
