/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "isolation.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* Refused whatever their arguments are. */
static const int refused[] = {
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kill, SYS_tkill,
    SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_send_signal, SYS_pidfd_getfd, SYS_mount, SYS_umount2, SYS_pivot_root,
    SYS_chroot, SYS_setns, SYS_unshare, SYS_fsopen, SYS_fsmount, SYS_move_mount, SYS_open_tree, SYS_fspick, SYS_fsconfig, SYS_bpf, SYS_perf_event_open,
    SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_init_module, SYS_finit_module, SYS_delete_module,
    SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex,
    SYS_sethostname, SYS_setdomainname, SYS_quotactl, SYS_acct, SYS_open_by_handle_at, SYS_io_uring_setup, SYS_personality,
    SYS_syslog, SYS_vhangup, SYS_fanotify_init, SYS_lookup_dcookie, SYS_nfsservctl,
#ifdef SYS_mount_setattr
    SYS_mount_setattr,
#endif
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
#ifdef SYS_iopl
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_uselib, SYS_ustat, SYS_sysfs, SYS__sysctl, SYS_create_module,
#endif
};

enum { REFUSED = sizeof refused / sizeof refused[0], ROOM = 2 * REFUSED + 40 };

typedef struct {
  struct sock_filter lines[ROOM];
  unsigned short count;
} program;

static void add(program *p, struct sock_filter line) {
  if (p->count < ROOM) p->lines[p->count++] = line;
}

static void load(program *p, size_t place) { add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)place)); }

static void end(program *p, unsigned what) { add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what)); }

/* Passes over so many lines unless the loaded number is this one. */
static void unless(program *p, unsigned number, unsigned char lines) {
  add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, lines));
}

static size_t argument(int index) {
  size_t place = offsetof(struct seccomp_data, args) + (size_t)index * sizeof(__u64);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  place += sizeof(__u32);
#endif
  return place;
}

int isolation_filter(void) {
#ifndef NATIVE_ARCHITECTURE
  return ENOSYS;
#else
  const unsigned no = SECCOMP_RET_ERRNO | EPERM, yes = SECCOMP_RET_ALLOW;
  program p = {.count = 0};
  load(&p, offsetof(struct seccomp_data, arch));
  unless(&p, NATIVE_ARCHITECTURE, 1);
  add(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
  end(&p, SECCOMP_RET_KILL_PROCESS);
  load(&p, offsetof(struct seccomp_data, nr));
#ifdef __X32_SYSCALL_BIT
  add(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, __X32_SYSCALL_BIT, 0, 1));
  end(&p, no);
#endif
  for (size_t i = 0; i < REFUSED; i++) {
    unless(&p, (unsigned)refused[i], 1);
    end(&p, no);
  }
  /* Its arguments lie in memory, which a filter does not see; libraries do with clone(2) instead. */
  unless(&p, SYS_clone3, 1);
  end(&p, SECCOMP_RET_ERRNO | ENOSYS);
  /* A thread is made, a process is not. */
  unless(&p, SYS_clone, 4);
  load(&p, argument(0));
  add(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
  end(&p, yes);
  end(&p, no);
  /* abort(3) signals its own process. */
  unless(&p, SYS_tgkill, 4);
  load(&p, argument(0));
  unless(&p, (unsigned)getpid(), 1);
  end(&p, yes);
  end(&p, no);
  /* Sockets of this machine, and of its kernel. */
  unless(&p, SYS_socket, 6);
  load(&p, argument(0));
  unless(&p, AF_UNIX, 1);
  end(&p, yes);
  unless(&p, AF_NETLINK, 1);
  end(&p, yes);
  end(&p, no);
  end(&p, yes);
  struct sock_fprog told = {p.count, p.lines};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &told) == 0 ? 0 : errno;
#endif
}
