import type { EventEmitter } from 'node:events';
import { safeEmit } from '../safe-emit.ts';

const EVENTS = [
  'error',
  'close',
  'blocked',
  'unblocked',
  'update-secret-ok',
  'reconnecting',
  'reconnected',
  'queue-renamed',
] as const;

/**
 * Lets `target` emit what `source` emits, so that applications see one object. What a listener
 * throws goes to the `handler-error` listeners of `target`.
 */
export function forwardEvents(source: EventEmitter, target: EventEmitter): void {
  for (const event of EVENTS) {
    source.on(event, (...args: unknown[]) => safeEmit(target, event, ...args));
  }
}
