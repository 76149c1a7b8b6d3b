// SPDX-License-Identifier: Apache-2.0
#include <hwloc.h>
#include <hwloc/cpukinds.h>
#include <hwloc/distances.h>
