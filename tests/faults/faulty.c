/* Preloaded into clipdesk's processes: fails reads and writes below some folders, as a dying or a full disk does.
   What fails is said by a small file that all processes map (struct control; see faulty.py). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
    int64_t room;         /* bytes that the disk still takes; below zero: no end to them */
    uint64_t seed;
    uint64_t failed_reads_per_million, failed_writes_per_million;
    uint64_t calls, failed;
};

static struct control *control;
static const char *folders; /* absolute, separated by colons */

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("FAULTY_CONTROL");
    folders = getenv("FAULTY_FOLDERS");
    if (!name || !folders) return;
    int fd = (int)open(name, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    control = mapped == MAP_FAILED ? NULL : mapped;
}

static int is_below(const char *path) {
    for (const char *at = folders; *at;) {
        size_t length = strcspn(at, ":");
        if (length && !strncmp(path, at, length) && (path[length] == '/' || !path[length])) return 1;
        at += length + (at[length] == ':');
    }
    return 0;
}

static int watched(int fd) {
    if (!control) return 0;
    char link[40], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int before = errno;
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length <= 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int unlucky(uint64_t rate) {
    if (!rate) return 0;
    uint64_t x = control->seed * 0x9E3779B97F4A7C15ull + __atomic_add_fetch(&control->calls, 1, __ATOMIC_RELAXED);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return (x ^ (x >> 31)) % 1000000 < rate;
}

static int fail(int number) {
    __atomic_add_fetch(&control->failed, 1, __ATOMIC_RELAXED);
    errno = number;
    return -1;
}

/* How many of `wanted` bytes the disk takes; -1 when none. */
static ssize_t taken(size_t wanted) {
    for (;;) {
        int64_t room = __atomic_load_n(&control->room, __ATOMIC_RELAXED);
        if (room < 0 || !wanted) return (ssize_t)wanted;
        if (!room) return fail(ENOSPC);
        int64_t part = (int64_t)wanted < room ? (int64_t)wanted : room;
        if (__atomic_compare_exchange_n(&control->room, &room, room - part, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return (ssize_t)part;
    }
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define READS(fd) if (watched(fd) && unlucky(control->failed_reads_per_million)) return fail(EIO)
#define WRITES(fd, count) \
    if (watched(fd)) { \
        if (unlucky(control->failed_writes_per_million)) return fail(EIO); \
        ssize_t part = taken(count); \
        if (part < 0) return -1; \
        count = (size_t)part; \
    }
#define CHANGES(fd) if (watched(fd) && unlucky(control->failed_writes_per_million)) return fail(EIO)

ssize_t read(int fd, void *data, size_t count) { REAL(read); READS(fd); return real(fd, data, count); }
ssize_t pread(int fd, void *data, size_t count, off_t at) { REAL(pread); READS(fd); return real(fd, data, count, at); }
ssize_t pread64(int fd, void *data, size_t count, off64_t at) {
    REAL(pread64); READS(fd); return real(fd, data, count, at);
}
ssize_t write(int fd, const void *data, size_t count) { REAL(write); WRITES(fd, count); return real(fd, data, count); }
ssize_t pwrite(int fd, const void *data, size_t count, off_t at) {
    REAL(pwrite); WRITES(fd, count); return real(fd, data, count, at);
}
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t at) {
    REAL(pwrite64); WRITES(fd, count); return real(fd, data, count, at);
}
ssize_t writev(int fd, const struct iovec *parts, int number) {
    REAL(writev);
    if (watched(fd)) {
        size_t count = 0;
        for (int at = 0; at < number; at++) count += parts[at].iov_len;
        if (unlucky(control->failed_writes_per_million)) return fail(EIO);
        int64_t room = control->room;
        if (room >= 0 && (int64_t)count > room) return fail(ENOSPC);
        if (taken(count) < 0) return -1;
    }
    return real(fd, parts, number);
}
int fsync(int fd) { REAL(fsync); CHANGES(fd); return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); CHANGES(fd); return real(fd); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); CHANGES(fd); return real(fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); CHANGES(fd); return real(fd, size); }
int rename(const char *from, const char *to) {
    REAL(rename);
    if (control && is_below(to) && unlucky(control->failed_writes_per_million)) return fail(EIO);
    return real(from, to);
}

#define OPENS(path, flags) \
    if (control && path[0] == '/' && is_below(path) && \
        unlucky((flags) & (O_WRONLY | O_RDWR | O_CREAT) ? control->failed_writes_per_million \
                                                        : control->failed_reads_per_million)) \
        return fail(EIO)
#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { REAL(open); MODE(flags) OPENS(path, flags); return real(path, flags, mode); }
int open64(const char *path, int flags, ...) {
    REAL(open64); MODE(flags) OPENS(path, flags); return real(path, flags, mode);
}
