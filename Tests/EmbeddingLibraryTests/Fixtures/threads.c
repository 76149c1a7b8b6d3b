/* SPDX-License-Identifier: Apache-2.0
 *
 * threads MACHINE LEDGER CGROUPS: several threads with one manager, of which one closes it under the others. */
#include "client.h"
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 4, ROUNDS = 3 };

static numa_hints_manager manager;
static numa_hints_subscription subscription;
static atomic_int changes;

static void *admit(void *argument) {
  for (int round = 0; round < ROUNDS; round++) {
    char text[1024], uid[32], *document = NULL;
    snprintf(uid, sizeof uid, "pod-%d-%d", (int)(size_t)argument, round);
    pod_text(text, sizeof text, uid, "2");
    GIVES(NUMA_HINTS_OK, numa_hints_admit(manager, text, &document, &error));
    EXPECT(strstr(document, "\"outcome\":\"admitted\""));
    numa_hints_free(document);
    GIVES(NUMA_HINTS_OK, numa_hints_explain(manager, text, 0, NULL, &error));
    GIVES(NUMA_HINTS_OK, numa_hints_get_status(manager, &document, &error));
    EXPECT(strstr(document, uid));
    numa_hints_free(document);
  }
  return NULL;
}

static void *listen_for_changes(void *argument) {
  (void)argument;
  for (;;) {
    char *document = NULL;
    numa_hints_status status = numa_hints_next_change(subscription, -1, &document, NULL);
    numa_hints_free(document);
    if (status == NUMA_HINTS_CLOSED) return NULL;
    EXPECT(status == NUMA_HINTS_OK);
    atomic_fetch_add(&changes, 1);
  }
}

static void *use_until_closed(void *argument) {
  (void)argument;
  for (;;) {
    char *error = NULL;
    numa_hints_status status = numa_hints_get_status(manager, NULL, &error);
    EXPECT((error != NULL) == (status == NUMA_HINTS_CLOSED));
    numa_hints_free(error);
    if (status == NUMA_HINTS_CLOSED) return NULL;
    EXPECT(status == NUMA_HINTS_OK);
  }
}

static void all(void *(*body)(void *), pthread_t *threads) {
  for (size_t index = 0; index < THREADS; index++)
    EXPECT(pthread_create(&threads[index], NULL, body, (void *)index) == 0);
}

static void join(pthread_t *threads) {
  for (size_t index = 0; index < THREADS; index++) EXPECT(pthread_join(threads[index], NULL) == 0);
}

int main(int count, char **words) {
  EXPECT(count == 4);
  numa_hints_options options = options_of(words[1], words[2]);
  options.lock_wait_ms = 600000;
  GIVES(NUMA_HINTS_OK, numa_hints_open(&options, &manager, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_subscribe(manager, &subscription, NULL, &error));
  pthread_t listeners[THREADS], workers[THREADS];
  all(listen_for_changes, listeners);
  all(admit, workers);
  join(workers);
  while (atomic_load(&changes) < THREADS * ROUNDS) sched_yield();
  all(use_until_closed, workers);
  GIVES(NUMA_HINTS_OK, numa_hints_close(manager, &error));
  join(workers);
  join(listeners);
  EXPECT(atomic_load(&changes) == THREADS * ROUNDS);
  return 0;
}
