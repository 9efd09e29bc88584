/*
 * Preloaded into a broker, this keeps account of what a power cut could undo: before every write to
 * the file POWER_CUT_FILE that is not synchronous, it appends what the write replaces to the file
 * POWER_CUT_JOURNAL; when the file has been synced, the journal is emptied. After kill -9 the harness
 * puts back some of what is in the journal (crash/shell/power-cut.ts).
 *
 * A record: offset 8 | length of the write 4 | length of what follows 4 | what it replaces.
 * Integers in the machine's order.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "vectors.h"

#define FDS 4096

enum { OTHER, WATCHED, SYNCHRONOUS };

static unsigned char kinds[FDS];
static int journal = -1;

static int kind_of(int fd) { return fd >= 0 && fd < FDS ? kinds[fd] : OTHER; }

static void opened(int fd, const char *path, int flags) {
  const char *watched = getenv("POWER_CUT_FILE");
  if (fd < 0 || fd >= FDS) return;
  kinds[fd] = OTHER;
  if (watched == NULL || strcmp(path, watched) != 0) return;
  if ((flags & O_ACCMODE) == O_RDONLY) return;
  kinds[fd] = (flags & (O_DSYNC | O_SYNC)) != 0 ? SYNCHRONOUS : WATCHED;
  if (journal < 0) {
    journal = syscall(SYS_openat, AT_FDCWD, getenv("POWER_CUT_JOURNAL"),
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
}

static void before_write(int fd, off_t at, size_t length) {
  if (kind_of(fd) != WATCHED || journal < 0 || length == 0) return;
  size_t head = 16;
  char *record = malloc(head + length);
  if (record == NULL) abort();
  /* A write-only descriptor can't be read from: look through another one. */
  int reader = syscall(SYS_openat, AT_FDCWD, getenv("POWER_CUT_FILE"), O_RDONLY | O_CLOEXEC);
  ssize_t old = syscall(SYS_pread64, reader, record + head, length, at);
  syscall(SYS_close, reader);
  if (old < 0) old = 0;
  uint64_t offset = (uint64_t)at;
  uint32_t sizes[2] = {(uint32_t)length, (uint32_t)old};
  memcpy(record, &offset, 8);
  memcpy(record + 8, sizes, 8);
  if (syscall(SYS_write, journal, record, head + old) != (ssize_t)(head + old)) abort();
  free(record);
}

static void after_sync(int fd, int result) {
  if (result == 0 && kind_of(fd) != OTHER && journal >= 0) syscall(SYS_ftruncate, journal, 0);
}

int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int mode = va_arg(arguments, int);
  va_end(arguments);
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
  int fd = real(path, flags, mode);
  opened(fd, path, flags);
  return fd;
}

ssize_t pwrite64(int fd, const void *from, size_t length, off_t at) {
  ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite64");
  before_write(fd, at, length);
  return real(fd, from, length, at);
}

ssize_t write(int fd, const void *from, size_t length) {
  ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  if (kind_of(fd) == WATCHED) before_write(fd, lseek(fd, 0, SEEK_CUR), length);
  return real(fd, from, length);
}

ssize_t writev(int fd, const struct iovec *vectors, int count) {
  ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
  if (kind_of(fd) == WATCHED) before_write(fd, lseek(fd, 0, SEEK_CUR), total(vectors, count));
  return real(fd, vectors, count);
}

int fdatasync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  int result = real(fd);
  after_sync(fd, result);
  return result;
}

int fsync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  int result = real(fd);
  after_sync(fd, result);
  return result;
}

int close(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "close");
  if (fd >= 0 && fd < FDS) kinds[fd] = OTHER;
  return real(fd);
}
