// SPDX-License-Identifier: Apache-2.0
#include "cpci.h"

#include <pci/pci.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cpci_access {
  struct pci_access *pci;
};

// libpci's error handler must not return, and is told nothing of whom it is called for.
static _Thread_local jmp_buf *way_back;
static _Thread_local char *last_problem;

static void fail(char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void fail(char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (last_problem) vsnprintf(last_problem, CPCI_TEXT, format, arguments);
  va_end(arguments);
  if (way_back) longjmp(*way_back, 1);
  abort(); // libpci is never called without a way back.
}

static void hush(char *format, ...) __attribute__((format(printf, 1, 2)));
static void hush(char *format, ...) { (void)format; }

cpci_access *cpci_open(const char *sysfs_folder, char *problem) {
  cpci_access *access = calloc(1, sizeof *access);
  struct pci_access *pci = access ? pci_alloc() : NULL;
  if (!pci) {
    free(access);
    snprintf(problem, CPCI_TEXT, "out of memory");
    return NULL;
  }
  access->pci = pci;
  pci->method = PCI_ACCESS_SYS_BUS_PCI;
  pci->error = fail;
  pci->warning = hush;
  pci->debug = hush;
  jmp_buf back;
  way_back = &back;
  last_problem = problem;
  bool is_open = false;
  if (setjmp(back) == 0) {
    pci_set_param(pci, "sysfs.path", (char *)sysfs_folder);
    pci_init(pci);
    is_open = true;
  }
  way_back = NULL;
  last_problem = NULL;
  if (is_open) return access;
  free(access); // What libpci had by then it cannot give back.
  return NULL;
}

void cpci_close(cpci_access *access) {
  jmp_buf back;
  way_back = &back;
  if (setjmp(back) == 0) pci_cleanup(access->pci);
  way_back = NULL;
  free(access);
}

static struct pci_dev *function(cpci_access *access, cpci_address a) {
  return pci_get_dev(access->pci, (int)a.domain, a.bus, a.device, a.function);
}

bool cpci_read(cpci_access *access, cpci_address address, cpci_facts *facts, char *problem) {
  struct pci_dev *volatile d = NULL;
  volatile bool is_read = false;
  jmp_buf back;
  way_back = &back;
  last_problem = problem;
  if (setjmp(back) == 0) {
    d = function(access, address);
    pci_fill_info(d, PCI_FILL_IDENT | PCI_FILL_CLASS | PCI_FILL_CLASS_EXT | PCI_FILL_SUBSYS | PCI_FILL_NUMA_NODE);
    memset(facts, 0, sizeof *facts);
    facts->vendor = d->vendor_id;
    facts->device = d->device_id;
    facts->subsystem_vendor = d->subsys_vendor_id;
    facts->subsystem_device = d->subsys_id;
    facts->class_code = (uint32_t)d->device_class << 8 | d->prog_if;
    facts->numa_node = d->numa_node;
    is_read = true;
  }
  if (d && setjmp(back) == 0) pci_free_dev(d);
  way_back = NULL;
  last_problem = NULL;
  return is_read;
}

uint16_t cpci_ask(cpci_access *access, cpci_address address) {
  struct pci_dev *volatile d = NULL;
  uint8_t answer[2] = {0, 0};
  volatile bool has_answer = false;
  jmp_buf back;
  way_back = &back;
  if (setjmp(back) == 0) {
    d = function(access, address);
    has_answer = pci_read_block(d, PCI_VENDOR_ID, answer, 2) == 1;
  }
  if (d && setjmp(back) == 0) pci_free_dev(d);
  way_back = NULL;
  return has_answer ? (uint16_t)(answer[0] | answer[1] << 8) : 0;
}

bool cpci_name(cpci_access *access, uint16_t vendor, uint16_t device, char *name) {
  volatile bool is_known = false;
  jmp_buf back;
  way_back = &back;
  if (setjmp(back) == 0) {
    // Without the network, udev's database and numbers in the place of names.
    is_known = pci_lookup_name(access->pci, name, CPCI_TEXT,
                               PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB,
                               vendor, device) != NULL;
  }
  way_back = NULL;
  return is_known;
}
