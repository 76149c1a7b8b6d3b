// SPDX-License-Identifier: Apache-2.0

// What the machine is, read by hwloc.
