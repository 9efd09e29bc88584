/* What the preloaded libraries both ask of a write of several pieces. */
#include <stddef.h>
#include <sys/uio.h>

/* Octets of all pieces together. */
static size_t total(const struct iovec *vectors, int count) {
  size_t sum = 0;
  for (int i = 0; i < count; i++) sum += vectors[i].iov_len;
  return sum;
}
