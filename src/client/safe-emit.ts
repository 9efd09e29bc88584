import type { EventEmitter } from 'node:events';

/**
 * Emits an event. What a listener throws goes to the listeners of `handler-error`, if there are
 * any, and otherwise to the caller, as in amqplib.
 */
export function safeEmit(emitter: EventEmitter, event: string, ...args: unknown[]): void {
  try {
    emitter.emit(event, ...args);
  } catch (error) {
    if (!reportHandlerError(emitter, error, event)) throw error;
  }
}

/** Tells the listeners of `handler-error`. @returns false if there are none */
export function reportHandlerError(emitter: EventEmitter, error: unknown, event: string): boolean {
  if (emitter.listenerCount('handler-error') === 0) return false;
  setImmediate(() => emitter.emit('handler-error', error, event));
  return true;
}
