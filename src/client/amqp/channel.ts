import { EventEmitter } from 'node:events';
import type { ContentCursor } from '../../wire/dmp-content.ts';
import { FRAME_BODY, FRAME_HEADER, FRAME_HEADER_SIZE, FRAME_METHOD } from '../../wire/frame.ts';
import { decodeMethod, encodeMethodFrame, type MethodToSend } from '../../wire/methods.ts';
import { readUint32 } from '../../wire/octets.ts';
import { ProtocolError } from '../../wire/protocol-error.ts';
import { INTERNAL_ERROR, NOT_IMPLEMENTED, UNEXPECTED_FRAME } from '../../wire/reply-code.ts';
import { BASIC_DELIVER, type ChannelClose, type Method } from '../../wire/spec.ts';
import { blameMethod, brokerError, captureStack, closeText, methodTitle } from '../errors.ts';
import { CHANNEL_HIGH_WATER_MESSAGES } from '../limits.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import { safeEmit } from '../safe-emit.ts';
import type { ConsumeMessage, GetMessage, ReturnedMessage } from '../types/message.ts';
import type * as Options from '../types/options.ts';
import type * as Replies from '../types/replies.ts';
import type { MessageListener } from '../types/requests.ts';
import type { ChannelOptions, OverflowReport } from '../types/settings.ts';
import { ChannelEnd, type EndingChannel } from './channel-end.ts';
import { ChannelRecord } from './channel-record.ts';
import { Confirms } from './confirms.ts';
import type { ConsumeMethod, DirectPaths } from './direct-paths.ts';
import { Inbox, type InboxOwner } from './inbox.ts';
import { MessageWriter } from './message-writer.ts';
import type { Fields, MethodNamed } from './method-fields.ts';
import type { ChannelHost, ChannelPort } from './ports.ts';
import { type Answer, type Request, type RequestPort, RequestQueue } from './request-queue.ts';
import { Settlement } from './settlement.ts';

/** Called with an error and nothing else, or with null and the answer. */
export type Done<Reply> = (...outcome: Outcome<Reply>) => void;
type Outcome<Reply> = [error: Error] | [error: null, reply: Reply];

/**
 * A channel, without the shape its methods have for applications. Its parts do the work: requests
 * wait for their turn in one, messages come together in another, and so on; here they are joined
 * to each other, to the connection, and to Direct Mode.
 */
export class Channel
  extends EventEmitter
  implements ChannelPort, RequestPort, InboxOwner, EndingChannel
{
  /** Messages that may wait to be written before `publish` returns false. */
  readonly highWater: number;
  /** Unacknowledged messages that each later consumer may have; 0: any number. */
  consumerPrefetch = 0;

  protected readonly host: ChannelHost;
  protected readonly confirms = new Confirms();
  /** Its number, for as long as it is open. */
  private number = 0;
  private wasOpen = false;
  /** Set while Direct Mode serves this channel. */
  private direct: DirectPaths | null = null;

  private readonly ending = new ChannelEnd(this);
  private readonly requests = new RequestQueue(this);
  private readonly inbox = new Inbox(this, this);
  private readonly settlement = new Settlement((method) => this.sendNow(method));
  private readonly publisher: MessageWriter;
  private readonly record = new ChannelRecord();

  constructor(host: ChannelHost, options: ChannelOptions | undefined) {
    super();
    this.host = host;
    this.highWater = options?.highWaterMark || CHANNEL_HIGH_WATER_MESSAGES;
    this.publisher = new MessageWriter(host, this, this.highWater);
  }

  /** From now on Direct Mode serves this channel. */
  useDirect(paths: DirectPaths): void {
    this.direct = paths;
    paths.requestsChanged(this.requests.isOutstanding);
  }

  /** Whether the channel is neither closed nor closing. */
  protected get isOpen(): boolean {
    return !this.ending.hasBegun && this.number !== 0;
  }

  /** Whether requests wait until the connection is replaced. */
  get waitsForLink(): boolean {
    return this.host.offline;
  }

  // --- Requests -------------------------------------------------------------------------------

  /**
   * Takes a channel number and opens the channel.
   * @throws IllegalOperationError if the connection is closed or closing
   * @throws Error if there is no number
   */
  protected openChannel(answer: Answer): void {
    this.host.checkUsable();
    this.number = this.host.allocate(this);
    this.publisher.configure(this.number);
    if (this.waitsForLink) this.requests.suspend();
    this.request({ name: 'channel.open' }, ['channel.open-ok'], (error, method) => {
      if (error === null) this.wasOpen = true;
      answer(error, method);
    });
  }

  /**
   * Sends a method as soon as those before are answered.
   * @throws IllegalOperationError if the channel is closed or closing
   */
  protected request(
    method: MethodToSend,
    expected: readonly Method['name'][],
    answer: Answer,
  ): void {
    this.checkUsable();
    this.requests.add(this.host.translate(method), expected, answer);
  }

  /**
   * Asks the broker.
   * @param expected the method that answers; `done` gets its fields
   * @throws IllegalOperationError if the channel is closed or closing
   */
  ask<N extends Method['name']>(method: MethodToSend, expected: N, done: Done<Fields<N>>): void {
    this.request(method, [expected], (error, answer) => {
      if (error !== null) {
        done(error);
        return;
      }
      const { name: _name, ...fields } = answer as MethodNamed<N>;
      done(null, fields);
    });
  }

  encode(method: MethodToSend): Buffer {
    return encodeMethodFrame(this.number, method);
  }

  transmit(frame: Buffer): void {
    this.settlement.flush();
    this.host.send(frame);
  }

  before(method: MethodToSend): ((proceed: () => void) => void) | null {
    return this.direct === null ? null : this.direct.before(method);
  }

  outstandingChanged(outstanding: boolean): void {
    this.direct?.requestsChanged(outstanding);
  }

  /** Sends a method that is not answered. */
  private sendNow(method: MethodToSend): void {
    this.host.send(this.encode(method));
  }

  /** @throws IllegalOperationError if the channel is closed or closing */
  private checkUsable(): void {
    this.ending.check();
    this.host.checkUsable();
  }

  // --- Messages -------------------------------------------------------------------------------

  /** @returns false if the application should wait for `drain` before it publishes more */
  protected publishMessage(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): boolean {
    if (!Buffer.isBuffer(content)) throw new TypeError('content is not a buffer');
    if (this.ending.hasBegun || !this.host.usable) this.checkUsable();
    if (this.direct !== null) {
      const accepted = this.direct.publish(exchange, routingKey, content, options);
      if (accepted !== null) return accepted;
    }
    if (this.settlement.pending) this.settlement.flush();
    return this.publisher.publish(exchange, routingKey, content, options);
  }

  /** Writes a message as frames to `output`, one that holds them back. */
  writeFrames(
    output: BatchWriter,
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): void {
    this.publisher.write(output, exchange, routingKey, content, options);
  }

  /** Writes a content of Direct Mode, which lies in `b`, as frames to the connection. */
  writeContent(b: Buffer, cursor: ContentCursor): void {
    if (this.settlement.pending) this.settlement.flush();
    this.publisher.writeContent(b, cursor);
  }

  /** Starts a consumer. @throws IllegalOperationError if the channel is closed or closing */
  startConsuming(
    wanted: ConsumeMethod,
    listener: MessageListener,
    done: Done<Replies.Consume>,
  ): void {
    const method = this.host.translate(wanted);
    this.ask(method, 'basic.consume-ok', (...[error, ok]) => {
      if (error !== null) {
        this.direct?.consumeFailed(method);
        done(error);
        return;
      }
      // Before anything else: the first message may be behind the answer.
      this.inbox.addConsumer(ok.consumerTag, listener);
      this.direct?.consumerStarted(method, ok.consumerTag);
      done(null, ok);
    });
  }

  /** Ends a consumer. @throws IllegalOperationError if the channel is closed or closing */
  stopConsuming(
    method: Extract<MethodToSend, { name: 'basic.cancel' }>,
    done: Done<Replies.Cancel>,
  ): void {
    this.ask(method, 'basic.cancel-ok', (...[error, ok]) => {
      if (error !== null) {
        done(error);
        return;
      }
      const { consumerTag } = ok;
      const gone = () => {
        this.inbox.removeConsumer(consumerTag);
        done(null, ok);
      };
      if (this.direct === null) gone();
      else this.direct.finishConsumer(consumerTag, gone);
    });
  }

  /** Fetches a message. @throws IllegalOperationError if the channel is closed or closing */
  getMessage(method: MethodToSend, done: Done<GetMessage | false>): void {
    this.request(method, ['basic.get-ok', 'basic.get-empty'], (error, answer) => {
      if (error !== null) done(error);
      else if (answer?.name === 'basic.get-ok') this.inbox.fetch(done);
      else done(null, false);
    });
  }

  acknowledge(deliveryTag: number, multiple: boolean): void {
    this.checkUsable();
    if (this.awaitsDeliveries) return;
    const { settlement } = this;
    const wasPending = settlement.pending;
    settlement.ack(deliveryTag, multiple);
    if (!wasPending && settlement.pending) this.host.turnEndDue(this);
  }

  negativelyAcknowledge(tag: number, multiple: boolean, requeue: boolean): void {
    this.checkUsable();
    if (!this.awaitsDeliveries) this.settlement.nack(tag, multiple, requeue);
  }

  rejectOne(tag: number, requeue: boolean): void {
    this.checkUsable();
    if (!this.awaitsDeliveries) this.settlement.reject(tag, requeue);
  }

  /**
   * Whether the connection is being replaced and the new link has brought nothing yet that could be
   * settled; it brings messages from when this channel is restored, while others are yet to be.
   */
  private get awaitsDeliveries(): boolean {
    return this.host.offline && !this.inbox.frames.hasDelivered;
  }

  arrived(message: ConsumeMessage): boolean {
    this.host.tally.deliveredOrdinary++;
    return this.direct?.holds(message) ?? false;
  }

  /** Hands a message that came directly to its consumer. */
  dispatch(message: ConsumeMessage): void {
    this.inbox.dispatch(message);
  }

  /** A message of this channel came back, over whatever connection. */
  returned(message: ReturnedMessage): void {
    this.inbox.emitReturn(message);
  }

  /** An arrival queue has gone beyond its high-water mark. */
  overflowed(report: OverflowReport): void {
    safeEmit(this, 'arrival-overflow', report);
  }

  /** As in amqplib, that ends the channel. */
  listenerFailed(error: Error): void {
    this.ending.closeWithError('Error while processing message', INTERNAL_ERROR, error);
  }

  // --- Frames ---------------------------------------------------------------------------------

  receive(type: number, b: Buffer, at: number, end: number): void {
    if (this.ending.awaitsAnswer) {
      if (type === FRAME_METHOD) this.ending.receive(decodeMethod(b, at, end));
      return;
    }
    try {
      if (type === FRAME_BODY) this.inbox.frames.content(b, at, end);
      else if (type === FRAME_HEADER) this.inbox.frames.header(b, at, end);
      else if (readUint32(b, at) === BASIC_DELIVER) this.inbox.frames.deliver(b, at + 4, end);
      else this.receiveMethod(decodeMethod(b, at, end));
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.scope === 'connection') throw error;
      this.ending.closeWithError(error.message, UNEXPECTED_FRAME, new Error(error.message));
    }
  }

  private receiveMethod(method: Method): void {
    switch (method.name) {
      case 'basic.get-ok':
        this.inbox.frames.announce(method);
        this.requestAnswered(method);
        return;
      case 'basic.return':
        this.inbox.frames.announce(method);
        return;
      case 'basic.ack':
        this.confirmed(method, null);
        return;
      case 'basic.nack':
        this.confirmed(method, new Error('message nacked'));
        return;
      case 'basic.cancel':
        this.cancelled(method);
        return;
      case 'channel.close':
        this.ending.closedByBroker(method);
        return;
      case 'channel.flow': {
        const text = 'Flow not implemented';
        this.ending.closeWithError(text, NOT_IMPLEMENTED, blameMethod(new Error(text), method));
        return;
      }
      default:
        this.requestAnswered(method);
    }
  }

  private requestAnswered(method: Method): void {
    const request = this.requests.finish();
    if (request === null) throw new Error(`Unexpected ${methodTitle(method.name)}`);
    if (request.expected.includes(method.name)) {
      this.host.answered(request.method, method);
      this.record.answered(request.method, method);
      request.answer(null, method);
      return;
    }
    const expected = request.expected.map(methodTitle).join(' or ');
    const text = `Expected ${expected}; got ${methodTitle(method.name)}`;
    const error = blameMethod(new Error(text), method);
    this.ending.closeWithError(text, UNEXPECTED_FRAME, error);
    request.answer(error, null);
  }

  private confirmed(
    method: Extract<Method, { name: 'basic.ack' | 'basic.nack' }>,
    error: Error | null,
  ): void {
    const { name, ...fields } = method;
    this.confirms.answered(fields.deliveryTag, fields.multiple, error);
    safeEmit(this, name === 'basic.ack' ? 'ack' : 'nack', fields);
  }

  private cancelled({ name: _name, ...fields }: MethodNamed<'basic.cancel'>): void {
    this.record.consumerGone(fields.consumerTag);
    this.direct?.consumerGone(fields.consumerTag);
    this.inbox.consumerCancelled(fields);
  }

  // --- The end --------------------------------------------------------------------------------

  /**
   * Says goodbye once the broker has everything, and calls `done` when it has answered.
   * @throws IllegalOperationError if the channel is closed or closing
   */
  closeOrderly(done: () => void): void {
    this.checkUsable();
    this.ending.closeOrderly(done);
  }

  prepareClose(done: () => void): void {
    if (this.direct === null) done();
    else this.direct.drain(done);
  }

  sendLast(method: MethodToSend): void {
    this.settlement.flush();
    this.sendNow(method);
  }

  failOutstanding(close: ChannelClose): void {
    const request = this.requests.suspend();
    request?.answer(requestError(request, close), null);
  }

  connectionClosed(stack: string): void {
    this.ending.connectionClosed(stack);
  }

  release(): void {
    this.direct?.close();
    this.direct = null;
    const error = new Error('Channel ended, no reply will be forthcoming');
    this.requests.reject(error);
    this.inbox.abandonFetch(error);
    if (this.number !== 0) this.host.release(this.number);
    this.number = 0;
    this.confirms.abandon(new Error('channel closed'), true);
  }

  // --- Turns of the event loop, and other connections -----------------------------------------

  turnEnds(): void {
    if (!this.ending.hasBegun) this.settlement.flush();
  }

  drained(): void {
    this.publisher.drained();
    safeEmit(this, 'drain');
  }

  suspend(): void {
    if (this.ending.awaitsAnswer) {
      this.connectionClosed(captureStack('Connection lost'));
      return;
    }
    const error = new Error('Connection lost, no reply will be forthcoming');
    const unanswered = this.requests.suspend();
    this.direct?.suspend();
    this.inbox.restart(error);
    this.settlement.restart(this.inbox.frames.tagOffset);
    unanswered?.answer(error, null);
    this.confirms.abandon(new Error('connection lost'), false);
  }

  async restore(): Promise<void> {
    if (!this.wasOpen && this.ending.isDeferred) {
      this.connectionClosed(captureStack('close called'));
      return;
    }
    this.publisher.configure(this.number);
    if (this.wasOpen) {
      await this.requests.addFirst({ name: 'channel.open' }, 'channel.open-ok');
      for (const { method, expected } of this.record.methods()) {
        const translated = this.host.translate(method);
        const answer = await this.requests.addFirst(translated, expected);
        if (translated.name === 'basic.consume' && answer.name === 'basic.consume-ok') {
          this.direct?.consumerStarted(translated, answer.consumerTag);
        }
      }
    }
    if (!this.ending.closeDeferred()) this.requests.resume();
  }
}

/** Why the broker closed the channel instead of answering. */
function requestError(request: Request, close: ChannelClose): Error {
  const blamed =
    readUint32(request.frame, FRAME_HEADER_SIZE) === ((close.classId << 16) | close.methodId) >>> 0;
  const text = blamed
    ? `Operation failed: ${methodTitle(request.method.name)}; ${closeText(close)}`
    : `Channel closed by server: ${closeText(close)}`;
  return brokerError(text, close);
}
