/**
 * What the bench tells the processes that pump messages, and what they answer, over IPC.
 *
 * A pump knows no broker. Its file descriptor 0 is a connected socket whose dialogue the bench
 * has already held; it writes pre-encoded octets there, or walks what comes from it. Node makes
 * descriptors 0 to 2 of a child blocking, so that a pump needs no event loop: it is a loop around
 * one system call for 256 KiB, which keeps it several times cheaper than any broker.
 */
/** The socket of a pump. */
export const PUMP_FD = 0;
/** Octets of one read or write: beyond that the kernel's own cost per call no longer shows. */
export const PUMP_CALL_OCTETS = 256 * 1024;
//# sourceMappingURL=orders.js.map