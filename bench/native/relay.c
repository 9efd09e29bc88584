/*
 * A bare relay of octets: what the kernel and two copies allow, without parsing. The physical limit
 * that figures of a broker on the same machine are compared with.
 *
 *   relay PAIRS [OFFSET]
 *
 * Prints "ready source=PORT target=PORT". The n-th connection to the target port gets all that
 * comes in on the n-th connection to the source port; one thread for each pair. OFFSET shifts the
 * buffer from its page boundary, to show what misaligned copies cost. Ends with its last source.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_OCTETS = 256 * 1024, PAGE_OCTETS = 4096, PAIRS_MAX = 64 };

struct pair {
    int source;
    int target;
    size_t offset;
};

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* Listens on any free port of the loopback interface, which *port tells. */
static int listen_on(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0) fail("bind");
    if (listen(listener, PAIRS_MAX) < 0) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
    *port = ntohs(address.sin_port);
    return listener;
}

static int accept_on(int listener) {
    int on = 1;
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) fail("accept");
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return connection;
}

static void *relay(void *argument) {
    struct pair *pair = argument;
    char *memory = aligned_alloc(PAGE_OCTETS, BUFFER_OCTETS + PAGE_OCTETS);
    if (memory == NULL) fail("aligned_alloc");
    memset(memory, 0, BUFFER_OCTETS + PAGE_OCTETS);
    char *buffer = memory + pair->offset;
    for (;;) {
        ssize_t count = read(pair->source, buffer, BUFFER_OCTETS);
        if (count <= 0) break;
        for (ssize_t at = 0; at < count;) {
            ssize_t written = write(pair->target, buffer + at, (size_t)(count - at));
            if (written < 0) fail("write");
            at += written;
        }
    }
    shutdown(pair->target, SHUT_WR);
    free(memory);
    return NULL;
}

int main(int argc, char **argv) {
    int pairs = argc > 1 ? atoi(argv[1]) : 1;
    long offset = argc > 2 ? atol(argv[2]) : 0;
    if (pairs < 1 || pairs > PAIRS_MAX || offset < 0 || offset >= PAGE_OCTETS) {
        fprintf(stderr, "usage: relay PAIRS [OFFSET below %d]\n", PAGE_OCTETS);
        return 2;
    }
    int source_port = 0;
    int target_port = 0;
    int sources = listen_on(&source_port);
    int targets = listen_on(&target_port);
    printf("ready source=%d target=%d\n", source_port, target_port);
    fflush(stdout);

    struct pair pair[PAIRS_MAX];
    pthread_t thread[PAIRS_MAX];
    for (int i = 0; i < pairs; i++) {
        pair[i] = (struct pair){accept_on(sources), accept_on(targets), (size_t)offset};
        if (pthread_create(&thread[i], NULL, relay, &pair[i]) != 0) fail("pthread_create");
    }
    for (int i = 0; i < pairs; i++) pthread_join(thread[i], NULL);
    return 0;
}
