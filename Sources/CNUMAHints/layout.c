/* SPDX-License-Identifier: Apache-2.0 */
#include "numa_hints.h"

/* What a caller was built with stays where it is. */
_Static_assert(sizeof(numa_hints_options) == 128, "options");
_Static_assert(offsetof(numa_hints_options, watch_interval_ms) == 124, "options");
_Static_assert(sizeof(numa_hints_amount) == 16, "amount");
_Static_assert(sizeof(numa_hints_container) == 56, "container");
_Static_assert(sizeof(numa_hints_pod) == 48, "pod");
