/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "conformance.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static atomic_ulong count, failing;

static bool fails(void) {
  unsigned long number = atomic_fetch_add(&count, 1) + 1;
  if (number != atomic_load(&failing)) return false;
  errno = ENOMEM;
  return true;
}

static void *own_malloc(size_t size) { return fails() ? NULL : malloc(size); }
static void *own_calloc(size_t many, size_t size) { return fails() ? NULL : calloc(many, size); }
static void *own_realloc(void *place, size_t size) { return fails() ? NULL : realloc(place, size); }
static void *own_reallocarray(void *place, size_t many, size_t size) {
  return fails() ? NULL : reallocarray(place, many, size);
}
static void *own_aligned_alloc(size_t alignment, size_t size) { return fails() ? NULL : aligned_alloc(alignment, size); }
static int own_posix_memalign(void **place, size_t alignment, size_t size) {
  return fails() ? ENOMEM : posix_memalign(place, alignment, size);
}
static char *own_strdup(const char *text) { return fails() ? NULL : strdup(text); }
static char *own_strndup(const char *text, size_t size) { return fails() ? NULL : strndup(text, size); }

static const struct {
  const char *name;
  void (*function)(void);
} taken_over[] = {
    {"malloc", (void (*)(void))own_malloc},
    {"calloc", (void (*)(void))own_calloc},
    {"realloc", (void (*)(void))own_realloc},
    {"reallocarray", (void (*)(void))own_reallocarray},
    {"aligned_alloc", (void (*)(void))own_aligned_alloc},
    {"posix_memalign", (void (*)(void))own_posix_memalign},
    {"strdup", (void (*)(void))own_strdup},
    {"strndup", (void (*)(void))own_strndup},
};

/* The relocations that write the address of a function as it is. */
static bool is_address(uint64_t type) {
#if defined(__x86_64__)
  return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT || type == R_X86_64_64;
#elif defined(__aarch64__)
  return type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_GLOB_DAT || type == R_AARCH64_ABS64;
#else
  (void)type;
  return false;
#endif
}

/* Whoever hardened the library made the place read-only after it was filled. */
static bool fill(void **place, void *value) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)place & ~(page - 1);
  if (mprotect((void *)start, page, PROT_READ | PROT_WRITE) != 0) return false;
  *place = value;
  return true;
}

static int take_over(ElfW(Addr) base, const ElfW(Rela) *places, size_t size, const ElfW(Sym) *symbols, const char *strings) {
  int filled = 0;
  for (size_t i = 0; i < size / sizeof *places; i++) {
    if (!is_address(ELF64_R_TYPE(places[i].r_info))) continue;
    const char *name = strings + symbols[ELF64_R_SYM(places[i].r_info)].st_name;
    for (size_t k = 0; k < sizeof taken_over / sizeof taken_over[0]; k++)
      if (strcmp(name, taken_over[k].name) == 0)
        filled += fill((void **)(base + places[i].r_offset), (void *)taken_over[k].function);
  }
  return filled;
}

int allocation_watch_begin(const char *path) {
  void *handle = dlopen(path, RTLD_NOLOAD | RTLD_LAZY);
  struct link_map *map = NULL;
  if (handle == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) return -ENOENT;
  const ElfW(Rela) *jumps = NULL, *others = NULL;
  const ElfW(Sym) *symbols = NULL;
  const char *strings = NULL;
  size_t jump_size = 0, other_size = 0;
  for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_JMPREL) jumps = (const void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_PLTRELSZ) jump_size = entry->d_un.d_val;
    if (entry->d_tag == DT_RELA) others = (const void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_RELASZ) other_size = entry->d_un.d_val;
    if (entry->d_tag == DT_SYMTAB) symbols = (const void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_STRTAB) strings = (const void *)entry->d_un.d_ptr;
  }
  int filled = 0;
  if (symbols != NULL && strings != NULL) {
    if (jumps != NULL) filled += take_over(map->l_addr, jumps, jump_size, symbols, strings);
    if (others != NULL) filled += take_over(map->l_addr, others, other_size, symbols, strings);
  }
  dlclose(handle);
  return filled;
}

void allocation_watch_fail(unsigned long number) {
  atomic_store(&count, 0);
  atomic_store(&failing, number);
}

unsigned long allocation_watch_count(void) { return atomic_load(&count); }
