// SPDX-License-Identifier: Apache-2.0
//
// A small host: drives the first provider of one library and prints what it says.
// driver LIBRARY RESOURCE [SETTINGS]
#include "numa_hints_extensions.h"
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *resource;
static uint64_t word(nh_bitset set) { return set.word_count ? set.words[0] : 0; }

static char ids[16][64];
static uint64_t homes[16];
static size_t id_count;

static void on_hint(const nh_hint_sink *sink, const nh_hint *hint) {
  (void)sink;
  printf("  hint %" PRIu64 "\n", word(hint->nodes));
}
static void on_capacity(const nh_hint_sink *sink, const nh_capacity *c) {
  (void)sink;
  printf("  need %" PRIu64 " in %" PRIu64 ":", c->need, word(c->universe));
  for (size_t i = 0; i < c->pool_count; i++)
    printf(" %" PRIu64 "=%" PRIu64 "/%" PRIu64, word(c->pools[i].nodes), c->pools[i].free, c->pools[i].total);
  printf(", %zu to meet\n", c->must_meet_count);
}
static void on_any(const nh_hint_sink *sink, const char *name) { (void)sink; printf("  any %s\n", name); }
static void on_none(const nh_hint_sink *sink, const char *name, const nh_message *reason) {
  (void)sink;
  printf("  none %s: %s\n", name, reason->text);
}
static void on_piece(const nh_assignment_sink *sink, const nh_assignment *piece) {
  (void)sink;
  printf("  piece %s %s on %" PRIu64 "\n", piece->resource, piece->id ? piece->id : "-", word(piece->set));
  snprintf(ids[id_count], sizeof ids[0], "%s", piece->id ? piece->id : "");
  homes[id_count++] = word(piece->set);
}
static void on_log(const nh_host *host, nh_severity severity, const nh_message *line) {
  (void)host;
  printf("  log %d %s\n", (int)severity, line->text);
}
static void on_reason(const nh_host *host, const nh_message *reason) { (void)host; printf("  because %s\n", reason->text); }
static void on_change(const nh_host *host) { (void)host; }

// Two nodes with two CPUs each.
static const nh_resource memory[] = {{"hugepages-2Mi", 1u << 30}, {"memory", (uint64_t)4 << 30}};
static const uint32_t distances[2][2] = {{10, 20}, {20, 10}};
static nh_node nodes[2];
static nh_cpu cpus[4];
static const nh_node *node_list[] = {&nodes[0], &nodes[1]};
static const nh_cpu *cpu_list[] = {&cpus[0], &cpus[1], &cpus[2], &cpus[3]};
static nh_machine machine;
static void make_machine(void) {
  for (uint32_t i = 0; i < 4; i++)
    cpus[i] = (nh_cpu){.struct_size = sizeof cpus[i], .id = i, .node = i / 2, .core = i,
                       .flags = NH_MACHINE_ONLINE | NH_MACHINE_ALLOWED};
  for (uint32_t i = 0; i < 2; i++)
    nodes[i] = (nh_node){.struct_size = sizeof nodes[i], .id = i, .flags = NH_MACHINE_ONLINE | NH_MACHINE_ALLOWED,
                         .memory = memory, .memory_count = 2, .distances = distances[i]};
  machine = (nh_machine){.struct_size = sizeof machine, .nodes = node_list, .node_count = 2,
                         .cpus = cpu_list, .cpu_count = 4};
}
static const void *host_extension(const nh_host *host, const char *id) {
  (void)host;
  return strcmp(id, NH_EXT_MACHINE) == 0 ? &machine : NULL;
}

static uint64_t all = 3;
typedef struct { nh_resource amounts[2]; nh_container containers[2]; const nh_container *list[2]; nh_request request; } question;
static nh_assignment held_pieces[16];
static const nh_assignment *held_list[16];

static const nh_request *ask(question *q, const char *pod, uint64_t first, uint64_t second, int which, bool held) {
  for (int i = 0; i < 2; i++) {
    q->amounts[i] = (nh_resource){resource, i ? second : first};
    q->containers[i] = (nh_container){.struct_size = sizeof q->containers[i], .name = i ? "b" : "a",
                                      .kind = NH_CONTAINER_APP, .resources = &q->amounts[i], .resource_count = 1};
    q->list[i] = &q->containers[i];
  }
  if (held) q->containers[which].held = held_list, q->containers[which].held_count = id_count;
  q->request = (nh_request){.struct_size = sizeof q->request, .pod_uid = pod, .qos = NH_QOS_GUARANTEED,
                            .containers = q->list, .container_count = 2,
                            .container = which < 0 ? NULL : &q->containers[which], .candidate_nodes = {&all, 1}};
  return &q->request;
}
static void hints(const nh_provider *p, const nh_request *request) {
  nh_hint_sink sink = {.struct_size = sizeof sink, .limit = 64, .hint = on_hint, .capacity = on_capacity,
                       .any = on_any, .none = on_none};
  printf("hints -> %d\n", (int)p->hints(p, request, &sink));
}
static void prepare(const nh_provider *p, nh_transaction transaction, const nh_request *request, uint64_t mask) {
  nh_assignment_sink sink = {.struct_size = sizeof sink, .assign = on_piece};
  nh_affinity affinity = {.struct_size = sizeof affinity, .nodes = {&mask, 1}, .flags = NH_HINT_PREFERRED};
  nh_placement placement = {.struct_size = sizeof placement, .affinity = &affinity};
  id_count = 0;
  printf("prepare -> %d\n", (int)p->prepare(p, transaction, request, &placement, &sink));
}
static bool on_stock(void *context, const nh_stock *stock) {
  (void)context;
  printf("  stock %s at %" PRIu64 ": %" PRIu64 " of %" PRIu64 "\n", stock->resource, word(stock->nodes), stock->free, stock->total);
  return true;
}
static void stock(const nh_provider *p) {
  const nh_stocks *stocks = p->extension ? p->extension(p, NH_EXT_STOCK) : NULL;
  if (stocks && NH_HAS(stocks, each)) printf("stock -> %d\n", (int)stocks->each(p, on_stock, NULL));
}

int main(int argc, char **argv) {
  void *library = argc > 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) : NULL;
  if (!library) return fprintf(stderr, "%s\n", argc > 2 ? dlerror() : "usage: driver LIBRARY RESOURCE [SETTINGS]"), 1;
  union { void *data; const nh_entry *(*function)(void); } symbol = {dlsym(library, "numa_hints_entry_v1")};
  const nh_entry *entry = symbol.function();
  if (!NH_HAS(entry, create)) return 2;
  const nh_descriptor *about = entry->descriptor(0);
  resource = argv[2];
  make_machine();
  printf("%s, last %d\n", about->id, entry->descriptor(1) == NULL);
  nh_host host = {.struct_size = sizeof host, .abi_minor = NH_ABI_MINOR, .config = argc > 3 ? argv[3] : NULL,
                  .log = on_log, .explain = on_reason, .changed = on_change, .extension = host_extension};
  const nh_provider *p = NULL, *next = NULL;
  if (entry->create("org.example.nobody", &host, &p) != NH_NOT_FOUND || p) return 3;
  if (entry->create(about->id, &host, &p) != NH_OK || !NH_HAS(p, extension)) return 4;
  for (size_t i = 0; p->claims[i]; i++) printf("claims %s\n", p->claims[i]);
  question q;
  printf("start -> %d\n", (int)p->start(p));
  hints(p, ask(&q, "pod", 1, 2, 1, false));
  hints(p, ask(&q, "pod", 1, 2, -1, false));
  prepare(p, 1, ask(&q, "pod", 1, 2, 1, false), 2);
  hints(p, ask(&q, "other", 1, 1, 0, false));
  p->rollback(p, 1);
  hints(p, ask(&q, "other", 1, 1, 0, false));
  prepare(p, 2, ask(&q, "pod", 1, 2, 1, false), 2);
  printf("commit -> %d\n", (int)p->commit(p, 2));
  stock(p);
  for (size_t i = 0; i < id_count; i++) {
    held_pieces[i] = (nh_assignment){.struct_size = sizeof held_pieces[i], .kind = NH_ASSIGN_DEVICE, .resource = resource,
                                     .id = ids[i], .set = {&homes[i], 1}, .quantity = 1};
    held_list[i] = &held_pieces[i];
  }
  size_t held = id_count;
  prepare(p, 3, ask(&q, "other", 9, 1, 0, false), 1);
  id_count = held;
  if (entry->create(about->id, &host, &next) != NH_OK) return 5;
  printf("restore -> %d\n", (int)next->restore(next, ask(&q, "pod", 1, 2, 1, true)));
  stock(next);
  nh_holder holder = {.struct_size = sizeof holder, .pod_uid = "pod"};
  printf("release -> %d\n", (int)next->release(next, 7, &holder));
  stock(next);
  next->rollback(next, 7);
  stock(next);
  next->destroy(next);
  p->stop(p);
  p->destroy(p);
  return 0;
}
