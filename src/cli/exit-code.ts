/** It worked. */
export const EXIT_OK = 0;
/** The broker could not be reached, or refused. */
export const EXIT_FAILED = 1;
/** The command line is wrong. */
export const EXIT_USAGE = 2;
/** It worked, but there was no message, or a message could not be routed. */
export const EXIT_NOTHING = 3;
/** It was stopped by a signal before it was done: what shells report for SIGINT. */
export const EXIT_INTERRUPTED = 130;
