/* SPDX-License-Identifier: Apache-2.0
 *
 * Where single pages of a process are, and bringing them home.
 */
#ifndef NUMA_HINTS_PAGES_H
#define NUMA_HINTS_PAGES_H

#include <stddef.h>
#include <sys/types.h>

/** Counts the pages of a mapping that are the process's own (not of a file), node by node: 0, or the error number; by
 *  /proc/PID/pagemap and move_pages(2). Pages of nodes from `count` on are not counted. */
int pages_by_node(pid_t pid, unsigned long start, unsigned long end, unsigned long *_Nonnull pages, size_t count);

/** Moves all pages of a process from the first nodes to the second, words of 64 bits, the lowest first: 0, or the error
 *  number; migrate_pages(2). */
int pages_migrate(pid_t pid, const unsigned long *_Nonnull from, const unsigned long *_Nonnull to, size_t node_words);

/** Lets a thread run on these CPUs alone: 0, or the error number; sched_setaffinity(2). */
int thread_set_cpus(pid_t thread, const unsigned long *_Nonnull cpus, size_t cpu_words);

#endif
