"""The system calls that a program may make, with their numbers.

Whatever is not here fails: with EPERM, or with ENOSYS where the C library then takes an older
way. Those marked with a star are allowed only with some arguments (see `seccomp`).
"""

#: Name, number on x86_64, number on aarch64 ("-": it has none).
_TABLE = """
read 0 63
write 1 64
open* 2 -
close 3 57
stat 4 -
fstat 5 80
lstat 6 -
poll 7 -
lseek 8 62
mmap 9 222
mprotect 10 226
munmap 11 215
brk 12 214
rt_sigaction 13 134
rt_sigprocmask 14 135
rt_sigreturn 15 139
ioctl* 16 29
pread64 17 67
pwrite64 18 68
readv 19 65
writev 20 66
access 21 -
pipe 22 -
select 23 -
sched_yield 24 124
mremap 25 216
msync 26 227
mincore 27 232
madvise 28 233
dup 32 23
dup2 33 -
pause 34 -
nanosleep 35 101
getitimer 36 102
alarm 37 -
setitimer 38 103
getpid 39 172
sendfile 40 71
clone* 56 220
fork* 57 -
vfork* 58 -
execve 59 221
exit 60 93
wait4 61 260
kill* 62 129
uname 63 160
fcntl* 72 25
ftruncate 77 46
getdents 78 -
getcwd 79 17
chdir 80 49
fchdir 81 50
rename 82 -
creat 85 -
unlink 87 -
readlink 89 -
umask 95 166
gettimeofday 96 169
getrlimit 97 163
getrusage 98 165
sysinfo 99 179
times 100 153
getuid 102 174
getgid 104 176
geteuid 107 175
getegid 108 177
getppid 110 173
getpgrp 111 -
getgroups 115 158
getresuid 118 148
getresgid 120 150
getpgid 121 155
getsid 124 156
rt_sigpending 127 136
rt_sigtimedwait 128 137
rt_sigsuspend 130 133
sigaltstack 131 132
statfs 137 43
fstatfs 138 44
sched_getparam 143 121
sched_getscheduler 145 120
sched_get_priority_max 146 125
sched_get_priority_min 147 126
prctl* 157 167
arch_prctl 158 -
gettid 186 178
readahead 187 213
time 201 -
futex 202 98
sched_getaffinity 204 123
epoll_create 213 -
getdents64 217 61
set_tid_address 218 96
restart_syscall 219 128
fadvise64 221 223
clock_gettime 228 113
clock_getres 229 114
clock_nanosleep 230 115
exit_group 231 94
epoll_wait 232 -
epoll_ctl 233 21
tgkill* 234 131
waitid 247 95
openat* 257 56
newfstatat 262 79
unlinkat 263 35
renameat 264 38
readlinkat 267 78
faccessat 269 48
pselect6 270 72
ppoll 271 73
set_robust_list 273 99
get_robust_list 274 100
epoll_pwait 281 22
fallocate 285 47
eventfd2 290 19
epoll_create1 291 20
dup3 292 24
pipe2 293 59
preadv 295 69
pwritev 296 70
prlimit64* 302 261
getcpu 309 168
renameat2 316 276
getrandom 318 278
membarrier 324 283
copy_file_range 326 285
preadv2 327 286
pwritev2 328 287
statx 332 291
rseq 334 293
close_range 436 436
faccessat2 439 439
"""


class Architecture:
    """What a filter must know of a machine.

    Attributes:
        audit: the kernel's AUDIT_ARCH constant.
        seccomp: the number of seccomp(2).
        plain: numbers of the system calls that are allowed whatever their arguments.
        careful: numbers of those allowed with some arguments only, by name.
        foreign_bit: numbers from here on belong to another ABI (x32); 0 where there is none.
    """

    def __init__(self, column: int, audit: int, seccomp: int, foreign_bit: int) -> None:
        self.audit = audit
        self.seccomp = seccomp
        self.foreign_bit = foreign_bit
        self.plain: list[int] = []
        self.careful: dict[str, int] = {}
        for row in _TABLE.split("\n"):
            words = row.split()
            if not words or words[column] == "-":
                continue
            if words[0].endswith("*"):
                self.careful[words[0][:-1]] = int(words[column])
            else:
                self.plain.append(int(words[column]))


def architecture(machine: str) -> Architecture | None:
    """The architecture by the name that uname(2) gives it, None where it is not known."""
    if machine == "x86_64":
        return Architecture(1, 0xC000003E, 317, 0x40000000)
    if machine == "aarch64":
        return Architecture(2, 0xC00000B7, 277, 0)
    return None
