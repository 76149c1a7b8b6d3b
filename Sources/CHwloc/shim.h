// SPDX-License-Identifier: Apache-2.0
#ifndef NUMA_HINTS_CHWLOC_SHIM_H
#define NUMA_HINTS_CHWLOC_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <hwloc.h>
#include <hwloc/cpukinds.h>
#include <hwloc/distances.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/// Where hwloc gets a topology from.
enum nh_source {
    /// What the environment says: the running system, or HWLOC_FSROOT.
    NH_SOURCE_SYSTEM,
    NH_SOURCE_XML,
    NH_SOURCE_SYNTHETIC,
};

/// Makes and loads a topology; NULL when hwloc cannot. `io` asks for PCI devices and bridges.
static inline hwloc_topology_t _Nullable nh_load(
    enum nh_source source, const char *_Nonnull text, unsigned long flags, int io)
{
    hwloc_topology_t topology = NULL;
    if (hwloc_topology_init(&topology) != 0) return NULL;
    int failed = hwloc_topology_set_flags(topology, flags);
    if (io) {
        failed |= hwloc_topology_set_type_filter(topology, HWLOC_OBJ_PCI_DEVICE, HWLOC_TYPE_FILTER_KEEP_ALL);
        failed |= hwloc_topology_set_type_filter(topology, HWLOC_OBJ_BRIDGE, HWLOC_TYPE_FILTER_KEEP_ALL);
    }
    if (!failed && source == NH_SOURCE_XML) failed = hwloc_topology_set_xml(topology, text);
    if (!failed && source == NH_SOURCE_SYNTHETIC) failed = hwloc_topology_set_synthetic(topology, text);
    if (!failed) failed = hwloc_topology_load(topology);
    if (!failed) return topology;
    hwloc_topology_destroy(topology);
    return NULL;
}

/// The body of the child of nh_try_load: never returns.
static inline void nh_try_load_child(
    enum nh_source source, const char *_Nonnull text, unsigned long flags, int io, int said)
{
    static const int fatal[] = {SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGXCPU};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], SIG_DFL);
    dup2(said, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    struct rlimit none = {0, 0}, seconds = {5, 5};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_CPU, &seconds);
    alarm(20);
    // Address space on top of what the process has already, which may be much (sanitizers).
    char statm[32] = {0};
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file >= 0 && read(file, statm, sizeof statm - 1) > 0) {
        rlim_t now = strtoul(statm, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
        struct rlimit space = {now + (1ul << 30), now + (1ul << 30)};
        setrlimit(RLIMIT_AS, &space);
    }
    hwloc_topology_t topology = nh_load(source, text, flags, io);
    if (!topology) _exit(1);
    hwloc_topology_check(topology);
    struct hwloc_distances_s *matrices[4];
    unsigned count = sizeof matrices / sizeof *matrices;
    if (hwloc_distances_get_by_type(topology, HWLOC_OBJ_NUMANODE, &count, matrices, 0, 0) == 0)
        for (unsigned i = 0; i < count && i < sizeof matrices / sizeof *matrices; i++)
            hwloc_distances_release(topology, matrices[i]);
    hwloc_topology_destroy(topology);
    _exit(0);
}

/// Loads a topology in a child process with bounds on time and memory, since libhwloc trusts its
/// input: it aborts, or reads what is not its own, on some broken files. `said` receives the
/// beginning of what hwloc wrote, as text. Returns the child's status as of waitpid, or -1.
static inline int nh_try_load(
    enum nh_source source, const char *_Nonnull text, unsigned long flags, int io, char *_Nonnull said,
    size_t size)
{
    int ends[2];
    said[0] = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    pid_t child = fork();
    if (child == 0) nh_try_load_child(source, text, flags, io, ends[1]);
    close(ends[1]);
    size_t used = 0;
    char rest[512];
    for (;;) {
        int full = used + 1 >= size;
        ssize_t got = read(ends[0], full ? rest : said + used, full ? sizeof rest : size - 1 - used);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        if (!full) used += (size_t)got;
    }
    said[used] = 0;
    close(ends[0]);
    int status = -1;
    if (child > 0)
        while (waitpid(child, &status, 0) < 0)
            if (errno != EINTR) return -1;
    return status;
}

#endif
