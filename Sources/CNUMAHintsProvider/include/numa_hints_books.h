/* SPDX-License-Identifier: Apache-2.0
 *
 * numa_hints_books.h: the books of a provider of countable devices, for those who write it in C.
 *
 * Nothing of it is part of the contract: it is compiled into the provider. Give nh_books the devices, and
 * call it from the functions of the same names. A device is held by one container at a time: what an init
 * container held is free for others once it is released, not before.
 */
#ifndef NUMA_HINTS_BOOKS_H
#define NUMA_HINTS_BOOKS_H

#include "numa_hints_extensions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"
#endif

/** The longest name of a pod or a container that is kept, with its zero byte. */
enum { NH_BOOKS_NAME = 254 };

/** A device. Both texts and the words of `nodes` must last as long as the books. */
typedef struct nh_book_device {
  const char *id;       /* Unique and lasting. */
  const char *resource; /* The claimed name that it counts towards. */
  nh_bitset nodes;      /* Those that it is near to: one or more. */
} nh_book_device;

typedef struct nh_book_holder { char pod[NH_BOOKS_NAME], container[NH_BOOKS_NAME]; } nh_book_holder;

/** Who holds which device. */
typedef struct nh_books {
  const nh_book_device *devices; /* In ascending order of id. */
  size_t count;
  nh_transaction open;            /* 0 if none. */
  nh_book_holder *now, *before;   /* `before`: when the open transaction began. */
  unsigned char *chosen;          /* For one call. */
} nh_books;

static inline void nh_books_free(nh_books *books) {
  free(books->now), free(books->before), free(books->chosen);
  *books = (nh_books){0};
}

/** Empty books. Returns false if there is no memory; nothing needs to be freed then. */
static inline bool nh_books_make(nh_books *books, const nh_book_device *devices, size_t count) {
  *books = (nh_books){.devices = devices, .count = count};
  books->now = calloc(count + 1, sizeof *books->now);
  books->before = calloc(count + 1, sizeof *books->before);
  books->chosen = calloc(count + 1, 1);
  if (books->now && books->before && books->chosen) return true;
  nh_books_free(books);
  return false;
}

/* ---- Sets and amounts ---- */

static inline uint64_t nh_books_word(nh_bitset set, size_t place) { return place < set.word_count ? set.words[place] : 0; }

static inline bool nh_books_meet(nh_bitset one, nh_bitset other) {
  for (size_t i = 0; i < one.word_count; i++)
    if (one.words[i] & nh_books_word(other, i)) return true;
  return false;
}

static inline bool nh_books_equal(nh_bitset one, nh_bitset other) {
  for (size_t i = 0; i < one.word_count || i < other.word_count; i++)
    if (nh_books_word(one, i) != nh_books_word(other, i)) return false;
  return true;
}

static inline uint64_t nh_books_amount(const nh_container *container, const char *resource) {
  for (size_t i = 0; i < container->resource_count; i++)
    if (!strcmp(container->resources[i].name, resource)) return container->resources[i].quantity;
  return 0;
}

/** What the subject asks for: a container, or all of a pod in sum. */
static inline uint64_t nh_books_need(const nh_request *request, const char *resource) {
  if (request->container) return nh_books_amount(request->container, resource);
  uint64_t sum = 0;
  for (size_t i = 0; i < request->container_count; i++) {
    uint64_t more = nh_books_amount(request->containers[i], resource);
    sum = sum + more < sum ? UINT64_MAX : sum + more;
  }
  return sum;
}

/** Whether it is the first device of its resource. */
static inline bool nh_books_is_first(const nh_books *books, size_t device) {
  for (size_t i = 0; i < device; i++)
    if (!strcmp(books->devices[i].resource, books->devices[device].resource)) return false;
  return true;
}

static inline bool nh_books_is_of(const nh_books *books, size_t device, const char *pod, const char *container) {
  const nh_book_holder *holder = &books->now[device];
  return holder->pod[0] && !strcmp(holder->pod, pod) && (!container || !strcmp(holder->container, container));
}

static inline bool nh_books_is_named(const nh_assignment *const *pieces, size_t count, const nh_book_device *device) {
  for (size_t i = 0; i < count; i++)
    if (pieces[i]->id && !strcmp(pieces[i]->id, device->id) && !strcmp(pieces[i]->resource, device->resource)) return true;
  return false;
}

static inline nh_status nh_books_refuse(
    const nh_host *host, uint64_t there, uint64_t all, const char *resource, uint64_t requested) {
  char text[512];
  snprintf(text, sizeof text, "%llu of %llu %s can be given, %llu requested", (unsigned long long)there,
           (unsigned long long)all, resource, (unsigned long long)requested);
  nh_message reason = {.struct_size = sizeof reason, .text = text, .code = "not-enough-devices"};
  host->explain(host, &reason);
  return NH_EXHAUSTED;
}

/* ---- Calls ---- */

static inline void nh_books_answer(
    const nh_books *books, size_t first, const nh_request *request, const nh_hint_sink *sink, uint64_t *universe,
    nh_pool *pools, nh_bitset *held) {
  const char *resource = books->devices[first].resource;
  size_t pool_count = 0, held_count = 0, words = request->candidate_nodes.word_count;
  memset(universe, 0, words * sizeof *universe);
  for (size_t i = first; i < books->count; i++) {
    nh_bitset nodes = books->devices[i].nodes;
    if (strcmp(books->devices[i].resource, resource)) continue;
    for (size_t w = 0; w < words; w++) universe[w] |= nh_books_word(nodes, w) & request->candidate_nodes.words[w];
    bool own = nh_books_is_of(books, i, request->pod_uid, request->container ? request->container->name : NULL);
    if (own) held[held_count++] = nodes;
    size_t place = 0;
    while (place < pool_count && !nh_books_equal(pools[place].nodes, nodes)) place++;
    if (place == pool_count) pools[pool_count++] = (nh_pool){.nodes = nodes};
    pools[place].total++;
    pools[place].free += own || !books->now[i].pod[0];
  }
  nh_capacity capacity = {
      .struct_size = sizeof capacity, .resource = resource, .need = nh_books_need(request, resource),
      .universe = {universe, words}, .pools = pools, .pool_count = pool_count, .must_meet = held,
      .must_meet_count = held_count};
  sink->capacity(sink, &capacity);
}

/** For nh_provider.hints: a capacity for each resource that is asked for. */
static inline nh_status nh_books_hints(const nh_books *books, const nh_request *request, const nh_hint_sink *sink) {
  uint64_t *universe = calloc(request->candidate_nodes.word_count + 1, sizeof *universe);
  nh_pool *pools = calloc(books->count + 1, sizeof *pools);
  nh_bitset *held = calloc(books->count + 1, sizeof *held);
  bool has_room = universe && pools && held;
  for (size_t i = 0; has_room && i < books->count; i++)
    if (nh_books_is_first(books, i) && nh_books_need(request, books->devices[i].resource))
      nh_books_answer(books, i, request, sink, universe, pools, held);
  free(universe), free(pools), free(held);
  return has_room ? NH_OK : NH_NO_MEMORY;
}

/* Which are taken first: wanted, held already, inside the affinity, others. 4: not to be had here. */
static inline int nh_books_rank(const nh_books *books, size_t i, const nh_request *request, const nh_placement *to) {
  nh_bitset nodes = books->devices[i].nodes;
  bool held = nh_books_is_of(books, i, request->pod_uid, request->container->name);
  if (!held && (books->now[i].pod[0] || !nh_books_meet(nodes, request->candidate_nodes))) return 4;
  if (nh_books_is_named(to->wanted, to->wanted_count, &books->devices[i])) return 0;
  return held ? 1 : nh_books_meet(nodes, to->affinity->nodes) ? 2 : 3;
}

/* Marks devices of one resource; returns how many. */
static inline uint64_t nh_books_choose(
    nh_books *books, const char *resource, const nh_request *request, const nh_placement *to) {
  uint64_t need = nh_books_need(request, resource), count = 0;
  for (int rank = 0; rank < 4; rank++)
    for (size_t i = 0; i < books->count && count < need; i++)
      if (!strcmp(books->devices[i].resource, resource) && nh_books_rank(books, i, request, to) == rank)
        books->chosen[i] = 1, count++;
  return count;
}

static inline void nh_books_begin(nh_books *books, nh_transaction transaction) {
  if (books->open != transaction) memcpy(books->before, books->now, books->count * sizeof *books->now);
  books->open = transaction;
}

static inline void nh_books_take(nh_book_holder *holder, const nh_request *request) {
  snprintf(holder->pod, NH_BOOKS_NAME, "%s", request->pod_uid);
  snprintf(holder->container, NH_BOOKS_NAME, "%s", request->container->name);
}

static inline bool nh_books_fits(const nh_request *request) {
  return request->pod_uid[0] && strlen(request->pod_uid) < NH_BOOKS_NAME && request->container &&
         strlen(request->container->name) < NH_BOOKS_NAME;
}

/** For nh_provider.prepare. */
static inline nh_status nh_books_prepare(
    nh_books *books, const nh_host *host, nh_transaction transaction, const nh_request *request,
    const nh_placement *to, const nh_assignment_sink *sink) {
  if (!nh_books_fits(request)) return NH_INVALID;
  memset(books->chosen, 0, books->count);
  for (size_t i = 0; i < books->count; i++) {
    const char *resource = books->devices[i].resource;
    if (!nh_books_is_first(books, i)) continue;
    uint64_t need = nh_books_need(request, resource), count = nh_books_choose(books, resource, request, to), all = 0;
    for (size_t other = 0; other < books->count; other++) all += !strcmp(books->devices[other].resource, resource);
    if (count < need) return nh_books_refuse(host, count, all, resource, need);
  }
  size_t wanted = 0;
  for (size_t i = 0; i < books->count; i++)
    wanted += books->chosen[i] && nh_books_is_named(to->wanted, to->wanted_count, &books->devices[i]);
  if (wanted < to->wanted_count) return nh_books_refuse(host, wanted, to->wanted_count, "wanted devices", to->wanted_count);
  nh_books_begin(books, transaction);
  for (size_t i = 0; i < books->count; i++) {
    if (!books->chosen[i]) continue;
    const nh_book_device *device = &books->devices[i];
    nh_books_take(&books->now[i], request);
    nh_assignment piece = {.struct_size = sizeof piece, .kind = NH_ASSIGN_DEVICE, .resource = device->resource,
                           .id = device->id, .set = device->nodes, .quantity = 1};
    sink->assign(sink, &piece);
  }
  return NH_OK;
}

/** For nh_provider.release. */
static inline nh_status nh_books_release(nh_books *books, nh_transaction transaction, const nh_holder *holder) {
  nh_books_begin(books, transaction);
  for (size_t i = 0; i < books->count; i++)
    if (nh_books_is_of(books, i, holder->pod_uid, holder->container)) books->now[i] = (nh_book_holder){{0}, {0}};
  return NH_OK;
}

/** For nh_provider.commit, once hardware is as it is to be. */
static inline void nh_books_commit(nh_books *books, nh_transaction transaction) {
  if (books->open == transaction) books->open = 0;
}

/** For nh_provider.rollback. */
static inline void nh_books_rollback(nh_books *books, nh_transaction transaction) {
  if (books->open != transaction) return;
  memcpy(books->now, books->before, books->count * sizeof *books->now);
  books->open = 0;
}

/** For nh_provider.restore. */
static inline nh_status nh_books_restore(nh_books *books, const nh_host *host, const nh_request *request) {
  if (!nh_books_fits(request)) return NH_INVALID;
  const nh_assignment *const *held = request->container->held;
  size_t count = request->container->held_count, there = 0;
  for (size_t i = 0; i < books->count; i++) there += nh_books_is_named(held, count, &books->devices[i]);
  if (there < count) return nh_books_refuse(host, there, count, "held devices", count);
  for (size_t i = 0; i < books->count; i++)
    if (nh_books_is_named(held, count, &books->devices[i])) nh_books_take(&books->now[i], request);
  return NH_OK;
}

/** For nh_devices.each: the devices in their order. */
static inline nh_status nh_books_each(
    const nh_books *books, bool (*visit)(void *context, const nh_device *device), void *context) {
  for (size_t i = 0; i < books->count; i++) {
    const nh_book_device *own = &books->devices[i];
    nh_device device = {.struct_size = sizeof device, .id = own->id, .resource = own->resource,
                        .locality = NH_LOCALITY_SET, .nodes = own->nodes,
                        .flags = NH_DEVICE_HEALTHY | (books->now[i].pod[0] ? 0 : NH_DEVICE_FREE)};
    if (!visit(context, &device)) break;
  }
  return NH_OK;
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif
#endif /* NUMA_HINTS_BOOKS_H */
