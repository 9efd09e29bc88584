import { EventEmitter } from 'node:events';
import type { ContentCursor } from '../../wire/dmp-content.ts';
import { FRAME_BODY, FRAME_HEADER, FRAME_HEADER_SIZE, FRAME_METHOD } from '../../wire/frame.ts';
import { decodeMethod, encodeMethodFrame, type MethodToSend } from '../../wire/methods.ts';
import { readUint32 } from '../../wire/octets.ts';
import { ProtocolError } from '../../wire/protocol-error.ts';
import {
  INTERNAL_ERROR,
  NOT_IMPLEMENTED,
  REPLY_SUCCESS,
  UNEXPECTED_FRAME,
} from '../../wire/reply-code.ts';
import { BASIC_DELIVER, type ChannelClose, type Method } from '../../wire/spec.ts';
import {
  brokerError,
  captureStack,
  closeText,
  IllegalOperationError,
  methodTitle,
} from '../errors.ts';
import { CHANNEL_HIGH_WATER_MESSAGES } from '../limits.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import { reportHandlerError, safeEmit } from '../safe-emit.ts';
import type { ConsumeMessage, GetMessage, ReturnedMessage } from '../types/message.ts';
import type * as Options from '../types/options.ts';
import type { ChannelOptions } from '../types/settings.ts';
import { ChannelRecord } from './channel-record.ts';
import { Confirms } from './confirms.ts';
import { Deliveries, type MessageHandler } from './deliveries.ts';
import type { ConsumeMethod, DirectPaths } from './direct-paths.ts';
import { MessageWriter } from './message-writer.ts';
import type { ChannelHost, ChannelPort } from './ports.ts';
import { type Answer, type Request, RequestQueue } from './request-queue.ts';
import { Settlement } from './settlement.ts';

/** Gets a consumer's messages; null when the broker has cancelled the consumer. */
export type MessageCallback = (message: ConsumeMessage | null) => void;

/** Why nothing can be sent any more. */
interface Refusal {
  readonly message: string;
  readonly stack: string;
}

const NO_BODY = { classId: 0, methodId: 0 };

/**
 * A channel, without the shape its methods have for applications: requests and answers, messages
 * both ways, and its end.
 */
export class BaseChannel extends EventEmitter implements ChannelPort, MessageHandler {
  /** Messages that may wait to be written before `publish` returns false. */
  readonly highWater: number;
  protected readonly host: ChannelHost;
  protected readonly requests = new RequestQueue((frame) => this.transmit(frame));
  protected readonly confirms = new Confirms();
  /** Set while Direct Mode serves this channel. */
  private direct: DirectPaths | null = null;
  /** Its number, for as long as it is open. */
  protected number = 0;

  private readonly consumers = new Map<string, MessageCallback>();
  private readonly deliveries = new Deliveries(this);
  private readonly settlement = new Settlement((method) => this.sendNow(method));
  private readonly publisher: MessageWriter;
  private readonly record = new ChannelRecord();
  private wasOpen = false;
  /** Nothing can be sent any more, not even that the channel closes. */
  private ended = false;
  private refusal: Refusal | null = null;
  /** Channel.Close was sent; called when it is answered. */
  private closing: (() => void) | null = null;
  /** The application wants it closed as soon as the connection is replaced. */
  private closeDeferred: (() => void) | null = null;
  private getting: ((message: GetMessage) => void) | null = null;

  constructor(host: ChannelHost, options: ChannelOptions | undefined) {
    super();
    this.host = host;
    this.highWater = options?.highWaterMark || CHANNEL_HIGH_WATER_MESSAGES;
    this.publisher = new MessageWriter(host, this, this.highWater);
  }

  /** From now on Direct Mode serves this channel. */
  useDirect(paths: DirectPaths): void {
    this.direct = paths;
    paths.requestsChanged(this.requests.outstanding !== null);
  }

  /** Whether the channel is neither closed nor closing. */
  protected get isOpen(): boolean {
    return this.refusal === null && this.number !== 0;
  }

  /** Whether requests wait until the connection is replaced. */
  protected get waitsForLink(): boolean {
    return this.host.offline;
  }

  // --- Requests -------------------------------------------------------------------------------

  /** Takes a channel number and opens the channel. @throws Error if there is no number */
  protected openChannel(answer: Answer): void {
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
    this.requests.add(this.toRequest(this.host.translate(method), expected, true, answer));
    this.direct?.requestsChanged(this.requests.outstanding !== null);
  }

  private toRequest(
    method: MethodToSend,
    expected: readonly Method['name'][],
    survives: boolean,
    answer: Answer,
  ): Request {
    const frame = encodeMethodFrame(this.number, method);
    const prepare = this.direct === null ? null : this.direct.before(method);
    return { method, frame, expected, survives, answer, prepare };
  }

  private transmit(frame: Buffer): void {
    this.settlement.flush();
    this.host.send(frame);
  }

  /** Sends a method that is not answered. */
  protected sendNow(method: MethodToSend): void {
    this.host.send(encodeMethodFrame(this.number, method));
  }

  /** @throws IllegalOperationError if the channel is closed or closing */
  protected checkUsable(): void {
    const { refusal } = this;
    if (refusal !== null) throw new IllegalOperationError(refusal.message, refusal.stack);
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
    if (this.refusal !== null || !this.host.usable) this.checkUsable();
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

  protected startConsuming(
    wanted: ConsumeMethod,
    callback: MessageCallback,
    answer: (error: Error | null, consumerTag: string) => void,
  ): void {
    const method = this.host.translate(wanted);
    this.request(method, ['basic.consume-ok'], (error, ok) => {
      if (ok?.name !== 'basic.consume-ok') {
        this.direct?.consumeFailed(method);
        answer(error, '');
        return;
      }
      this.consumers.set(ok.consumerTag, callback);
      this.direct?.consumerStarted(method, ok.consumerTag);
      answer(null, ok.consumerTag);
    });
  }

  protected stopConsuming(
    method: Extract<MethodToSend, { name: 'basic.cancel' }>,
    answer: (error: Error | null) => void,
  ): void {
    const { consumerTag = '' } = method;
    this.request(method, ['basic.cancel-ok'], (error) => {
      const done = () => {
        if (error === null) this.consumers.delete(consumerTag);
        answer(error);
      };
      if (error !== null || this.direct === null) done();
      else this.direct.finishConsumer(consumerTag, done);
    });
  }

  protected getMessage(
    method: MethodToSend,
    answer: (error: Error | null, message: GetMessage | false) => void,
  ): void {
    this.request(method, ['basic.get-ok', 'basic.get-empty'], (error, ok) => {
      if (error !== null) answer(error, false);
      else if (ok?.name === 'basic.get-ok') this.getting = (message) => answer(null, message);
      else answer(null, false);
    });
  }

  protected acknowledge(deliveryTag: number, multiple: boolean): void {
    this.checkUsable();
    if (this.host.offline) return;
    const { settlement } = this;
    const wasPending = settlement.pending;
    settlement.ack(deliveryTag, multiple);
    if (!wasPending && settlement.pending) this.host.turnEndDue(this);
  }

  protected negativelyAcknowledge(tag: number, multiple: boolean, requeue: boolean): void {
    this.checkUsable();
    if (!this.host.offline) this.settlement.nack(tag, multiple, requeue);
  }

  protected rejectOne(tag: number, requeue: boolean): void {
    this.checkUsable();
    if (!this.host.offline) this.settlement.reject(tag, requeue);
  }

  delivered(message: ConsumeMessage): void {
    this.host.tally.deliveredOrdinary++;
    if (this.direct?.holds(message)) return;
    this.dispatch(message);
  }

  /** Hands a message to its consumer. */
  dispatch(message: ConsumeMessage): void {
    try {
      if (this.listenerCount('delivery') > 0) this.emit('delivery', message);
      const callback = this.consumers.get(message.fields.consumerTag);
      if (callback === undefined) {
        throw new Error(`Unknown consumer: ${message.fields.consumerTag}`);
      }
      callback(message);
    } catch (error) {
      this.handlerFailed(error, 'delivery');
    }
  }

  got(message: GetMessage): void {
    const { getting } = this;
    this.getting = null;
    getting?.(message);
  }

  returned(message: ReturnedMessage): void {
    try {
      this.emit('return', message);
    } catch (error) {
      this.handlerFailed(error, 'return');
    }
  }

  /** A listener threw: without `handler-error` listeners that ends the channel, as in amqplib. */
  private handlerFailed(error: unknown, event: string): void {
    if (reportHandlerError(this, error, event)) return;
    const cause = error instanceof Error ? error : new Error(String(error));
    this.closeWithError('Error while processing message', INTERNAL_ERROR, cause);
  }

  // --- Frames ---------------------------------------------------------------------------------

  receive(type: number, b: Buffer, at: number, end: number): void {
    if (this.closing !== null) {
      if (type === FRAME_METHOD) this.receiveWhileClosing(decodeMethod(b, at, end));
      return;
    }
    try {
      if (type === FRAME_BODY) this.deliveries.content(b, at, end);
      else if (type === FRAME_HEADER) this.deliveries.header(b, at, end);
      else if (readUint32(b, at) === BASIC_DELIVER) this.deliveries.deliver(b, at + 4, end);
      else this.receiveMethod(decodeMethod(b, at, end));
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.scope === 'connection') throw error;
      this.closeWithError(error.message, UNEXPECTED_FRAME, new Error(error.message));
    }
  }

  private receiveMethod(method: Method): void {
    switch (method.name) {
      case 'basic.get-ok':
        this.deliveries.announce(method);
        this.requestAnswered(method);
        return;
      case 'basic.return':
        this.deliveries.announce(method);
        return;
      case 'basic.ack':
        this.confirmed(method, null);
        return;
      case 'basic.nack':
        this.confirmed(method, new Error('message nacked'));
        return;
      case 'basic.cancel':
        this.cancelled(method.consumerTag);
        return;
      case 'channel.close':
        this.closedByBroker(method);
        return;
      case 'channel.flow':
        this.closeWithError(
          'Flow not implemented',
          NOT_IMPLEMENTED,
          new Error('Flow not implemented'),
        );
        return;
      default:
        this.requestAnswered(method);
    }
  }

  private requestAnswered(method: Method): void {
    const request = this.requests.finish();
    this.direct?.requestsChanged(this.requests.outstanding !== null);
    if (request === null) throw new Error(`Unexpected ${methodTitle(method.name)}`);
    if (request.expected.includes(method.name)) {
      this.host.answered(request.method, method);
      this.record.answered(request.method, method);
      request.answer(null, method);
      return;
    }
    const expected = request.expected.map(methodTitle).join(' or ');
    const text = `Expected ${expected}; got ${methodTitle(method.name)}`;
    const error = new Error(text);
    this.closeWithError(text, UNEXPECTED_FRAME, error);
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

  private cancelled(consumerTag: string): void {
    const callback = this.consumers.get(consumerTag);
    this.consumers.delete(consumerTag);
    this.record.consumerGone(consumerTag);
    this.direct?.consumerGone(consumerTag);
    safeEmit(this, 'cancel', { consumerTag });
    callback?.(null);
  }

  // --- The end --------------------------------------------------------------------------------

  /** Says goodbye once the broker has everything, and calls `done` when it has answered. */
  protected closeOrderly(done: () => void): void {
    this.checkUsable();
    const stack = captureStack('close called');
    this.refusal = { message: 'Channel closing', stack };
    if (this.waitsForLink) {
      this.closeDeferred = done;
      return;
    }
    this.prepareClose(() => {
      if (this.ended) done();
      else if (this.waitsForLink) this.closeDeferred = done;
      else if (this.closing === null) this.sayGoodbye('Goodbye', REPLY_SUCCESS, done);
    });
  }

  prepareClose(done: () => void): void {
    if (this.direct === null) done();
    else this.direct.drain(done);
  }

  private closeWithError(reason: string, code: number, error: Error): void {
    this.refusal = { message: 'Channel closing', stack: captureStack(reason) };
    this.sayGoodbye(reason, code, () => {
      safeEmit(this, 'error', Object.assign(error, { code }));
    });
  }

  private sayGoodbye(replyText: string, replyCode: number, done: () => void): void {
    this.settlement.flush();
    this.sendNow({ name: 'channel.close', replyText, replyCode, ...NO_BODY });
    this.closing = done;
  }

  private receiveWhileClosing(method: Method): void {
    if (method.name === 'channel.close') this.sendNow({ name: 'channel.close-ok' });
    else if (method.name === 'channel.close-ok') {
      this.closing?.();
      this.toClosed(captureStack('ChannelCloseOk frame received'));
    }
  }

  private closedByBroker(close: ChannelClose): void {
    const text = `Channel closed by server: ${closeText(close)}`;
    this.refusal = { message: 'Channel closed', stack: captureStack(text) };
    this.ended = true;
    this.sendNow({ name: 'channel.close-ok' });
    const request = this.requests.suspend();
    request?.answer(requestError(request, close), null);
    try {
      safeEmit(this, 'error', brokerError(text, close));
    } finally {
      this.toClosed(captureStack(text));
    }
  }

  connectionClosed(stack: string): void {
    const { closing } = this;
    this.closing = null;
    this.toClosed(stack);
    closing?.();
  }

  private toClosed(stack: string): void {
    if (this.number === 0) return;
    this.ended = true;
    this.refusal = { message: 'Channel closed', stack };
    this.direct?.close();
    this.direct = null;
    this.requests.reject(new Error('Channel ended, no reply will be forthcoming'));
    this.host.release(this.number);
    this.number = 0;
    this.closeDeferred?.();
    this.closeDeferred = null;
    this.confirms.abandon(new Error('channel closed'), true);
    safeEmit(this, 'close');
  }

  // --- Turns of the event loop, and other connections -----------------------------------------

  turnEnds(): void {
    if (this.refusal === null) this.settlement.flush();
  }

  drained(): void {
    this.publisher.drained();
    safeEmit(this, 'drain');
  }

  suspend(): void {
    if (this.closing !== null) {
      this.connectionClosed(captureStack('Connection lost'));
      return;
    }
    const error = new Error('Connection lost, no reply will be forthcoming');
    const unanswered = this.requests.suspend();
    this.direct?.suspend();
    this.deliveries.restart();
    this.settlement.restart(this.deliveries.tagOffset);
    this.getting = null;
    unanswered?.answer(error, null);
    this.confirms.abandon(new Error('connection lost'), false);
  }

  async restore(): Promise<void> {
    if (!this.wasOpen && this.closeDeferred !== null) {
      this.toClosed(captureStack('close called'));
      return;
    }
    this.publisher.configure(this.number);
    if (this.wasOpen) {
      await this.askFirst({ name: 'channel.open' }, 'channel.open-ok');
      for (const { method, expected } of this.record.methods()) {
        const translated = this.host.translate(method);
        const answer = await this.askFirst(translated, expected);
        if (translated.name === 'basic.consume' && answer.name === 'basic.consume-ok') {
          this.direct?.consumerStarted(translated, answer.consumerTag);
        }
      }
    }
    const done = this.closeDeferred;
    this.closeDeferred = null;
    if (done !== null) this.sayGoodbye('Goodbye', REPLY_SUCCESS, done);
    else this.requests.resume();
  }

  /** Sends a request in front of those that wait for the new connection. */
  private askFirst(method: MethodToSend, expected: Method['name']): Promise<Method> {
    return new Promise((resolve, reject) => {
      const request = this.toRequest(method, [expected], false, (error, answer) => {
        if (answer === null) reject(error);
        else resolve(answer);
      });
      this.requests.addFirst(request);
    });
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
