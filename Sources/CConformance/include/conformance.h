/* SPDX-License-Identifier: Apache-2.0
 *
 * What a check of a provider needs and only C can do. Each changes the process for good, which must be for that check
 * alone.
 */
#ifndef NUMA_HINTS_CONFORMANCE_H
#define NUMA_HINTS_CONFORMANCE_H

#include <stdbool.h>
#include <stddef.h>

/** Notes from now on the absolute paths below /sys, /proc and /dev that threads of this process name to the kernel,
 *  to open them or to look at them. 0, or the error number: ENOSYS where the processor is not known. */
int path_watch_begin(void);

/** Copies what was noted since it was asked last, each path ended by a zero byte, as far as there is room (64 KiB are
 *  kept): its bytes. No other thread may name paths meanwhile. */
size_t path_watch_take(char *_Nonnull place, size_t size);

/** Takes over the allocations that a library asks the C library for itself, not those of libraries that it uses: the
 *  number of places at which it does, or the negative error number.
 *
 *  @param path  of the library, which is loaded. */
int allocation_watch_begin(const char *_Nonnull path);

/** Lets the allocation of that number, counted from 1 and from now, fail with ENOMEM; 0: none. */
void allocation_watch_fail(unsigned long number);

/** How many there were since then. */
unsigned long allocation_watch_count(void);

/** Whether a text is anywhere in these bytes. */
bool bytes_contain(const void *_Nullable bytes, size_t count, const char *_Nonnull text);

#endif
