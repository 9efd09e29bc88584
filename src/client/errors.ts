import { FRAME_HEADER_SIZE } from '../wire/frame.ts';
import { encodeMethodFrame } from '../wire/methods.ts';
import { readUint32 } from '../wire/octets.ts';
import { replyCodeName } from '../wire/reply-code.ts';
import type { Method } from '../wire/spec.ts';

/** Thrown when a channel or a connection is used that has been, or is being, closed. */
export class IllegalOperationError extends Error {
  override name = 'IllegalOperationError' as const;
  /** Where the state changed that makes the operation illegal. */
  readonly stackAtStateChange: string | undefined;

  constructor(message: string, stack?: string) {
    super(message);
    this.stackAtStateChange = stack;
  }
}

/** An error that the broker reported, with the reply code and the method it blames. */
export interface BrokerError extends Error {
  code: number;
  classId: number;
  methodId: number;
}

/** The fields of Channel.Close and Connection.Close. */
export interface CloseReason {
  readonly replyCode: number;
  readonly replyText: string;
  readonly classId: number;
  readonly methodId: number;
}

/** The stack here and now, to say later what closed a channel or a connection. */
export function captureStack(reason: string): string {
  return `Stack capture: ${reason}\n${(new Error().stack ?? '').split('\n').slice(2).join('\n')}`;
}

/** `404 (NOT-FOUND) with message "…"`, as amqplib words it. */
export function closeText(reason: CloseReason): string {
  const name = replyCodeName(reason.replyCode).replaceAll('_', '-');
  return `${reason.replyCode} (${name}) with message "${reason.replyText}"`;
}

/** An error that `reason` caused, in the shape amqplib gives it. */
export function brokerError(message: string, reason: CloseReason): BrokerError {
  return Object.assign(new Error(message), {
    code: reason.replyCode,
    classId: reason.classId,
    methodId: reason.methodId,
  });
}

/** Notes in an error of ours the method that caused it, as amqplib does. */
export function blameMethod(error: Error, method: Method): Error {
  const number = readUint32(encodeMethodFrame(0, method), FRAME_HEADER_SIZE);
  return Object.assign(error, { classId: number >>> 16, methodId: number & 0xffff });
}

/** `queue.declare` as amqplib names it: `QueueDeclare`. */
export function methodTitle(name: string): string {
  return name.replaceAll(/(?:^|[.-])([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
