/* SPDX-License-Identifier: Apache-2.0
 *
 * A child process that is made first and told later where it may run: between fork(2) and execve(2) only C can be
 * trusted to do little enough.
 */
#ifndef NUMA_HINTS_CHILD_H
#define NUMA_HINTS_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/** A child that waits to be told. */
typedef struct {
  pid_t pid;
  int orders;  /**< Where it is told; closing it ends the child. */
  int answers; /**< Where it says what failed. */
} child_handle;

/** At what a child failed. */
typedef enum {
  CHILD_RUNS = 0,
  CHILD_CPUS = 1,   /**< sched_setaffinity(2) */
  CHILD_MEMORY = 2, /**< set_mempolicy(2) */
  CHILD_EXEC = 3    /**< execvp(3) */
} child_step;

/** Makes a child that is to run a command: 0, or the error number. From now on the caller's signals that end or stop a
 *  process wait for child_wait. `arguments` ends with NULL. */
int child_make(char *_Nullable const *_Nonnull arguments, child_handle *_Nonnull child);

/** Lets it run on these CPUs, with memory of these nodes alone; words of 64 bits, the lowest first. No CPUs or no
 *  nodes: as the caller. `*step` is what failed, with the error number as the result; 0 once the command runs. */
int child_run(const child_handle *_Nonnull child, const unsigned long *_Nullable cpus, size_t cpu_words,
              const unsigned long *_Nullable nodes, size_t node_words, child_step *_Nonnull step);

/** Ends a child that was not told to run. */
void child_cancel(const child_handle *_Nonnull child);

/** Waits for its end, and passes on what signals the caller gets meanwhile, but for those that the terminal sends to
 *  both. Its status as of waitpid(2), or -1. */
int child_wait(const child_handle *_Nonnull child);

#endif
