import type { EventEmitter } from 'node:events';
import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import type { ClientSettings } from '../settings.ts';
import type { ServerProperties } from '../types/message.ts';
import type { Tally } from './tally.ts';

/** A channel, as its connection sees it. */
export interface ChannelPort {
  /** A frame of this channel, whose payload is [at, end) of `b` until the call returns. */
  receive(type: number, b: Buffer, at: number, end: number): void;
  /** The turn ends: what was put off must be written now. */
  turnEnds(): void;
  /** Publishing may go on. */
  drained(): void;
  /** The connection will carry nothing more. */
  connectionClosed(stack: string): void;
  /** The connection is lost but will be replaced: what was under way fails, what waits stays. */
  suspend(): void;
  /** Opens the channel on the new connection and restores what belongs to it. */
  restore(): Promise<void>;
  /** Does what has to be done before the connection may be closed, such as emptying sinks. */
  prepareClose(done: () => void): void;
}

/** Requests and answers, for those who keep a record of them. */
export interface AnswerObserver {
  answered(request: MethodToSend, answer: Method): void;
}

/** A connection, as its channels see it. */
export interface ChannelHost extends EventEmitter, AnswerObserver {
  readonly serverProperties: ServerProperties;
  readonly expectSocketClose: boolean;
  readonly settings: ClientSettings;
  readonly tally: Tally;
  /** Where frames are written; a different one after a reconnection. */
  readonly output: BatchWriter;
  /** Octets of the largest frame, 0 for no limit. */
  readonly frameMax: number;
  /** Whether the broker knows Direct Mode. */
  readonly offersDirect: boolean;
  /** False while the connection is being replaced, and when it is closed or closing. */
  readonly usable: boolean;
  /** True while the connection is being replaced. */
  readonly offline: boolean;
  /** Changes whenever everything is written. */
  readonly writtenEpoch: number;

  /** Gives queues in requests the names that they have after a reconnection. */
  translate<M extends MethodToSend>(method: M): M;
  /** @throws Error if all channel numbers are in use */
  allocate(channel: ChannelPort): number;
  release(channel: number): void;
  /** @throws IllegalOperationError if the connection is closed or closing */
  send(frame: Buffer): void;
  /** @throws IllegalOperationError if the connection is closed or closing */
  checkUsable(): void;
  /** Asks for `turnEnds` before the turn's octets are written. */
  turnEndDue(channel: ChannelPort): void;
  /** Asks for `drained` when everything is written. */
  drainDue(channel: ChannelPort): void;
  /** Ends the connection at once. */
  abort(error: Error): void;
}
