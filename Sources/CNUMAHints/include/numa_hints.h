/* SPDX-License-Identifier: Apache-2.0
 *
 * numa_hints.h: numa-hints in an agent of your own.
 *
 * A manager decides about pods on one node and keeps in a ledger what they are given. It means what the
 * commands mean, on the same ledger: both can be used beside each other.
 *
 * In brief
 *   Version   The major version is part of the library's soname, libnumahints.so.1. Within it structs only
 *             grow, at their end; the first member, struct_size, says how much of it the caller knew. Set it
 *             to sizeof, and all else to zero: zero means the default. Codes are never renumbered.
 *   Handles   A manager and a subscription are numbers, never used twice. One that was closed is known as
 *             such: to call with it gives NUMA_HINTS_CLOSED, and nothing else happens.
 *   Memory    Arguments are read during the call and not kept. A text that the library hands out is the
 *             caller's, who gives it back by numa_hints_free, and by nothing else. Where a call fails, it
 *             sets what it would have handed out to NULL or 0. Any `document` and any `error` may be NULL if
 *             it is not wanted.
 *   Errors    Every call returns a status. Where it is no NUMA_HINTS_OK, NUMA_HINTS_REFUSED or
 *             NUMA_HINTS_NOTHING, `*error` is a sentence for people.
 *   Threads   Every function may be called from any thread at any time, also with one handle. Calls that
 *             change something wait for each other, and for other processes that hold the ledger. No code of
 *             the caller runs on a thread of the library. After fork a child may only exec.
 *   Process   Signals, standard streams and the working directory are left alone. HOME, XDG_STATE_HOME,
 *             TMPDIR, NUMA_HINTS_PROVIDER_PATH and NUMA_HINTS_LIBEXEC are read by numa_hints_open. While a
 *             machine is read variables named HWLOC_... change. The library is never unloaded.
 *   Text      UTF-8, ends with a zero byte. Documents are JSON on one line, by docs/schemas.
 */
#ifndef NUMA_HINTS_H
#define NUMA_HINTS_H

#include <stddef.h>
#include <stdint.h>

#define NUMA_HINTS_API_MAJOR 1u
#define NUMA_HINTS_API_MINOR 0u

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#define NUMA_HINTS_NULLABLE _Nullable
#else
#define NUMA_HINTS_NULLABLE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The outcome of a call. Treat unknown ones as NUMA_HINTS_INTERNAL. */
typedef int32_t numa_hints_status;
enum {
  NUMA_HINTS_OK = 0,
  NUMA_HINTS_REFUSED = 1,  /**< The pod was, or would be, refused: the document says why. */
  NUMA_HINTS_NOTHING = 2,  /**< Nothing came in time. */
  NUMA_HINTS_INVALID = 3,  /**< An argument breaks the rules of this header, or cannot be. */
  NUMA_HINTS_INPUT = 4,    /**< A pod or a file is not what it should be. */
  NUMA_HINTS_MACHINE = 5,  /**< The machine, or a cgroup, could not be read or written. */
  NUMA_HINTS_PROVIDER = 6, /**< A provider library failed, or cannot be used. */
  NUMA_HINTS_STATE = 7,    /**< The ledger cannot be used, or others held it for too long. */
  NUMA_HINTS_CLOSED = 8,   /**< The handle was closed. */
  NUMA_HINTS_INTERNAL = 9  /**< A bug in the library. */
};

/** Never 0. */
typedef uint64_t numa_hints_manager;
/** Never 0. */
typedef uint64_t numa_hints_subscription;

/** What a manager is about. A flag of the commands, in braces, has the same meaning; NULL and 0 are its
 *  default. */
typedef struct numa_hints_options_1_0 {
  size_t struct_size;
  const char *NUMA_HINTS_NULLABLE machine;        /**< {--machine} */
  const char *NUMA_HINTS_NULLABLE config;         /**< {--config} */
  const char *NUMA_HINTS_NULLABLE kubelet_config; /**< {--kubelet-config} */
  const char *NUMA_HINTS_NULLABLE kubelet_args;   /**< {--kubelet-args} */
  const char *NUMA_HINTS_NULLABLE ledger;         /**< {--ledger} */
  /** {--providers} Folders of provider libraries. With none, those that the configuration names, or
   *  NUMA_HINTS_PROVIDER_PATH; else those beside libnumahints.so, or in ../lib/numa-hints/providers from
   *  there. */
  const char *NUMA_HINTS_NULLABLE const *NUMA_HINTS_NULLABLE providers;
  size_t provider_count;
  const char *NUMA_HINTS_NULLABLE policy;          /**< {--policy} */
  const char *NUMA_HINTS_NULLABLE scope;           /**< {--scope} */
  const char *NUMA_HINTS_NULLABLE changed_machine; /**< {--changed-machine} */
  const char *NUMA_HINTS_NULLABLE cgroup_root;     /**< {--cgroup-root} */
  const char *NUMA_HINTS_NULLABLE host_root;       /**< {--host-root} */
  uint32_t whole_system;                           /**< {--whole-system} 1 to set. */
  uint32_t isolate;                                /**< {--isolate} 1 to set. */
  uint32_t strict;                                 /**< {--strict} 1 to set. */
  /** {--lock-wait} In milliseconds, at most 3,600,000; 0 for ten seconds. */
  uint32_t lock_wait_ms;
  /** {--history} How many decisions the ledger keeps; 0 for 1,000. */
  uint32_t history;
  /** {--interval} How long a subscription waits between two looks, in milliseconds; 0 for a second. */
  uint32_t watch_interval_ms;
} numa_hints_options;

/** An amount as Kubernetes writes it: "cpu" "1500m", "memory" "8Gi", "vendor.com/gpu" "2". */
typedef struct numa_hints_amount_1_0 {
  const char *NUMA_HINTS_NULLABLE resource;
  const char *NUMA_HINTS_NULLABLE quantity;
} numa_hints_amount;

typedef int32_t numa_hints_container_kind;
enum {
  NUMA_HINTS_CONTAINER_APP = 0,
  NUMA_HINTS_CONTAINER_INIT = 1,
  NUMA_HINTS_CONTAINER_SIDECAR = 2 /**< An init container that is restarted always. */
};

typedef struct numa_hints_container_1_0 {
  size_t struct_size;
  const char *NUMA_HINTS_NULLABLE name;
  numa_hints_container_kind kind;
  uint32_t reserved; /**< 0. */
  const numa_hints_amount *NUMA_HINTS_NULLABLE requests;
  size_t request_count;
  const numa_hints_amount *NUMA_HINTS_NULLABLE limits;
  size_t limit_count;
} numa_hints_container;

/** A pod without JSON; defaulted and checked as one with it. */
typedef struct numa_hints_pod_1_0 {
  size_t struct_size;
  const char *NUMA_HINTS_NULLABLE uid;
  const char *NUMA_HINTS_NULLABLE pod_namespace; /**< NULL for "default". */
  const char *NUMA_HINTS_NULLABLE name;
  /** Pointers, since records grow. */
  const numa_hints_container *NUMA_HINTS_NULLABLE const *NUMA_HINTS_NULLABLE containers;
  size_t container_count;
} numa_hints_pod;

/** The version of the library: major << 16 | minor. */
uint32_t numa_hints_version(void);

/** A few words about a status, which live as long as the library. Never NULL. */
const char *NUMA_HINTS_NULLABLE numa_hints_status_text(numa_hints_status status);

/** Gives back a text that the library handed out; NULL is fine. */
void numa_hints_free(char *NUMA_HINTS_NULLABLE text);

/** Opens a node: reads its machine and files, and opens its providers, to say now what does not work for
 *  all calls. NULL options are all defaults. A manager that is never closed costs nothing at the end. */
numa_hints_status numa_hints_open(const numa_hints_options *NUMA_HINTS_NULLABLE options,
                                  numa_hints_manager *NUMA_HINTS_NULLABLE manager,
                                  char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Ends a manager and its subscriptions; calls that are under way end first. What pods hold stays theirs. */
numa_hints_status numa_hints_close(numa_hints_manager manager, char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Decides about one pod, given as Kubernetes has it, in JSON or YAML, and keeps what it is given: that is on
 *  the disk when this returns. `document`: docs/schemas/admit.schema.json. */
numa_hints_status numa_hints_admit(numa_hints_manager manager, const char *NUMA_HINTS_NULLABLE pod,
                                   char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE document,
                                   char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** The same, for a pod without JSON. */
numa_hints_status numa_hints_admit_pod(numa_hints_manager manager, const numa_hints_pod *NUMA_HINTS_NULLABLE pod,
                                       char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE document,
                                       char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Says what would be decided about one pod on what others hold, and why; changes nothing.
 *  `changes`: how many changes at most are looked for that would admit or align it, 0 to 100.
 *  `document`: docs/schemas/explain.schema.json. */
numa_hints_status numa_hints_explain(numa_hints_manager manager, const char *NUMA_HINTS_NULLABLE pod,
                                     uint32_t changes, char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE document,
                                     char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Gives back what a pod has, or one of its containers where `container` is not NULL; to release nothing is
 *  fine. `document`: docs/schemas/release.schema.json. */
numa_hints_status numa_hints_release(numa_hints_manager manager, const char *NUMA_HINTS_NULLABLE uid,
                                     const char *NUMA_HINTS_NULLABLE container,
                                     char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE document,
                                     char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Holds a container's cgroup to what the container was given. `cgroup`: its path below the root of the
 *  cgroups; NULL finds it as a kubelet does. If the cgroup does not take it, that is as it was and the
 *  container is released. `document`: docs/schemas/attach.schema.json. */
numa_hints_status numa_hints_attach(numa_hints_manager manager, const char *NUMA_HINTS_NULLABLE uid,
                                    const char *NUMA_HINTS_NULLABLE container,
                                    const char *NUMA_HINTS_NULLABLE cgroup,
                                    char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE document,
                                    char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Says who holds what; waits for nobody. `document`: docs/schemas/status.schema.json. */
numa_hints_status numa_hints_get_status(numa_hints_manager manager,
                                        char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE document,
                                        char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Begins to look for changes: of devices, of the machine, and of who holds something, also by others.
 *
 *  `descriptor`, unless it is NULL, is set to a file descriptor that can be read while a change waits, for
 *  select, poll and epoll. It is the library's until numa_hints_unsubscribe or numa_hints_close, which close
 *  it: take it out of your loop first, and neither read nor close it. The newest 1,024 changes are kept. */
numa_hints_status numa_hints_subscribe(numa_hints_manager manager,
                                       numa_hints_subscription *NUMA_HINTS_NULLABLE subscription,
                                       int32_t *NUMA_HINTS_NULLABLE descriptor,
                                       char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Takes the oldest change that waits, or waits for one: `timeout_ms` at most, without end if that is
 *  negative. NUMA_HINTS_NOTHING if none came; NUMA_HINTS_CLOSED also if the subscription ended meanwhile.
 *  `document`: docs/schemas/changes.schema.json. */
numa_hints_status numa_hints_next_change(numa_hints_subscription subscription, int32_t timeout_ms,
                                         char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE document,
                                         char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

/** Ends a subscription, and wakes who waits for its changes. */
numa_hints_status numa_hints_unsubscribe(numa_hints_subscription subscription,
                                         char *NUMA_HINTS_NULLABLE *NUMA_HINTS_NULLABLE error);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif
