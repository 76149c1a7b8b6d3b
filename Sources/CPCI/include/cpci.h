// SPDX-License-Identifier: Apache-2.0
//
// libpci for one PCI function at a time, so that what is wrong with one hides no other. libpci itself ends the process
// at a fault; here a fault becomes a line of text.
#ifndef CPCI_H
#define CPCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum { CPCI_TEXT = 256 };

typedef struct cpci_access cpci_access;

/** Domain, bus, device and function. */
typedef struct cpci_address {
  uint32_t domain;
  uint8_t bus, device, function;
} cpci_address;

/** What sysfs says of a function. */
typedef struct cpci_facts {
  uint16_t vendor, device, subsystem_vendor, subsystem_device;
  uint32_t class_code; /**< 24 bits. */
  int32_t numa_node;   /**< -1: the platform does not say. */
} cpci_facts;

/** Looks below a folder like /sys/bus/pci; NULL and a problem if libpci cannot. One thread at a time. */
cpci_access *_Nullable cpci_open(const char *sysfs_folder, char *problem);

void cpci_close(cpci_access *access);

/** Reads what is known of a function; false, with a problem of at most CPCI_TEXT bytes, if that cannot be read. */
bool cpci_read(cpci_access *access, cpci_address address, cpci_facts *facts, char *problem);

/** The vendor's number as the hardware itself says it: 0xffff of one that no longer answers; 0 if it cannot be asked. */
uint16_t cpci_ask(cpci_access *access, cpci_address address);

/** Maker and model by name, of at most CPCI_TEXT bytes, as pci.ids has them; false if it has not. */
bool cpci_name(cpci_access *access, uint16_t vendor, uint16_t device, char *name);

#pragma clang assume_nonnull end
#endif
