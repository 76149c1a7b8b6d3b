/* SPDX-License-Identifier: Apache-2.0
 *
 * walk MACHINE LEDGER CGROUPS: every function and every status, from one thread. Prints documents, each after the name of
 * its schema. */
#include "client.h"
#include <poll.h>

static void show(const char *schema, char *document) {
  EXPECT(document != NULL);
  printf("%s %s\n", schema, document);
  numa_hints_free(document);
}

static void pods(numa_hints_manager manager, const char *cgroups) {
  (void)cgroups;
  char text[1024], *document = NULL;
  pod_text(text, sizeof text, "one", "4");
  GIVES(NUMA_HINTS_OK, numa_hints_explain(manager, text, 3, &document, &error));
  show("explain", document);
  GIVES(NUMA_HINTS_OK, numa_hints_admit(manager, text, &document, &error));
  EXPECT(strstr(document, "\"outcome\":\"admitted\""));
  show("admit", document);
  GIVES(NUMA_HINTS_OK, numa_hints_admit(manager, text, &document, &error));
  EXPECT(strstr(document, "\"outcome\":\"held\""));
  show("admit", document);
  GIVES(NUMA_HINTS_OK, numa_hints_attach(manager, "one", "app", "/web", &document, &error));
  show("attach", document);
  GIVES(NUMA_HINTS_MACHINE, numa_hints_attach(manager, "one", "app", "/nowhere", &document, &error));
  EXPECT(document == NULL);
  GIVES(NUMA_HINTS_INPUT, numa_hints_attach(manager, "two", "app", "/web", &document, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_get_status(manager, &document, &error));
  EXPECT(strstr(document, "\"uid\":\"one\""));
  show("status", document);
  GIVES(NUMA_HINTS_OK, numa_hints_release(manager, "one", NULL, &document, &error));
  show("release", document);
  GIVES(NUMA_HINTS_OK, numa_hints_release(manager, "one", "app", &document, &error));
  EXPECT(strstr(document, "\"outcome\":\"nothing\""));
  show("release", document);
  pod_text(text, sizeof text, "wide", "100000");
  GIVES(NUMA_HINTS_REFUSED, numa_hints_explain(manager, text, 0, &document, &error));
  show("explain", document);
  GIVES(NUMA_HINTS_REFUSED, numa_hints_admit(manager, text, &document, NULL));
  show("admit", document);
}

static void records(numa_hints_manager manager) {
  numa_hints_amount limits[] = {{"cpu", "2"}, {"memory", "1Gi"}};
  numa_hints_container init = {.struct_size = sizeof init, .name = "init", .kind = NUMA_HINTS_CONTAINER_INIT};
  numa_hints_container app = {.struct_size = sizeof app, .name = "app", .limits = limits, .limit_count = 2};
  const numa_hints_container *both[] = {&app, &init};
  numa_hints_pod pod = {
      .struct_size = sizeof pod, .uid = "records", .name = "records", .containers = both, .container_count = 2};
  char *document = NULL;
  GIVES(NUMA_HINTS_OK, numa_hints_admit_pod(manager, &pod, &document, &error));
  EXPECT(strstr(document, "\"qosClass\":\"Burstable\"") && strstr(document, "\"namespace\":\"default\""));
  show("admit", document);
  GIVES(NUMA_HINTS_OK, numa_hints_release(manager, "records", NULL, NULL, &error));
  limits[1].resource = "cpu";
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit_pod(manager, &pod, &document, &error));
  limits[1].resource = "memory";
  limits[1].quantity = "much";
  GIVES(NUMA_HINTS_INPUT, numa_hints_admit_pod(manager, &pod, &document, &error));
  limits[1].quantity = NULL;
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit_pod(manager, &pod, &document, &error));
  app.kind = 7;
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit_pod(manager, &pod, &document, &error));
  both[0] = NULL;
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit_pod(manager, &pod, &document, &error));
  pod.containers = NULL;
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit_pod(manager, &pod, &document, &error));
  pod.struct_size = 0;
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit_pod(manager, &pod, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit_pod(manager, NULL, &document, &error));
  EXPECT(document == NULL);
}

static void changes(numa_hints_manager manager) {
  numa_hints_subscription subscription = 0;
  int32_t descriptor = -1;
  char text[1024], *document = NULL;
  GIVES(NUMA_HINTS_OK, numa_hints_subscribe(manager, &subscription, &descriptor, &error));
  struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
  EXPECT(subscription != 0 && poll(&waiting, 1, 0) == 0);
  GIVES(NUMA_HINTS_NOTHING, numa_hints_next_change(subscription, 0, &document, &error));
  EXPECT(document == NULL);
  pod_text(text, sizeof text, "one", "4");
  GIVES(NUMA_HINTS_OK, numa_hints_admit(manager, text, NULL, &error));
  EXPECT(poll(&waiting, 1, 60000) == 1);
  GIVES(NUMA_HINTS_OK, numa_hints_next_change(subscription, -1, &document, &error));
  EXPECT(strstr(document, "\"event\":\"admitted\"") && strstr(document, "\"uid\":\"one\""));
  show("changes", document);
  EXPECT(poll(&waiting, 1, 0) == 0);
  GIVES(NUMA_HINTS_OK, numa_hints_release(manager, "one", NULL, NULL, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_next_change(subscription, 60000, &document, &error));
  EXPECT(strstr(document, "\"event\":\"released\""));
  show("changes", document);
  GIVES(NUMA_HINTS_OK, numa_hints_unsubscribe(subscription, &error));
  GIVES(NUMA_HINTS_CLOSED, numa_hints_unsubscribe(subscription, &error));
  GIVES(NUMA_HINTS_CLOSED, numa_hints_next_change(subscription, -1, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_next_change(1u << 30, -1, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_subscribe(manager, NULL, NULL, &error));
}

static void wrong(numa_hints_manager manager, const char *machine, const char *ledger) {
  char *document = NULL;
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit(manager, NULL, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_admit(manager, "\xff\xfe", &document, &error));
  GIVES(NUMA_HINTS_INPUT, numa_hints_admit(manager, "{\"kind\":", &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_explain(manager, NULL, 0, NULL, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_release(manager, NULL, NULL, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_release(manager, "", NULL, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_attach(manager, "one", NULL, NULL, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_get_status(0, &document, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_close(1u << 30, &error));
  GIVES(NUMA_HINTS_INVALID, numa_hints_open(NULL, NULL, &error));
  numa_hints_manager other = 1;
  numa_hints_options options = options_of(machine, ledger);
  options.policy = "sometimes";
  GIVES(NUMA_HINTS_INVALID, numa_hints_open(&options, &other, &error));
  EXPECT(other == 0);
  options = options_of(machine, ledger);
  options.struct_size = 7;
  GIVES(NUMA_HINTS_INVALID, numa_hints_open(&options, &other, &error));
  options = options_of(machine, ledger);
  options.config = "/nowhere/numa-hints.yaml";
  GIVES(NUMA_HINTS_INPUT, numa_hints_open(&options, &other, &error));
  options = options_of(machine, ledger);
  const char *folders[] = {"/nowhere"};
  options.providers = folders;
  options.provider_count = 1;
  GIVES(NUMA_HINTS_PROVIDER, numa_hints_open(&options, &other, &error));
  options.providers = NULL;
  GIVES(NUMA_HINTS_INVALID, numa_hints_open(&options, &other, &error));
  options = options_of("/nowhere.xml", ledger);
  EXPECT(numa_hints_open(&options, &other, NULL) > NUMA_HINTS_NOTHING && other == 0);
}

/** Providers in processes of their own, whose program is found beside the library. */
static void isolated(const char *machine, const char *ledger) {
  numa_hints_manager manager = 0;
  char text[1024];
  pod_text(text, sizeof text, "apart", "2");
  numa_hints_options options = options_of(machine, ledger);
  options.isolate = 1;
  GIVES(NUMA_HINTS_OK, numa_hints_open(&options, &manager, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_admit(manager, text, NULL, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_release(manager, "apart", NULL, NULL, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_close(manager, &error));
}

/** Who knew less, or will know more. */
static void sizes(const char *machine, const char *ledger) {
  numa_hints_manager manager = 0;
  char *document = NULL;
  numa_hints_options options = options_of(machine, "/dev/null/ledger.db");
  GIVES(NUMA_HINTS_OK, numa_hints_open(&options, &manager, &error));
  GIVES(NUMA_HINTS_STATE, numa_hints_release(manager, "one", NULL, &document, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_close(manager, &error));
  struct { numa_hints_options known; char later[64]; } longer = {.known = options_of(machine, ledger)};
  memset(longer.later, 0xa5, sizeof longer.later);
  longer.known.struct_size = sizeof longer;
  GIVES(NUMA_HINTS_OK, numa_hints_open(&longer.known, &manager, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_close(manager, &error));
  size_t known = offsetof(numa_hints_options, kubelet_config);
  numa_hints_options *shorter = malloc(known);
  EXPECT(shorter != NULL);
  options = options_of(machine, ledger);
  options.struct_size = known;
  memcpy(shorter, &options, known);
  GIVES(NUMA_HINTS_OK, numa_hints_open(shorter, &manager, &error));
  free(shorter);
  GIVES(NUMA_HINTS_OK, numa_hints_close(manager, &error));
}

int main(int count, char **words) {
  EXPECT(count == 4);
  EXPECT(numa_hints_version() == (NUMA_HINTS_API_MAJOR << 16 | NUMA_HINTS_API_MINOR));
  for (int status = -1; status < 12; status++) EXPECT(*numa_hints_status_text(status) != 0);
  numa_hints_free(NULL);
  numa_hints_manager manager = 0;
  numa_hints_options options = options_of(words[1], words[2]);
  options.cgroup_root = words[3];
  GIVES(NUMA_HINTS_OK, numa_hints_open(&options, &manager, &error));
  pods(manager, words[3]);
  records(manager);
  changes(manager);
  wrong(manager, words[1], words[2]);
  sizes(words[1], words[2]);
  isolated(words[1], words[2]);
  numa_hints_subscription left = 0;
  GIVES(NUMA_HINTS_OK, numa_hints_subscribe(manager, &left, NULL, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_close(manager, &error));
  GIVES(NUMA_HINTS_CLOSED, numa_hints_close(manager, &error));
  char *document = NULL;
  GIVES(NUMA_HINTS_CLOSED, numa_hints_get_status(manager, &document, &error));
  GIVES(NUMA_HINTS_CLOSED, numa_hints_next_change(left, -1, &document, &error));
  GIVES(NUMA_HINTS_CLOSED, numa_hints_subscribe(manager, &left, NULL, &error));
  /* And one that nobody closes, with a subscription. */
  GIVES(NUMA_HINTS_OK, numa_hints_open(&options, &manager, &error));
  GIVES(NUMA_HINTS_OK, numa_hints_subscribe(manager, &left, NULL, &error));
  return 0;
}
