/* SPDX-License-Identifier: Apache-2.0
 *
 * numa_hints_extensions.h: tables that a host or a provider may have beside the contract.
 *
 * One asks for a table by its id, through `extension`, and does without if there is none.
 * An id ends in its revision; a revision never changes, it is followed by another. Vendors
 * name theirs "com.example.thing/1". What numa_hints_provider.h says in brief holds here.
 */
#ifndef NUMA_HINTS_EXTENSIONS_H
#define NUMA_HINTS_EXTENSIONS_H

#include "numa_hints_provider.h"

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#pragma clang assume_nonnull begin
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Values ------------------------------------------------------------- */

/** Whether it is known which nodes a thing is near to. */
typedef int32_t nh_locality;
enum {
  NH_LOCALITY_UNKNOWN = 0, /**< The platform does not say: neither node 0 nor every node. */
  NH_LOCALITY_ANY = 1,     /**< Every node alike. */
  NH_LOCALITY_SET = 2      /**< Those in the member `nodes` beside this one. */
};

/** Stands for a number that the platform does not say. */
#define NH_UNKNOWN 0xffffffffu

/* ---- Extension of a provider: devices ----------------------------------- */

/** Providers of countable devices offer an nh_devices under this id. */
#define NH_EXT_DEVICES "numa-hints.devices/1"

typedef uint32_t nh_device_flags;
enum { NH_DEVICE_HEALTHY = 1u << 0, NH_DEVICE_FREE = 1u << 1 /**< Held by nobody. */ };

typedef struct nh_device_1_0 {
  size_t struct_size;
  const char *id;                /**< Unique and lasting: PCI address, UUID. */
  const char *resource;          /**< The claimed name it counts towards. */
  const char *NH_NULLABLE group; /**< Devices given out together, e.g. those of a board. */
  const char *NH_NULLABLE path;  /**< As in nh_pci; NULL if it is not on PCI. */
  nh_locality locality;
  nh_device_flags flags;
  nh_bitset nodes;
  const char *NH_NULLABLE problem; /**< Why it is not healthy, or NULL: in a few words, for people. */
} nh_device;

typedef struct nh_devices_1_0 {
  size_t struct_size;
  /** Visits every device in ascending order of id; a visit that returns false ends
   *  the walk. [serial] */
  nh_status (*each)(const nh_provider *self,
                    bool (*visit)(void *NH_NULLABLE context, const nh_device *device),
                    void *NH_NULLABLE context);
} nh_devices;

/* ---- Extension of a provider: stock -------------------------------------- */

/** Providers that can say what they have, and what of it is free, offer an nh_stocks under
 *  this id: it is what people are shown, and decides nothing. */
#define NH_EXT_STOCK "numa-hints.stock/1"

/** What there is of one resource in one place. `free` and `total` are those of nh_pool, for
 *  a request that holds and reuses nothing, and in the unit of the resource. `nodes` counts
 *  for NH_LOCALITY_SET alone, and is then not empty. */
typedef struct nh_stock_1_0 {
  size_t struct_size;
  const char *resource; /**< Claimed: the name itself, never a family. */
  nh_locality locality;
  uint32_t flags; /**< None yet: 0. */
  nh_bitset nodes;
  uint64_t free;
  uint64_t total;
} nh_stock;

typedef struct nh_stocks_1_0 {
  size_t struct_size;
  /** Visits one record for each resource and place, those with nothing free too, in
   *  ascending order of resource, then locality as a number, then (node count, list of
   *  nodes), none twice; a visit that returns false ends the walk. An open transaction
   *  counts. [serial] */
  nh_status (*each)(const nh_provider *self,
                    bool (*visit)(void *NH_NULLABLE context, const nh_stock *stock),
                    void *NH_NULLABLE context);
} nh_stocks;

/* ---- Extension of a provider: shared CPUs --------------------------------- */

/** Providers that give CPUs for exclusive use offer an nh_cpus under this id. */
#define NH_EXT_CPUS "numa-hints.cpus/1"

typedef struct nh_cpus_1_0 {
  size_t struct_size;
  /** Says, by calling `visit` once, on which CPUs the containers run that have none of their
   *  own. An open transaction counts. [serial] */
  nh_status (*shared)(const nh_provider *self,
                      void (*visit)(void *NH_NULLABLE context, const nh_bitset *cpus),
                      void *NH_NULLABLE context);
} nh_cpus;

/* ---- Extension of a provider: books of memory ----------------------------- */

/** Providers of memory that keep the books of the kubelet's static memory manager policy offer
 *  an nh_memories under this id. It is what the file memory_manager_state says of nodes. */
#define NH_EXT_MEMORY "numa-hints.memory/1"

/** The bytes of one type on one node. Containers have `allocatable` without `free`. */
typedef struct nh_memory_1_0 {
  size_t struct_size;
  const char *resource; /**< "memory" or "hugepages-<size>". */
  uint64_t total;       /**< All there is; of memory with the huge pages. */
  uint64_t system_reserved;
  uint64_t allocatable; /**< What containers can have: at least `free`. */
  uint64_t free;
} nh_memory;

typedef struct nh_memory_node_1_0 {
  size_t struct_size;
  uint32_t id;
  uint32_t assignments; /**< One for each container, type and node of its mask. */
  nh_bitset cells;      /**< The nodes that are used together with this one, itself included. */
  NH_LIST(nh_memory) memory; /**< The types that are claimed, in ascending order of name. */
  size_t memory_count;
} nh_memory_node;

typedef struct nh_memories_1_0 {
  size_t struct_size;
  /** Visits every node in ascending order of id; a visit that returns false ends the walk.
   *  An open transaction counts. [serial] */
  nh_status (*each)(const nh_provider *self,
                    bool (*visit)(void *NH_NULLABLE context, const nh_memory_node *node),
                    void *NH_NULLABLE context);
  /** Learns, after every restore and before start, what an earlier process's books said of a
   *  node, where pieces leave open on which of several nodes they are. Types that are only
   *  observed may be among the node's, others of the machine's may be missing. [serial] */
  nh_status (*restore)(const nh_provider *self, const nh_memory_node *node);
} nh_memories;

/* ---- Extension of the host: machine ------------------------------------- */

/** What the host knows of the machine, live or recorded: an nh_machine, which does not
 *  change while the instance lives. */
#define NH_EXT_MACHINE "numa-hints.machine/1"

typedef uint32_t nh_machine_flags;
enum {
  NH_MACHINE_ONLINE = 1u << 0,
  NH_MACHINE_ALLOWED = 1u << 1,      /**< To be used, by the cpuset of the host. */
  NH_MACHINE_DEVICE_MEMORY = 1u << 2 /**< A node that is, e.g., a GPU's memory. */
};

/** A NUMA node. It has no CPUs if no CPU names it. Online and allowed as CPUs are. */
typedef struct nh_node_1_0 {
  size_t struct_size;
  uint32_t id; /**< Ids may have gaps. */
  nh_machine_flags flags;
  /** "memory", with its huge pages, and "hugepages-<size>": bytes, in ascending order. */
  const nh_resource *NH_NULLABLE memory;
  size_t memory_count;
  const uint32_t *NH_NULLABLE distances; /**< To each of nh_machine.nodes, in its order. */
  const char *NH_NULLABLE kind;          /**< "DRAM", "HBM", "GPUMemory", or NULL: not known. */
  nh_bitset local_cpus;                  /**< The nearest CPUs, also of a node without CPUs. */
} nh_node;

typedef struct nh_cpu_1_0 {
  size_t struct_size;
  uint32_t id, node, socket; /**< `node`: the one whose CPU it is. */
  uint32_t die, cache, core; /**< Each named by its lowest CPU; `cache`: the last level. */
  uint32_t speed;            /**< Rank of its kind of core, 0 the slowest. */
  nh_machine_flags flags;
} nh_cpu;

typedef struct nh_pci_1_0 {
  size_t struct_size;
  const char *address; /**< "0000:3b:00.0" */
  const char *path;    /**< Addresses from the root port to the device, joined by "/". */
  const char *NH_NULLABLE driver;
  const char *NH_NULLABLE physical; /**< Of a virtual function: its physical one. */
  uint32_t virtual_index; /**< Of a virtual function: its number there, or NH_UNKNOWN. */
  uint32_t virtual_limit; /**< Of a physical function: how many it can have, or 0. */
  uint16_t vendor, device, subsystem_vendor, subsystem_device;
  uint32_t class_code; /**< 24 bits, e.g. 0x020000 for Ethernet. */
  nh_locality locality;
  nh_bitset nodes;
} nh_pci;

/** All lists in ascending order of id or address. */
typedef struct nh_machine_1_0 {
  size_t struct_size;
  NH_LIST(nh_node) nodes;
  size_t node_count;
  NH_LIST(nh_cpu) cpus;
  size_t cpu_count;
  NH_LIST(nh_pci) pci;
  size_t pci_count;
} nh_machine;

#ifdef __cplusplus
} /* extern "C" */
#endif
#if defined(__clang__)
#pragma clang assume_nonnull end
#pragma clang diagnostic pop
#endif
#endif /* NUMA_HINTS_EXTENSIONS_H */
