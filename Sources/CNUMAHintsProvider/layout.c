// SPDX-License-Identifier: Apache-2.0
// Fails to compile when a record of the provider ABI changes by accident.
#include "numa_hints_extensions.h"

#define SIZE(type, bytes) \
  _Static_assert(sizeof(struct nh_##type) == (bytes), #type " changed its size")
#define ENDS(type, bytes, last)                                                   \
  SIZE(type, bytes);                                                              \
  _Static_assert(offsetof(struct nh_##type, last) +                               \
                         sizeof(((struct nh_##type *)0)->last) == (bytes),        \
                 #type " must end with " #last ", without padding")

// 64-bit platforms. A minor version may only raise the number of a record, and then changes
// its tag, by which it is named here; the numbers of values never change.
SIZE(bitset_1_0, 16);
SIZE(resource_1_0, 16);
SIZE(share_1_0, 16);
SIZE(pair_1_0, 16);
SIZE(pool_1_0, 32);

ENDS(message_1_0, 40, fact_count);
ENDS(assignment_1_0, 96, taken_from);
ENDS(container_1_0, 56, held_count);
ENDS(request_1_0, 64, candidate_nodes);
ENDS(holder_1_0, 24, container);
ENDS(hint_1_0, 40, flags);
ENDS(capacity_1_0, 120, flags);
ENDS(hint_sink_1_0, 56, none);
ENDS(affinity_1_0, 32, flags);
ENDS(placement_1_0, 32, wanted_count);
ENDS(assignment_sink_1_0, 24, assign);
ENDS(host_1_0, 72, extension);
ENDS(provider_1_0, 120, extension);
ENDS(descriptor_1_0, 40, flags);
ENDS(entry_1_0, 32, create);

ENDS(device_1_0, 72, problem);
ENDS(devices_1_0, 16, each);
ENDS(stock_1_0, 56, total);
ENDS(stocks_1_0, 16, each);
ENDS(cpus_1_0, 16, shared);
ENDS(memory_1_0, 48, free);
ENDS(memory_node_1_0, 48, memory_count);
ENDS(memories_1_0, 24, restore);
ENDS(node_1_0, 64, local_cpus);
ENDS(cpu_1_0, 40, flags);
ENDS(pci_1_0, 80, nodes);
ENDS(machine_1_0, 56, pci_count);
