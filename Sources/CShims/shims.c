// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "shims.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

int shim_open_path(int folder, const char *name, bool is_folder) {
  return openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0));
}

bool shim_has_raised_privileges(void) { return getauxval(AT_SECURE) != 0; }

#if defined(__x86_64__)
#define SHIM_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define SHIM_MACHINE EM_AARCH64
#else
#define SHIM_MACHINE EM_NONE
#endif

static bool read_at(int file, void *place, size_t size, uint64_t offset) {
  return offset <= INT64_MAX && pread(file, place, size, (off_t)offset) == (ssize_t)size;
}

static const char *segment_problem(int file, const ElfW(Ehdr) *header, uint64_t size) {
  bool is_dynamic = false;
  for (unsigned i = 0; i < header->e_phnum; i++) {
    ElfW(Phdr) segment;
    if (!read_at(file, &segment, sizeof segment, header->e_phoff + i * sizeof segment))
      return "is cut short: its program headers lie beyond its end";
    if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC) continue;
    if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset)
      return "is cut short: a segment lies beyond its end";
    if (segment.p_memsz < segment.p_filesz) return "is damaged: a segment is larger in the file than in memory";
    is_dynamic |= segment.p_type == PT_DYNAMIC;
  }
  return is_dynamic ? NULL : "is no shared library: it has no dynamic section";
}

static const char *header_problem(int file) {
  ElfW(Ehdr) header;
  struct stat status;
  if (fstat(file, &status) != 0 || status.st_size <= 0) return "is empty";
  if (!read_at(file, &header, sizeof header, 0) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return "is no shared library: it has no ELF header";
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      (SHIM_MACHINE != EM_NONE && header.e_machine != SHIM_MACHINE))
    return "is built for another kind of machine";
  if (header.e_type != ET_DYN) return "is no shared library: its ELF type is not ET_DYN";
  if (header.e_phentsize != sizeof(ElfW(Phdr))) return "is damaged: its program headers have another size";
  return segment_problem(file, &header, (uint64_t)status.st_size);
}

const char *shim_library_problem(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return "cannot be read";
  const char *problem = header_problem(file);
  close(file);
  return problem;
}
