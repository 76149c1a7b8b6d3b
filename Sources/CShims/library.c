// SPDX-License-Identifier: Apache-2.0
//
// What keeps a file from being a shared library of this machine. The dynamic loader maps what a library's
// headers promise and follows its dynamic section without a doubt: a file that is cut short or damaged there
// would end the process. Source: the System V ABI, chapters "Object Files" and "Program Loading".
#define _GNU_SOURCE
#include "shims.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define SHIM_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define SHIM_MACHINE EM_AARCH64
#else
#define SHIM_MACHINE EM_NONE
#endif

enum { MOST_SEGMENTS = 64, MOST_ENTRIES = 1024 };
static const uint64_t largest = 1ull << 32;

typedef struct {
  int file;
  uint64_t size;
  ElfW(Phdr) segments[MOST_SEGMENTS];
  unsigned count;
} library;

static bool read_at(const library *l, void *place, size_t size, uint64_t offset) {
  return offset <= l->size && size <= l->size - offset && pread(l->file, place, size, (off_t)offset) == (ssize_t)size;
}

/** The segment that loads these addresses from the file, with at least these rights, or NULL. */
static const ElfW(Phdr) *loaded(const library *l, uint64_t address, uint64_t size, uint32_t rights) {
  for (unsigned i = 0; i < l->count; i++) {
    const ElfW(Phdr) *s = &l->segments[i];
    if (s->p_type == PT_LOAD && address >= s->p_vaddr && address - s->p_vaddr <= s->p_filesz &&
        size <= s->p_filesz - (address - s->p_vaddr) && (s->p_flags & rights) == rights)
      return s;
  }
  return NULL;
}

static bool is_power_of_two(uint64_t number) { return number != 0 && (number & (number - 1)) == 0; }

/** Segments to be loaded: inside the file, in ascending order, apart from each other, laid out as the file is. */
static const char *load_problem(const library *l) {
  uint64_t end = 0, file_end = 0;
  bool is_first = true, has_code = false;
  for (unsigned i = 0; i < l->count; i++) {
    const ElfW(Phdr) *s = &l->segments[i];
    if (s->p_type != PT_LOAD && s->p_type != PT_DYNAMIC && s->p_type != PT_NOTE && s->p_type != PT_GNU_PROPERTY) continue;
    if (s->p_offset > l->size || s->p_filesz > l->size - s->p_offset) return "is cut short: a segment lies beyond its end";
    if (s->p_type != PT_LOAD) continue;
    if (s->p_memsz < s->p_filesz || s->p_memsz > largest || s->p_vaddr > largest || !is_power_of_two(s->p_align) ||
        s->p_align > largest || (s->p_vaddr - s->p_offset) % s->p_align != 0 || (s->p_flags & ~7u) != 0 ||
        (s->p_flags & PF_R) == 0 || (s->p_flags & (PF_W | PF_X)) == (PF_W | PF_X) ||
        (s->p_memsz > s->p_filesz && !(s->p_flags & PF_W)))
      return "is damaged: a segment's place, size or rights cannot be";
    if (is_first ? s->p_vaddr != 0 || s->p_offset != 0 : s->p_vaddr < end || s->p_offset < file_end)
      return "is damaged: its segments overlap";
    end = s->p_vaddr + s->p_memsz;
    file_end = s->p_offset + s->p_filesz;
    is_first = false;
    has_code |= (s->p_flags & PF_X) != 0;
  }
  return has_code ? NULL : "is no shared library: it has no code to load";
}

/** Other segments that the loader follows must lie in loaded ones, at the same place. */
static const char *inner_problem(const library *l, const ElfW(Phdr) * s) {
  switch (s->p_type) {
    case PT_DYNAMIC:
    case PT_GNU_RELRO:
    case PT_NOTE:
    case PT_GNU_PROPERTY:
    case PT_TLS: {
      bool is_written = s->p_type == PT_GNU_RELRO || s->p_type == PT_DYNAMIC;
      const ElfW(Phdr) *in = loaded(l, s->p_vaddr, s->p_filesz, PF_R | (is_written ? PF_W : 0));
      if (!in || s->p_vaddr - in->p_vaddr != s->p_offset - in->p_offset || s->p_memsz < s->p_filesz || s->p_memsz > largest ||
          (s->p_type != PT_GNU_RELRO && !is_power_of_two(s->p_align)) || s->p_align > 1 << 16)
        return "is damaged: a segment lies in none that is loaded";
      return NULL;
    }
    default: return NULL;
  }
}

static bool is_address(int64_t tag) {
  switch (tag) {
    case DT_PLTGOT: case DT_HASH: case DT_STRTAB: case DT_SYMTAB: case DT_RELA: case DT_INIT: case DT_FINI: case DT_REL:
    case DT_JMPREL: case DT_INIT_ARRAY: case DT_FINI_ARRAY: case DT_GNU_HASH: case DT_VERSYM: case DT_VERDEF: case DT_VERNEED:
      return true;
    default: return false;
  }
}

/** The addresses of the dynamic section must be loaded. */
static const char *dynamic_problem(const library *l, const ElfW(Phdr) * dynamic) {
  uint64_t count = dynamic->p_filesz / sizeof(ElfW(Dyn));
  if (count == 0 || count > MOST_ENTRIES || dynamic->p_filesz % sizeof(ElfW(Dyn)) != 0) return "is damaged: its dynamic section has an odd size";
  bool has_end = false, has_names = false, has_symbols = false;
  for (uint64_t i = 0; i < count && !has_end; i++) {
    ElfW(Dyn) entry;
    if (!read_at(l, &entry, sizeof entry, dynamic->p_offset + i * sizeof entry)) return "is cut short: its dynamic section lies beyond its end";
    has_end = entry.d_tag == DT_NULL;
    has_names |= entry.d_tag == DT_STRTAB;
    has_symbols |= entry.d_tag == DT_SYMTAB;
    bool is_code = entry.d_tag == DT_INIT || entry.d_tag == DT_FINI;
    if (is_address(entry.d_tag) && !loaded(l, entry.d_un.d_ptr, 1, PF_R | (is_code ? PF_X : 0)))
      return "is damaged: its dynamic section leads out of what is loaded";
  }
  return has_end && has_names && has_symbols ? NULL : "is damaged: its dynamic section is not whole";
}

static const char *segment_problem(library *l, const ElfW(Ehdr) * header) {
  l->count = header->e_phnum;
  if (l->count == 0 || l->count > MOST_SEGMENTS) return "is damaged: it has no or too many program headers";
  if (!read_at(l, l->segments, l->count * sizeof l->segments[0], header->e_phoff))
    return "is cut short: its program headers lie beyond its end";
  const char *problem = load_problem(l);
  unsigned dynamics = 0;
  for (unsigned i = 0; i < l->count && !problem; i++) {
    const ElfW(Phdr) *s = &l->segments[i];
    problem = inner_problem(l, s);
    if (problem || s->p_type != PT_DYNAMIC) continue;
    dynamics++;
    problem = dynamic_problem(l, s);
  }
  if (problem) return problem;
  return dynamics == 1 ? NULL : "is no shared library: it needs one dynamic section";
}

static const char *header_problem(library *l) {
  ElfW(Ehdr) header;
  struct stat status;
  if (fstat(l->file, &status) != 0 || status.st_size <= 0) return "is empty";
  l->size = (uint64_t)status.st_size;
  if (!read_at(l, &header, sizeof header, 0) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return "is no shared library: it has no ELF header";
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      (SHIM_MACHINE != EM_NONE && header.e_machine != SHIM_MACHINE))
    return "is built for another kind of machine";
  if (header.e_type != ET_DYN) return "is no shared library: its ELF type is not ET_DYN";
  if (header.e_phentsize != sizeof(ElfW(Phdr)) || header.e_version != EV_CURRENT) return "is damaged: its ELF header cannot be";
  return segment_problem(l, &header);
}

const char *shim_library_problem(const char *path) {
  library l = {.file = open(path, O_RDONLY | O_CLOEXEC)};
  if (l.file < 0) return "cannot be read";
  const char *problem = header_problem(&l);
  close(l.file);
  return problem;
}
