import { cutText, SHORTSTR_MAX_OCTETS } from './octets.ts';
import { replyCodeName } from './reply-code.ts';

/** What an error ends: the channel it happened on, or the whole connection. */
export type ErrorScope = 'channel' | 'connection';

/** An AMQP exception: what Channel.Close or Connection.Close tells the peer. */
export class ProtocolError extends Error {
  /** Reply code, see reply-code.ts. */
  readonly code: number;
  readonly scope: ErrorScope;
  /** Class of the method that failed; 0 where no method is to blame. */
  readonly classId: number;
  /** Number within its class of the method that failed; 0 where no method is to blame. */
  readonly methodId: number;

  /**
   * @param message the reply text without the code's name
   * @param method the failed method's 32-bit number (class id << 16 | method id), 0 for none
   */
  constructor(scope: ErrorScope, code: number, message: string, method = 0) {
    super(message);
    this.name = 'ProtocolError';
    this.code = code;
    this.scope = scope;
    this.classId = method >>> 16;
    this.methodId = method & 0xffff;
  }
}

/** An error that closes only its channel. `methodId` is the 32-bit number of the failed method. */
export function channelError(code: number, text: string, methodId = 0): ProtocolError {
  return new ProtocolError('channel', code, text, methodId);
}

/** An error that closes the connection. `methodId` is the 32-bit number of the failed method. */
export function connectionError(code: number, text: string, methodId = 0): ProtocolError {
  return new ProtocolError('connection', code, text, methodId);
}

/**
 * The reply text as RabbitMQ words it, `NOT_FOUND - no queue 'x' in vhost '/'`, cut to what a short
 * string holds.
 */
export function replyText(error: ProtocolError): string {
  return cutText(`${replyCodeName(error.code)} - ${error.message}`, SHORTSTR_MAX_OCTETS);
}
