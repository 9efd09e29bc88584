import type { EventEmitter } from 'node:events';

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

/** Lets `target` emit what `source` emits, so that applications see one object. */
export function forwardEvents(source: EventEmitter, target: EventEmitter): void {
  for (const event of EVENTS) {
    source.on(event, (...args: unknown[]) => target.emit(event, ...args));
  }
}
