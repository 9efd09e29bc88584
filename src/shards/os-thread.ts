import { readlinkSync } from 'node:fs';

/**
 * The number that the operating system knows the calling thread by; null where it doesn't say.
 */
export function osThreadId(): number | null {
  try {
    // PID/task/TID
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return null;
  }
}
