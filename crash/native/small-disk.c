/*
 * Preloaded into a broker, this gives the directory SMALL_DISK_DIRECTORY a disk of its own, whose size
 * the harness sets while the broker runs: the file SMALL_DISK_STATE is mapped, and holds
 *
 *   octets that files of the directory may have together 8 | writes refused so far 8
 *
 * in the machine's order. What would make files longer than that is written in part or fails with
 * ENOSPC, and statfs tells what is left (crash/shell/small-disk.ts).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "vectors.h"

#define FDS 4096
#define VECTORS 1024
#define NEXT(name) dlsym(RTLD_NEXT, name)

struct state {
  uint64_t size;
  uint64_t refused;
};

static unsigned char watched[FDS];
static volatile struct state *state;
/* Held while a file becomes longer: two threads may not take the same space. */
static pthread_mutex_t growing = PTHREAD_MUTEX_INITIALIZER;

static int is_watched(int fd) { return fd >= 0 && fd < FDS && watched[fd]; }

static void map_state(void) {
  int (*open_file)(const char *, int, ...) = NEXT("open64");
  int fd = open_file(getenv("SMALL_DISK_STATE"), O_RDWR | O_CLOEXEC);
  void *mapped = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fd < 0 || mapped == MAP_FAILED) abort();
  close(fd);
  state = mapped;
}

static int is_inside(const char *path) {
  const char *directory = getenv("SMALL_DISK_DIRECTORY");
  if (directory == NULL) return 0;
  size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static uint64_t used(void) {
  uint64_t sum = 0;
  DIR *directory = opendir(getenv("SMALL_DISK_DIRECTORY"));
  if (directory == NULL) return 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    struct stat found;
    if (fstatat(dirfd(directory), entry->d_name, &found, 0) == 0 && S_ISREG(found.st_mode)) {
      sum += (uint64_t)found.st_size;
    }
  }
  closedir(directory);
  return sum;
}

static uint64_t left(void) {
  if (state == NULL) map_state();
  uint64_t size = state->size, taken = used();
  return size > taken ? size - taken : 0;
}

/* How much of a write fits, or -1 with errno set. */
static ssize_t fitting(int fd, size_t length, off_t at) {
  struct stat found;
  if (fstat(fd, &found) != 0) return -1;
  off_t end = at + (off_t)length;
  if (end <= found.st_size) return (ssize_t)length;
  uint64_t room = left();
  uint64_t growth = (uint64_t)(end - found.st_size);
  if (growth <= room) return (ssize_t)length;
  off_t last = found.st_size + (off_t)room;
  if (last > at) return (ssize_t)(last - at);
  __sync_fetch_and_add(&state->refused, 1);
  errno = ENOSPC;
  return -1;
}

/* The vectors that hold the first octets of others. */
static int shortened(const struct iovec *vectors, int count, size_t octets, struct iovec *result) {
  int i = 0;
  for (; i < count && i < VECTORS && octets > 0; i++) {
    result[i] = vectors[i];
    if (result[i].iov_len > octets) result[i].iov_len = octets;
    octets -= result[i].iov_len;
  }
  return i;
}

int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int mode = va_arg(arguments, int);
  va_end(arguments);
  int (*real)(const char *, int, ...) = NEXT("open64");
  int fd = real(path, flags, mode);
  if (fd >= 0 && fd < FDS) {
    watched[fd] = (flags & O_ACCMODE) != O_RDONLY && is_inside(path);
  }
  return fd;
}

int close(int fd) {
  int (*real)(int) = NEXT("close");
  if (fd >= 0 && fd < FDS) watched[fd] = 0;
  return real(fd);
}

ssize_t pwrite64(int fd, const void *from, size_t length, off_t at) {
  ssize_t (*real)(int, const void *, size_t, off_t) = NEXT("pwrite64");
  if (!is_watched(fd)) return real(fd, from, length, at);
  pthread_mutex_lock(&growing);
  ssize_t fits = fitting(fd, length, at);
  ssize_t result = fits < 0 ? -1 : real(fd, from, (size_t)fits, at);
  pthread_mutex_unlock(&growing);
  return result;
}

ssize_t write(int fd, const void *from, size_t length) {
  ssize_t (*real)(int, const void *, size_t) = NEXT("write");
  if (!is_watched(fd)) return real(fd, from, length);
  pthread_mutex_lock(&growing);
  ssize_t fits = fitting(fd, length, lseek(fd, 0, SEEK_CUR));
  ssize_t result = fits < 0 ? -1 : real(fd, from, (size_t)fits);
  pthread_mutex_unlock(&growing);
  return result;
}

ssize_t writev(int fd, const struct iovec *vectors, int count) {
  ssize_t (*real)(int, const struct iovec *, int) = NEXT("writev");
  if (!is_watched(fd)) return real(fd, vectors, count);
  struct iovec some[VECTORS];
  pthread_mutex_lock(&growing);
  ssize_t fits = fitting(fd, total(vectors, count), lseek(fd, 0, SEEK_CUR));
  ssize_t result = -1;
  if (fits >= 0) result = real(fd, some, shortened(vectors, count, (size_t)fits, some));
  pthread_mutex_unlock(&growing);
  return result;
}

ssize_t pwritev64(int fd, const struct iovec *vectors, int count, off_t at) {
  ssize_t (*real)(int, const struct iovec *, int, off_t) = NEXT("pwritev64");
  if (!is_watched(fd)) return real(fd, vectors, count, at);
  struct iovec some[VECTORS];
  pthread_mutex_lock(&growing);
  ssize_t fits = fitting(fd, total(vectors, count), at);
  ssize_t result = -1;
  if (fits >= 0) result = real(fd, some, shortened(vectors, count, (size_t)fits, some), at);
  pthread_mutex_unlock(&growing);
  return result;
}

int statfs64(const char *path, struct statfs64 *result) {
  int (*real)(const char *, struct statfs64 *) = NEXT("statfs64");
  int outcome = real(path, result);
  if (outcome == 0 && is_inside(path)) {
    result->f_bfree = result->f_bavail = left() / (uint64_t)result->f_bsize;
  }
  return outcome;
}
