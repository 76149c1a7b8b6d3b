/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "pages.h"

#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { BATCH = 512, BITS = 8 * sizeof(unsigned long) };

int pages_by_node(pid_t pid, unsigned long start, unsigned long end, unsigned long *pages, size_t count) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  unsigned long size = (unsigned long)sysconf(_SC_PAGESIZE);
  int problem = 0;
  for (unsigned long next = start; next < end && problem == 0; next += BATCH * size) {
    uint64_t entries[BATCH];
    void *own[BATCH];
    int places[BATCH];
    size_t wanted = (end - next) / size < BATCH ? (end - next) / size : BATCH;
    ssize_t got = pread(file, entries, wanted * sizeof *entries, (off_t)(next / size * sizeof *entries));
    if (got < 0) problem = errno;
    size_t found = 0;
    /* Bit 63: present; bit 61: of a file, or shared. */
    for (size_t i = 0; got > 0 && i < (size_t)got / sizeof *entries; i++)
      if (entries[i] >> 63 & 1 && !(entries[i] >> 61 & 1)) own[found++] = (char *)next + i * size;
    if (found > 0 && move_pages(pid, found, own, NULL, places, 0) != 0) problem = errno;
    /* A negative place is a page that went meanwhile. */
    for (size_t i = 0; problem == 0 && i < found; i++)
      if (places[i] >= 0 && (size_t)places[i] < count) pages[places[i]]++;
  }
  close(file);
  return problem;
}

int pages_migrate(pid_t pid, const unsigned long *from, const unsigned long *to, size_t node_words) {
  return migrate_pages(pid, node_words * BITS + 1, from, to) < 0 ? errno : 0;
}

int thread_set_cpus(pid_t thread, const unsigned long *cpus, size_t cpu_words) {
  return sched_setaffinity(thread, cpu_words * sizeof *cpus, (const cpu_set_t *)cpus) == 0 ? 0 : errno;
}
