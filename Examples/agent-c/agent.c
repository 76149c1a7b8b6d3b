/* SPDX-License-Identifier: Apache-2.0
 *
 * A node agent: admits the pod whose file it is given, and tells what changes on the node until it is ended.
 *
 *     agent MACHINE LEDGER POD.json */
#include <numa_hints.h>
#include <stdio.h>
#include <stdlib.h>

/** Ends the program with what went wrong. */
static int fail(const char *what, char *error) {
  fprintf(stderr, "agent: %s: %s\n", what, error ? error : "nobody says why");
  numa_hints_free(error);
  return 1;
}

static char *text_of(const char *path) {
  static char text[1 << 16];
  FILE *file = fopen(path, "r");
  if (!file) return NULL;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  return text;
}

int main(int count, char **words) {
  if (count < 4) return fail("expected MACHINE LEDGER POD.json", NULL);
  numa_hints_options options = {
      .struct_size = sizeof options, .machine = words[1], .ledger = words[2], .policy = "restricted"};
  numa_hints_manager manager;
  numa_hints_subscription changes;
  char *document, *error;
  if (numa_hints_open(&options, &manager, &error)) return fail("open", error);
  if (numa_hints_subscribe(manager, &changes, NULL, &error)) return fail("subscribe", error);
  numa_hints_status status = numa_hints_admit(manager, text_of(words[3]), &document, &error);
  if (status > NUMA_HINTS_REFUSED) return fail("admit", error);
  puts(document);
  numa_hints_free(document);
  fflush(stdout);
  while (numa_hints_next_change(changes, -1, &document, &error) == NUMA_HINTS_OK) {
    puts(document);
    fflush(stdout);
    numa_hints_free(document);
  }
  return fail("changes", error);
}
