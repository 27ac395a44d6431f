"""The numbers of system calls on x86-64, in groups by what becomes of them. No other architecture has been tried.

What is in no group is refused: ``EPERM`` for calls that were known when this was written, ``ENOSYS`` for later ones, so that the
C library falls back to older calls.
"""

from __future__ import annotations

# fmt: off
ALWAYS = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "pread64": 17, "pwrite64": 18, "readv": 19, "writev": 20, "access": 21, "pipe": 22, "select": 23,
    "sched_yield": 24, "mremap": 25, "msync": 26, "mincore": 27, "madvise": 28, "dup": 32, "dup2": 33, "pause": 34,
    "nanosleep": 35, "getitimer": 36, "alarm": 37, "setitimer": 38, "getpid": 39, "sendfile": 40, "sendto": 44,
    "recvfrom": 45, "sendmsg": 46, "recvmsg": 47, "shutdown": 48, "getsockname": 51, "getpeername": 52,
    "setsockopt": 54, "getsockopt": 55, "exit": 60, "uname": 63, "flock": 73, "fsync": 74, "fdatasync": 75,
    "truncate": 76, "ftruncate": 77, "getdents": 78, "getcwd": 79, "chdir": 80, "fchdir": 81, "rename": 82,
    "mkdir": 83, "rmdir": 84, "creat": 85, "unlink": 87, "symlink": 88, "readlink": 89, "umask": 95,
    "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104,
    "geteuid": 107, "getegid": 108, "getppid": 110, "getpgrp": 111, "setsid": 112, "setpgid": 109, "getpgid": 121,
    "getsid": 124, "getgroups": 115, "getresuid": 118, "getresgid": 120, "capget": 125, "sigaltstack": 131,
    "rt_sigpending": 127, "rt_sigtimedwait": 128, "rt_sigsuspend": 130, "statfs": 137, "fstatfs": 138,
    "getpriority": 140, "sched_getparam": 143, "sched_getscheduler": 145, "sched_get_priority_max": 146,
    "sched_get_priority_min": 147, "arch_prctl": 158, "gettid": 186, "futex": 202, "time": 201,
    "sched_getaffinity": 204, "epoll_create": 213, "epoll_wait": 232, "epoll_ctl": 233, "epoll_pwait": 281,
    "epoll_pwait2": 441, "getdents64": 217, "set_tid_address": 218, "restart_syscall": 219, "fadvise64": 221,
    "timer_create": 222, "timer_settime": 223, "timer_gettime": 224, "timer_getoverrun": 225, "timer_delete": 226,
    "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "kill": 62, "tkill": 200,
    "tgkill": 234, "wait4": 61, "waitid": 247, "openat": 257, "mkdirat": 258, "newfstatat": 262, "unlinkat": 263,
    "renameat": 264, "renameat2": 316, "symlinkat": 266, "readlinkat": 267, "faccessat": 269, "faccessat2": 439,
    "pselect6": 270, "ppoll": 271, "set_robust_list": 273, "fallocate": 285, "timerfd_create": 283,
    "timerfd_settime": 286, "timerfd_gettime": 287, "eventfd": 284, "eventfd2": 290, "epoll_create1": 291,
    "dup3": 292, "pipe2": 293, "preadv": 295, "pwritev": 296, "preadv2": 327, "pwritev2": 328, "getcpu": 309,
    "getrandom": 318, "membarrier": 324, "copy_file_range": 326, "statx": 332, "rseq": 334, "close_range": 436,
    "open": 2, "openat2": 437, "getxattr": 191, "lgetxattr": 192, "fgetxattr": 193, "listxattr": 194,
    "llistxattr": 195, "flistxattr": 196, "splice": 275, "tee": 276,
}
"""Ordinary work on memory, open files, time, threads and the own tree of files."""
WITH_PROCESSES = {
    "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "link": 86, "linkat": 265, "chmod": 90, "fchmod": 91,
    "fchmodat": 268, "fchmodat2": 452, "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280,
}
"""What starts programs, links files, or changes their mode and times: only behind a wall of namespaces, which Landlock is not."""
BY_ARGUMENT = {
    "clone": 56, "clone3": 435, "socketpair": 53, "prctl": 157, "prlimit64": 302, "ioctl": 16, "fcntl": 72,
}
"""Allowed for some arguments only; ``program.py`` says which."""
DEADLY = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166,
    "pivot_root": 155, "chroot": 161, "setns": 308, "unshare": 272, "bpf": 321, "keyctl": 250, "add_key": 248,
    "request_key": 249, "init_module": 175, "finit_module": 313, "delete_module": 176, "kexec_load": 246,
    "kexec_file_load": 320, "reboot": 169, "swapon": 167, "swapoff": 168, "acct": 163, "iopl": 172, "ioperm": 173,
    "userfaultfd": 323, "open_by_handle_at": 304, "open_tree": 428, "move_mount": 429, "fsopen": 430,
    "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442, "pidfd_getfd": 438, "settimeofday": 164,
    "clock_settime": 227, "adjtimex": 159, "clock_adjtime": 305, "sethostname": 170, "setdomainname": 171,
    "quotactl": 179, "kcmp": 312, "syslog": 103, "nfsservctl": 180, "vhangup": 153, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427, "perf_event_open": 298,
}
"""Calls that no library makes on its way to something harmless. They end the process: the outcome is ``policy``."""
LAST_KNOWN = 466
"""The last number that was looked at; the C library gets ``ENOSYS`` for all above."""
# fmt: on
