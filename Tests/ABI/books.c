// SPDX-License-Identifier: Apache-2.0
// The widgets of Examples/widget-c over numa_hints_books.h: what an author writes beside it.
#include "numa_hints_books.h"

static const uint64_t first = 1, second = 2;
static const nh_book_device devices[] = {
    {"w0", "example.org/widget", {&first, 1}},
    {"w1", "example.org/widget", {&first, 1}},
    {"w2", "example.org/widget", {&second, 1}},
    {"w3", "example.org/widget", {&second, 1}},
};
static const char *const claims[] = {"example.org/widget", NULL};

typedef struct { nh_provider base; const nh_host *host; nh_books books; } widgets;
static widgets *of(const nh_provider *self) { return self->data; }

static nh_status hints(const nh_provider *self, const nh_request *r, const nh_hint_sink *sink) {
  return nh_books_hints(&of(self)->books, r, sink);
}
static nh_status prepare(const nh_provider *self, nh_transaction txn, const nh_request *r,
                         const nh_placement *to, const nh_assignment_sink *sink) {
  return nh_books_prepare(&of(self)->books, of(self)->host, txn, r, to, sink);
}
static nh_status release(const nh_provider *self, nh_transaction txn, const nh_holder *holder) {
  return nh_books_release(&of(self)->books, txn, holder);
}
static nh_status commit(const nh_provider *self, nh_transaction txn) {
  nh_books_commit(&of(self)->books, txn);
  return NH_OK;
}
static void rollback(const nh_provider *self, nh_transaction txn) { nh_books_rollback(&of(self)->books, txn); }
static nh_status restore(const nh_provider *self, const nh_request *r) {
  return nh_books_restore(&of(self)->books, of(self)->host, r);
}
static nh_status start(const nh_provider *self) { return self ? NH_OK : NH_INVALID; }
static void stop(const nh_provider *self) { (void)self; }
static void destroy(const nh_provider *self) {
  nh_books_free(&of(self)->books);
  free(self->data);
}
static nh_status each(const nh_provider *self, bool (*visit)(void *, const nh_device *), void *context) {
  return nh_books_each(&of(self)->books, visit, context);
}
static const nh_devices listed = {.struct_size = sizeof listed, .each = each};
static const void *extension(const nh_provider *self, const char *id) {
  return self && strcmp(id, NH_EXT_DEVICES) == 0 ? &listed : NULL;
}

static const nh_descriptor about = {
    .struct_size = sizeof about, .id = "org.example.widget", .version = "1.0.0", .summary = "Four widgets", .flags = NH_PROVIDER_BOOKS_ONLY};
static const nh_descriptor *descriptor(size_t index) { return index == 0 ? &about : NULL; }
static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  if (strcmp(id, about.id) != 0) return NH_NOT_FOUND;
  if (host->config && strcmp(host->config, "{}")) {
    nh_message reason = {.struct_size = sizeof reason, .text = "widgets have no settings"};
    host->explain(host, &reason);
    return NH_INVALID;
  }
  widgets *w = calloc(1, sizeof *w);
  if (!w) return NH_NO_MEMORY;
  if (!nh_books_make(&w->books, devices, sizeof devices / sizeof *devices)) return free(w), NH_NO_MEMORY;
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
