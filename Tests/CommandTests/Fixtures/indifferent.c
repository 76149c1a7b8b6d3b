/* SPDX-License-Identifier: Apache-2.0
 *
 * A stand-in for the provider of CPUs: it has no preference, and gives nothing.
 */
#include "numa_hints_provider.h"

#include <string.h>

static const char *const claims[] = {"cpu", NULL};

static void destroy(const nh_provider *self) { (void)self; }
static nh_status restore(const nh_provider *self, const nh_request *request) {
  (void)self, (void)request;
  return NH_OK;
}
static nh_status start(const nh_provider *self) {
  (void)self;
  return NH_OK;
}
static void stop(const nh_provider *self) { (void)self; }

static nh_status hints(const nh_provider *self, const nh_request *request, const nh_hint_sink *sink) {
  (void)self;
  bool asked = false;
  for (size_t i = 0; i < request->container_count; i++) {
    const nh_container *container = request->containers[i];
    if (request->container != NULL && request->container != container) continue;
    for (size_t j = 0; j < container->resource_count; j++)
      asked |= strcmp(container->resources[j].name, "cpu") == 0;
  }
  if (asked) sink->any(sink, "cpu");
  return NH_OK;
}

static nh_status prepare(const nh_provider *self, nh_transaction transaction, const nh_request *request,
                         const nh_placement *placement, const nh_assignment_sink *sink) {
  (void)self, (void)transaction, (void)request, (void)placement, (void)sink;
  return NH_OK;
}
static nh_status release(const nh_provider *self, nh_transaction transaction, const nh_holder *holder) {
  (void)self, (void)transaction, (void)holder;
  return NH_OK;
}
static nh_status commit(const nh_provider *self, nh_transaction transaction) {
  (void)self, (void)transaction;
  return NH_OK;
}
static void rollback(const nh_provider *self, nh_transaction transaction) { (void)self, (void)transaction; }

static const nh_provider provider = {
    .struct_size = sizeof(nh_provider), .claims = claims, .destroy = destroy, .restore = restore,
    .start = start, .stop = stop, .hints = hints, .prepare = prepare, .release = release,
    .commit = commit, .rollback = rollback};

static nh_status create(const char *id, const nh_host *host, const nh_provider **made) {
  (void)id, (void)host;
  *made = &provider;
  return NH_OK;
}

static const nh_descriptor *descriptor(size_t index) {
  static const nh_descriptor only = {.struct_size = sizeof(nh_descriptor),
                                     .id = "org.example.indifferent",
                                     .version = "1.0.0",
                                     .summary = "CPUs without preference",
                                     .flags = NH_PROVIDER_BOOKS_ONLY};
  return index == 0 ? &only : NULL;
}

NH_EXPORT const nh_entry *numa_hints_entry_v1(void) {
  static const nh_entry entry = {
      .struct_size = sizeof(nh_entry), .abi_minor = NH_ABI_MINOR, .descriptor = descriptor, .create = create};
  return &entry;
}
