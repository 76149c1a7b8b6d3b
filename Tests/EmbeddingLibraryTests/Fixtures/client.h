/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLIENT_H
#define CLIENT_H

#include <numa_hints.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Ends the program where something is not as it should be. */
#define EXPECT(condition)                                                  \
  do {                                                                     \
    if (!(condition)) {                                                    \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);      \
      exit(1);                                                             \
    }                                                                      \
  } while (0)

/** Ends the program unless a call has the status, and says in words what failed if it is an error. */
#define GIVES(wanted, call)                                                \
  do {                                                                     \
    char *error = NULL;                                                    \
    numa_hints_status found = (call);                                      \
    int hasWords = error != NULL && *error != 0;                           \
    if (found != (wanted) || hasWords != (found > NUMA_HINTS_NOTHING)) {   \
      fprintf(stderr, "%s:%d: %s: %d: %s\n", __FILE__, __LINE__, #call, found, hasWords ? error : "no words"); \
      exit(1);                                                             \
    }                                                                      \
    numa_hints_free(error);                                                \
  } while (0)

static inline numa_hints_options options_of(const char *machine, const char *ledger) {
  numa_hints_options options = {.struct_size = sizeof options, .machine = machine, .ledger = ledger};
  options.watch_interval_ms = 10;
  return options;
}

static inline void pod_text(char *text, size_t size, const char *uid, const char *cpus) {
  snprintf(text, size,
           "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"%s\",\"uid\":\"%s\"},\"spec\":{\"containers\":[{"
           "\"name\":\"app\",\"image\":\"app\",\"resources\":{\"limits\":{\"cpu\":\"%s\",\"memory\":\"1Gi\"}}}]}}",
           uid, uid, cpus);
}

#endif
