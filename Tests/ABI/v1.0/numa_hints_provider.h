/* SPDX-License-Identifier: Apache-2.0
 *
 * numa_hints_provider.h: the contract between numa-hints and a hint provider.
 *
 * A provider is a shared library that knows one kind of resource (CPUs, memory,
 * huge pages, PCI devices, SR-IOV functions). The host asks every provider on
 * which NUMA nodes a request could be placed, merges the answers into one
 * affinity, and lets every provider allocate inside that affinity or none.
 *
 * Contract in brief
 *   Version   The major version is part of the entry symbol's name. Within a major
 *             version tables and records only grow, at their end; the first member,
 *             struct_size, says how much of it its author knew; NH_HAS asks. None
 *             ends in padding. A struct without struct_size is a value: it never changes.
 *   Tags      A struct's tag carries the version that last changed it: Swift's runtime
 *             takes C structs of one tag in two libraries for one type, and crashes if
 *             their lengths differ. As a second guard, a vendor's Swift provider links
 *             the Swift standard library statically.
 *   Memory    Every pointer argument is lent for the duration of the call. Whoever
 *             wants to keep something copies it. Nobody frees what the other side
 *             allocated: answers are delivered one record at a time, to a sink.
 *   Lifetime  A library stays mapped until the process ends. What an entry or a
 *             descriptor points to therefore never goes away. Instances share nothing.
 *   Threads   [serial]      called by the host, never twice at once for one instance,
 *                           not always from the same operating-system thread.
 *             [any-thread]  may be called at any time from any thread.
 *             [in-call]     only inside create or a [serial] call, on that call's thread.
 *             A function of the host never calls back into the provider.
 *   Order     create, restore*, start, (hints | transaction | started)*, stop, destroy,
 *             where transaction = (prepare | release | hints)+, (commit | rollback):
 *             one at a time. stop and destroy also follow a failure.
 *   Dry run   Without start (and stop) every call works, but on the books alone: not even
 *             commit and started change anything outside the instance.
 *   Crash     The host records a transaction before it calls commit. If it then dies, the
 *             outcome is unknown and is taken for committed-then-released: the next
 *             process restores all pieces of it, starts, and releases them.
 *   Sameness  Equal histories of calls give equal answers, in equal order. No clock,
 *             no random numbers, no hash order in anything a sink receives.
 *   Text      UTF-8 of less than 65,536 bytes, ends with a zero byte. What people read is one
 *             line: control characters are not passed on.
 *   Limits    A host reads no more than 1,024 words of a set, 65,536 elements of a list and
 *             65,536 records of a call. Flags that one does not know are passed over.
 *   Faults    The host holds every answer against these rules. One that breaks any fails the
 *             whole call, however it returned; provider, call and rule are named.
 */
#ifndef NUMA_HINTS_PROVIDER_H
#define NUMA_HINTS_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NH_ABI_MAJOR 1u
#define NH_ABI_MINOR 0u

/** Marks the one symbol that a provider library exports. */
#define NH_EXPORT __attribute__((visibility("default")))

/** True if the author of `*record` knew `member`; read no member without asking. */
#define NH_HAS(record, member)                                              \
  ((record)->struct_size >= offsetof(__typeof__(*(record)), member) +       \
                                sizeof((record)->member))

/** A list of records: pointers, since records grow. NULL only if its count is 0. */
#define NH_LIST(record) const record *NH_NONNULL const *NH_NULLABLE

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#define NH_NULLABLE _Nullable
#define NH_NONNULL _Nonnull
#pragma clang assume_nonnull begin
#else
#define NH_NULLABLE
#define NH_NONNULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Values ------------------------------------------------------------- */

/** The outcome of a call. Codes are never renumbered; treat unknown ones as
 *  NH_INTERNAL. The reason in words goes to nh_host.explain. */
typedef int32_t nh_status;
enum {
  NH_OK = 0,
  NH_INVALID = 1,     /**< An argument breaks this contract. */
  NH_UNSUPPORTED = 2, /**< Well formed, but not offered by this provider. */
  NH_EXHAUSTED = 3,   /**< The resource is there, but not enough of it is free. */
  NH_NOT_FOUND = 4,   /**< No such provider, transaction or device. */
  NH_BAD_ORDER = 5,   /**< Called in a state that does not allow it. */
  NH_IO = 6,          /**< The operating system or the hardware refused. */
  NH_NO_MEMORY = 7,
  NH_INTERNAL = 8     /**< A bug in the callee. */
};

/** A lent set of small integers: NUMA nodes or logical CPUs. Number n is bit
 *  n % 64 of words[n / 64]. Zero words at the end mean nothing: sets of different
 *  word_count can be equal. */
typedef struct nh_bitset_1_0 {
  const uint64_t *NH_NULLABLE words; /**< NULL only if word_count is 0. */
  size_t word_count;
} nh_bitset;

/** An amount of one resource, as requested. Units: "cpu" in thousandths of a CPU, "memory" and
 *  "hugepages-<size>" in bytes, everything else in pieces. */
typedef struct nh_resource_1_0 { const char *name; uint64_t quantity; } nh_resource;
/** The part of an amount that lies on one node. */
typedef struct nh_share_1_0 { uint64_t node; uint64_t quantity; } nh_share;
typedef struct nh_pair_1_0 { const char *key; const char *value; } nh_pair;

/** A sentence for people, with what programs need of it. */
typedef struct nh_message_1_0 {
  size_t struct_size;
  const char *text;
  const char *NH_NULLABLE code;     /**< A lasting word, e.g. "not-enough-cpus". */
  const nh_pair *NH_NULLABLE facts; /**< What the sentence mentions: node, free, ... */
  size_t fact_count;
} nh_message;

/* ---- Requests ----------------------------------------------------------- */

/** What a piece is: of "cpu" it is CPUs, of resources in bytes memory, of others a device, or
 *  memory that its vendor counts. */
typedef int32_t nh_assignment_kind;
enum {
  NH_ASSIGN_CPUS = 0,   /**< `set`: logical CPUs, for exclusive use; `quantity`: 1000 each. */
  NH_ASSIGN_MEMORY = 1, /**< `set`: nodes; `quantity`: bytes in sum over them. */
  NH_ASSIGN_DEVICE = 2  /**< `id`: one device; `set`: its nodes, if known; `quantity`: 1. */
};

/** One piece of what a container was given; pieces of one resource add up. The host
 *  writes it to its checkpoint and hands it back in nh_container.held. */
typedef struct nh_assignment_1_0 {
  size_t struct_size;
  nh_assignment_kind kind;
  const char *resource;
  const char *NH_NULLABLE id;
  nh_bitset set;
  uint64_t quantity;
  /** Bytes node by node, where this is settled: nodes of `set`, in sum `quantity`. */
  const nh_share *NH_NULLABLE shares;
  size_t share_count;
  /** For the container runtime; keys may recur. "cdi": a qualified name; "device":
   *  HOST[:CONTAINER[:rwm]]; "mount": HOST:CONTAINER[:ro]; "env": NAME=VALUE. */
  const nh_pair *NH_NULLABLE attributes;
  size_t attribute_count;
  /** The init container of the pod that had this piece. CPUs and devices are then held
   *  by both, until both are released; of memory, that one keeps so many bytes less. */
  const char *NH_NULLABLE taken_from;
} nh_assignment;

typedef int32_t nh_qos;
enum { NH_QOS_BEST_EFFORT = 0, NH_QOS_BURSTABLE = 1, NH_QOS_GUARANTEED = 2 };

typedef int32_t nh_container_kind;
enum {
  NH_CONTAINER_APP = 0,
  NH_CONTAINER_INIT = 1,   /**< Ends before the next one starts: what it held is reusable. */
  NH_CONTAINER_SIDECAR = 2 /**< Starts among the init containers and keeps running. */
};

/** One container, as far as the resources that the provider claims or observes go. */
typedef struct nh_container_1_0 {
  size_t struct_size;
  const char *name;
  nh_container_kind kind;
  const nh_resource *NH_NULLABLE resources; /**< In ascending order of name. */
  size_t resource_count;
  NH_LIST(nh_assignment) held; /**< What it has already, e.g. since before a restart. */
  size_t held_count;
} nh_container;

/** What is to be placed: one container, or a whole pod when `container` is NULL. */
typedef struct nh_request_1_0 {
  size_t struct_size;
  const char *pod_uid;
  nh_qos qos;
  /** All of the pod, in its order, init containers first. At pod scope each provider adds
   *  them up by the rules of its resource. */
  NH_LIST(nh_container) containers;
  size_t container_count;
  const nh_container *NH_NULLABLE container; /**< One of `containers`. */
  nh_bitset candidate_nodes; /**< Never empty; no hint names a node outside it. */
} nh_request;

/** Whose allocation is meant. */
typedef struct nh_holder_1_0 {
  size_t struct_size;
  const char *pod_uid;
  const char *NH_NULLABLE container; /**< NULL: each of the pod's. */
} nh_holder;

/* ---- Hints -------------------------------------------------------------- */

typedef uint64_t nh_hint_flags;
enum {
  /** The narrowest placement this resource could have on an empty machine. Said of the
   *  mask itself, never of the wider ones that NH_HINT_AND_WIDER adds. */
  NH_HINT_PREFERRED = 1u << 0,
  /** One hint instead of 2^n. It replaces this enumeration: the hint itself, and for each
   *  set of candidate nodes of the request that contains `nodes` and more, a hint with that
   *  set, not preferred. A mask that several hints give is one hint, preferred if any of
   *  them says so. Not for a hint without a mask. */
  NH_HINT_AND_WIDER = 1u << 1
};

/** A mask on which a resource can be placed. */
typedef struct nh_hint_1_0 {
  size_t struct_size;
  const char *resource;
  nh_bitset nodes; /**< Exactly these. Empty: no mask, which constrains nothing. */
  nh_hint_flags flags;
} nh_hint;

/** An amount near to `nodes`: there for each mask that meets them, and only once. In the
 *  unit of the resource, as `need` is. */
typedef struct nh_pool_1_0 {
  nh_bitset nodes;
  uint64_t free;  /**< For this request: what its subject may reuse counts too. */
  /** On an empty machine: what is busy or unhealthy counts too. At least `free`, but in
   *  `exact`, where it is what only such a mask has: for leftovers 0. */
  uint64_t total;
} nh_pool;

typedef uint64_t nh_capacity_flags;
enum {
  /** If no mask is offered, the answer is `any`; without the flag it is `none`. Of joint
   *  capacities each has its own. */
  NH_CAPACITY_ELSE_ANY = 1u << 0
};

/** Says by amounts what hints say by masks. It replaces this enumeration, of which the
 *  hints are the masks offered, in the order of hints: for each non-empty subset of
 *  `universe` (a mask), add up the pools it meets and the `exact` pools whose nodes it
 *  equals. The mask is
 *    sufficient  if the sum of `total` is at least `need`;
 *    offered     if it is sufficient, the sum of `free` is at least `need`, and it meets
 *                each set of `must_meet` and equals each of `groups` that it meets;
 *    preferred   if it is offered, and no sufficient mask, offered or not, has fewer nodes.
 *  Capacities with one `joint` name, of whatever provider, share one enumeration, over the
 *  nodes common to their universes: a mask is sufficient, or offered, if it is so for all;
 *  each of their resources has the same list. A resource answered otherwise takes no part.
 *  An empty set cannot be met; an empty universe offers nothing. Sums stop at UINT64_MAX.
 *  A device near to every node is a pool of the whole universe; one whose nodes are unknown
 *  is no pool. */
typedef struct nh_capacity_1_0 {
  size_t struct_size;
  const char *resource;
  uint64_t need;
  /** The candidate nodes to combine, e.g. those that bear such devices. Other sets here
   *  may reach beyond it. */
  nh_bitset universe;
  const nh_pool *NH_NULLABLE pools;
  size_t pool_count;
  const nh_pool *NH_NULLABLE exact; /**< E.g. memory that an init container leaves. */
  size_t exact_count;
  const nh_bitset *NH_NULLABLE must_meet; /**< E.g. the nodes of each reused device. */
  size_t must_meet_count;
  const nh_bitset *NH_NULLABLE groups; /**< E.g. nodes whose memory is in use together. */
  size_t group_count;
  /** Shared by capacities that fit together or not at all, e.g. "memory", with hugepages of
   *  each size. NULL: an enumeration of its own. */
  const char *NH_NULLABLE joint;
  nh_capacity_flags flags;
} nh_capacity;

/** Receives a provider's answer to `hints`. For each claimed resource that the subject
 *  asks for (at pod scope: any of its containers), a provider calls exactly one of: `hint`,
 *  once or more, each mask once, in ascending order of (node count, list of nodes: {0,3}
 *  before {1,2}); `capacity`; `any`; `none`. Of others it does not speak. A sink does
 *  not fail: it notes what it cannot accept, and the host turns down the whole call. */
typedef struct nh_hint_sink_1_0 nh_hint_sink;
struct nh_hint_sink_1_0 {
  size_t struct_size;
  void *NH_NULLABLE data; /**< The host's own, as in every table it passes. */
  size_t limit;           /**< Most `hint` calls that are accepted for one resource. */
  /** The resource can be placed on this mask. [in-call] */
  void (*hint)(const nh_hint_sink *sink, const nh_hint *hint);
  /** The resource can be placed wherever there is enough of it. [in-call] */
  void (*capacity)(const nh_hint_sink *sink, const nh_capacity *capacity);
  /** The resource is indifferent to placement. [in-call] */
  void (*any)(const nh_hint_sink *sink, const char *resource);
  /** The resource cannot be placed at all. [in-call] */
  void (*none)(const nh_hint_sink *sink, const char *resource, const nh_message *reason);
};

/* ---- Placement ---------------------------------------------------------- */

/** What the hints were merged into. */
typedef struct nh_affinity_1_0 {
  size_t struct_size;
  nh_bitset nodes; /**< Empty: none, the provider chooses; not the same as all nodes. */
  nh_hint_flags flags; /**< Preferred: a provider may refuse rather than do worse. */
} nh_affinity;

/** Where a container is to go. */
typedef struct nh_placement_1_0 {
  size_t struct_size;
  const nh_affinity *affinity;
  /** Claimed pieces that must be among those given, e.g. the GPU whose switch a chosen NIC
   *  is under, or memory split by `shares`. What they leave open the provider chooses. */
  NH_LIST(nh_assignment) wanted;
  size_t wanted_count;
} nh_placement;

/** Receives what `prepare` sets aside, piece by piece. Does not fail either. */
typedef struct nh_assignment_sink_1_0 nh_assignment_sink;
struct nh_assignment_sink_1_0 {
  size_t struct_size;
  void *NH_NULLABLE data;
  /** One more piece; void if prepare then fails. All pieces of a call are of resources that
   *  are claimed and asked for; they add up to no more than that, and to just that where it
   *  is counted in pieces. CPUs are online and allowed, nodes are the machine's. A CPU or a
   *  device comes once, and is no other container's of the pod, but for `taken_from`. [in-call] */
  void (*assign)(const nh_assignment_sink *sink, const nh_assignment *piece);
};

/* ---- Host --------------------------------------------------------------- */

typedef int32_t nh_severity;
enum { NH_DEBUG = 0, NH_INFO = 1, NH_WARNING = 2, NH_ERROR = 3 };

/** What the host offers one instance; valid from create until destroy returns, or until
 *  create returns if that fails. */
typedef struct nh_host_1_0 nh_host;
struct nh_host_1_0 {
  size_t struct_size;
  void *NH_NULLABLE data;
  uint32_t abi_minor;
  /** This provider's settings: the text of a JSON object, or NULL if there are none. With
   *  settings that it does not understand in full a provider fails to create. */
  const char *NH_NULLABLE config;
  /** Prefix of /sys, /proc and /dev: "" or a recorded machine; NULL if that has no such
   *  files: then the extension "numa-hints.machine/1" is all there is. */
  const char *NH_NULLABLE root;
  /** Adds a line to the host's log. [any-thread] */
  void (*log)(const nh_host *host, nh_severity severity, const nh_message *message);
  /** Gives the reason for the failure that the current call is about to return;
   *  it reaches whoever asked for the pod. The last one counts. [in-call] */
  void (*explain)(const nh_host *host, const nh_message *reason);
  /** Says that capacity or health changed. The host asks anew, later. [any-thread] */
  void (*changed)(const nh_host *host);
  /** A table from numa_hints_extensions.h, or a vendor's, by its id; NULL if there is
   *  none. Valid until destroy. [any-thread] */
  const void *NH_NULLABLE (*NH_NONNULL extension)(const nh_host *host, const char *id);
};

/* ---- Provider ----------------------------------------------------------- */

/** Names one change of the books: an admission, a resize, a "what if". Opened by the first
 *  prepare or release that names it; each call sees what those before it did. Never 0,
 *  never reused within a process and never valid across a restart. */
typedef uint64_t nh_transaction;

/** One instance of a provider. Only `data`, `observes`, `started` and `extension` may be
 *  NULL. It is called also for containers that have nothing but resources it observes, `hints`
 *  only where there is something to answer. */
typedef struct nh_provider_1_0 nh_provider;
struct nh_provider_1_0 {
  size_t struct_size;
  void *NH_NULLABLE data; /**< The provider's own; the host leaves it alone. */

  /** Resource names it answers for, each once, ended by NULL. They may depend on its settings,
   *  do not change while the instance lives, and may be none. A name is 1 to 317 visible ASCII
   *  characters. One that ends in "*" stands for every name that begins with what precedes it
   *  ("hugepages-*"); "*" stands nowhere else. The host refuses to run two instances that
   *  claim one name. */
  const char *const NH_NULLABLE *NH_NONNULL claims;
  /** Names that it does not answer for but needs to see in requests; likewise, or NULL. Of
   *  these it is shown what another provider claims. */
  const char *const NH_NULLABLE *NH_NULLABLE observes;

  /** Frees the instance. No function of the host may run after it. [serial] */
  void (*destroy)(const nh_provider *self);

  /** Learns, before start, what an earlier process gave the request's container: all
   *  that it holds. NH_EXHAUSTED if the machine no longer has it: nothing is taken down
   *  then, and it may come once more with what is left. [serial] */
  nh_status (*restore)(const nh_provider *self, const nh_request *request);
  /** Ends the restoring; watching of hardware may begin. [serial] */
  nh_status (*start)(const nh_provider *self);
  /** Ends the watching: `changed` is not called after it returns. [serial] */
  void (*stop)(const nh_provider *self);

  /** Says where the request could be placed, or, if its subject holds what it asks for,
   *  where this is. Changes nothing. [serial] */
  nh_status (*hints)(const nh_provider *self, const nh_request *request,
                     const nh_hint_sink *sink);

  /** Sets aside what the request's container needs, inside the affinity first, and
   *  reports it; what it holds already is reported again. A pod comes container by
   *  container, whatever the scope of its hints. Only books are kept: nothing outside the
   *  process changes. On failure the transaction is as before the call. [serial] */
  nh_status (*prepare)(const nh_provider *self, nh_transaction transaction,
                       const nh_request *request, const nh_placement *placement,
                       const nh_assignment_sink *sink);
  /** Frees what a holder has, in the books; hardware is put back by commit, for restored
   *  pieces whether or not their own commit had happened. None is fine. [serial] */
  nh_status (*release)(const nh_provider *self, nh_transaction transaction,
                       const nh_holder *holder);
  /** Makes the transaction last; the place for changes to hardware. May fail only
   *  with NH_IO, and then leaves the transaction open. One never heard of is fine. [serial] */
  nh_status (*commit)(const nh_provider *self, nh_transaction transaction);
  /** Undoes an open transaction; one never heard of is fine. [serial] */
  void (*rollback)(const nh_provider *self, nh_transaction transaction);

  /** Learns that a container started, and frees what ordinary init containers before it
   *  still hold; the host's checkpoint follows. Set for resources of which this is true:
   *  memory, but not CPUs or devices, which stay until release. [serial] */
  void (*NH_NULLABLE started)(const nh_provider *self, const nh_holder *container);

  /** The same from the provider. [serial] */
  const void *NH_NULLABLE (*NH_NULLABLE extension)(const nh_provider *self, const char *id);
};

typedef uint64_t nh_provider_flags;
enum {
  /** Has no effects outside its books: commit cannot fail, one durable write is enough. */
  NH_PROVIDER_BOOKS_ONLY = 1u << 0,
  /** Where another provider claims a resource of its claims, that one has it, and this one is
   *  not asked for it: for providers of what is common, beside those of makers. */
  NH_PROVIDER_YIELDS = 1u << 1
};

/** What a provider is, readable without making one. What it claims is asked of the
 *  instance, since that may depend on settings. */
typedef struct nh_descriptor_1_0 {
  size_t struct_size;
  /** Reverse-DNS, e.g. "org.numa-hints.cpu": visible ASCII with a dot, shorter than 254. The
   *  host refuses to run two instances of one id. */
  const char *id;
  const char *version; /**< Of the provider: semantic versioning. */
  const char *summary; /**< One line. */
  nh_provider_flags flags;
} nh_descriptor;

/* ---- Entry -------------------------------------------------------------- */

typedef struct nh_entry_1_0 {
  size_t struct_size;
  uint32_t abi_minor; /**< NH_ABI_MINOR as compiled. */
  /** Descriptor by index; NULL past the last one. [any-thread] */
  const nh_descriptor *NH_NULLABLE (*NH_NONNULL descriptor)(size_t index);
  /** Makes an instance of the provider named `id`; a failure leaves `*made` alone, and
   *  gives its reason to nh_host.explain, e.g. what is wrong with a setting. [any-thread] */
  nh_status (*create)(const char *id, const nh_host *host,
                      const nh_provider *NH_NULLABLE *NH_NONNULL made);
} nh_entry;

/** The symbol a library exports to provide hints under major version 1. */
NH_EXPORT const nh_entry *numa_hints_entry_v1(void);

#ifdef __cplusplus
} /* extern "C" */
#endif
#if defined(__clang__)
#pragma clang assume_nonnull end
#pragma clang diagnostic pop
#endif
#endif /* NUMA_HINTS_PROVIDER_H */
