import type { ChannelHost } from '../amqp/ports.ts';
import { LEASE_ATTEMPTS_MAX } from '../limits.ts';
import { BatchWriter } from '../net/batch-writer.ts';
import type * as Options from '../types/options.ts';
import type { SinkStats } from '../types/stats.ts';
import { ContentSplitter } from './content-splitter.ts';
import type { DirectClient } from './direct-client.ts';
import type { DirectMode } from './direct-mode.ts';
import type { LeasedLine, LeasedLineUser } from './leased-line.ts';
import { PublishContents } from './publish-contents.ts';

/**
 * `idle`: the next message asks for a lease; `opening`: messages wait for the direct connection;
 * `draining`: the broker is reading the last of them, and newer messages are held as frames;
 * `ordinary`: for good.
 */
type State = 'idle' | 'opening' | 'direct' | 'draining' | 'ordinary';

/**
 * How one channel's messages reach one exchange. Whatever way they take, they arrive in the order
 * in which they were published:
 *
 * - Those that wait for a direct connection which never comes leave as frames, in order.
 * - Before frames follow contents, the direct connection is closed and the broker has read it to
 *   its end.
 * - Before contents follow frames, the broker has answered a request behind the frames, for the
 *   lease.
 */
export class SinkRoute implements LeasedLineUser {
  private readonly exchange: string;
  private readonly host: ChannelHost;
  private readonly mode: DirectMode;
  private readonly client: DirectClient;
  private readonly contents: PublishContents;
  private readonly writer: BatchWriter;
  private state: State = 'idle';
  private reason: string | null = null;
  private line: LeasedLine | null = null;
  private attempts = 0;
  private held: BatchWriter | null = null;
  private drainedCallbacks: (() => void)[] = [];
  private ending = false;
  private paused = false;
  private flushScheduled = false;
  private waitingMessages = 0;
  private thirsty = false;
  private readonly flush = () => this.onTurnEnd();

  constructor(exchange: string, host: ChannelHost, mode: DirectMode, client: DirectClient) {
    this.exchange = exchange;
    this.host = host;
    this.mode = mode;
    this.client = client;
    this.contents = new PublishContents(exchange);
    this.writer = new BatchWriter(
      host.settings.batchOctets,
      host.settings.unwrittenMaxOctets,
      () => this.scheduleFlush(),
      () => this.allWritten(),
    );
  }

  get stats(): SinkStats {
    // While it drains, messages wait for what comes then, as they do while it opens.
    const mode = this.state === 'draining' ? 'opening' : this.state;
    return { exchange: this.exchange, mode, reason: this.reason };
  }

  /** @returns what `publish` returns; null if the message must go the ordinary way, at once */
  publish(
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): boolean | null {
    if (this.state === 'ordinary' || (this.state === 'idle' && this.host.offline)) return null;
    const fits = this.contents.fits(routingKey, content, options);
    if (this.state === 'idle' && fits) this.open();
    if (!fits) this.retire('a message needs the AMQP connection');
    if (this.held !== null) return this.hold(this.held, routingKey, content, options);
    // Opening or retiring may just have failed or finished.
    if (this.currentState() === 'ordinary') return null;
    this.writer.checkRoom();
    this.contents.write(this.writer, content);
    this.host.tally.publishedDirect++;
    return this.accepted();
  }

  /** While paused nothing leaves: the broker might read it before it reads what was asked first. */
  pause(paused: boolean): void {
    this.paused = paused;
    if (this.state !== 'draining') this.writer.paused = paused;
  }

  /** Calls `done` when the broker has read all messages published so far. */
  drain(done: () => void): void {
    if (this.state === 'opening') this.abandon('idle');
    if (this.state === 'direct') this.startDraining();
    if (this.state === 'draining') this.drainedCallbacks.push(done);
    else done();
  }

  /** The AMQP connection is being replaced: what is not written leaves over the next one. */
  suspend(): void {
    const { line } = this;
    this.line = null;
    line?.destroy(new Error('Connection lost'));
    this.fallBack();
    if (this.state === 'draining') this.finishDraining();
    else if (this.state !== 'ordinary') this.state = 'idle';
    this.attempts = 0;
  }

  /** The channel is gone. */
  close(): void {
    this.state = 'ordinary';
    this.reason = 'channel closed';
    const { line } = this;
    this.line = null;
    line?.destroy(new Error('Channel closed'));
    this.finishDraining();
  }

  // --- The direct connection --------------------------------------------------------------------

  private currentState(): State {
    return this.state;
  }

  private open(): void {
    if (this.attempts >= LEASE_ATTEMPTS_MAX) {
      this.becomeOrdinary(this.reason ?? `leased ${this.attempts} times`);
      return;
    }
    const line = this.mode.openLine('sink', this.exchange, this);
    if (line === null) {
      this.becomeOrdinary('directMax');
      return;
    }
    this.attempts++;
    this.line = line;
    this.state = 'opening';
  }

  ready(): void {
    if (this.state !== 'opening' || this.line === null) return;
    this.state = 'direct';
    this.reason = null;
    this.writer.attach(this.line);
    if (this.writer.unwrittenOctets === 0) this.allWritten();
  }

  received(): void {
    // A broker sends nothing on a sink but heartbeats.
  }

  written(): void {
    this.writer.written();
  }

  returned(message: Parameters<DirectClient['returned']>[0]): void {
    this.client.returned(message);
  }

  closed(reason: Error): void {
    if (this.line === null) return;
    this.line = null;
    switch (this.state) {
      case 'opening':
        // The broker does not grant it now: it will hardly grant it a moment later.
        this.fallBack();
        this.becomeOrdinary(reason.message);
        return;
      case 'draining':
        this.fallBack();
        this.finishDraining();
        return;
      default:
        this.reason = reason.message;
        this.reopen();
    }
  }

  /** The direct connection broke: what it did not take entirely is sent again. */
  private reopen(): void {
    this.writer.detach();
    this.state = 'idle';
    if (this.writer.unwrittenOctets > 0) this.open();
    if (this.currentState() === 'ordinary') this.fallBack();
  }

  // --- Leaving Direct Mode ----------------------------------------------------------------------

  private becomeOrdinary(reason: string): void {
    this.state = 'ordinary';
    this.reason = reason;
  }

  /** This and all later messages go the ordinary way, behind those that went directly. */
  private retire(reason: string): void {
    if (this.state === 'opening') this.abandon('ordinary');
    else if (this.state === 'direct') this.startDraining();
    else if (this.state === 'idle') this.state = 'ordinary';
    this.attempts = LEASE_ATTEMPTS_MAX;
    this.reason = reason;
  }

  private abandon(state: State): void {
    const { line } = this;
    this.line = null;
    line?.destroy(new Error('Not needed any more'));
    this.fallBack();
    this.state = state;
  }

  private startDraining(): void {
    this.state = 'draining';
    this.ending = false;
    const { batchOctets, unwrittenMaxOctets } = this.host.settings;
    const ignore = () => {};
    this.held = new BatchWriter(batchOctets, unwrittenMaxOctets, ignore, ignore);
    this.writer.paused = false;
    this.writer.flush();
    if (this.writer.unwrittenOctets === 0) this.endLine();
  }

  private endLine(): void {
    if (this.ending) return;
    this.ending = true;
    this.line?.end();
  }

  private finishDraining(): void {
    const callbacks = this.drainedCallbacks;
    const held = this.held?.takeUnwritten() ?? [];
    this.drainedCallbacks = [];
    this.held = null;
    if (this.state === 'draining') {
      this.state = this.attempts >= LEASE_ATTEMPTS_MAX ? 'ordinary' : 'idle';
    }
    for (const callback of callbacks) callback();
    for (const batch of held) this.host.output.append(batch);
    this.writer.paused = this.paused;
    this.relieve();
  }

  /** Sends what the direct connection did not take as frames. */
  private fallBack(): void {
    const splitter = new ContentSplitter();
    const { tally } = this.host;
    for (const batch of this.writer.takeUnwritten()) {
      splitter.push(batch, (b, cursor) => {
        tally.publishedDirect--;
        this.client.writeContent(b, cursor);
      });
    }
    this.relieve();
  }

  private hold(
    held: BatchWriter,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): boolean {
    held.checkRoom();
    this.client.writeFrames(held, this.exchange, routingKey, content, options);
    return this.accepted();
  }

  // --- Turns, and back-pressure -----------------------------------------------------------------

  private scheduleFlush(): void {
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    process.nextTick(this.flush);
  }

  private onTurnEnd(): void {
    this.flushScheduled = false;
    this.writer.flush();
    if (this.writer.unwrittenOctets === 0) this.allWritten();
  }

  private allWritten(): void {
    if (this.state === 'draining') this.endLine();
    else this.relieve();
  }

  private accepted(): boolean {
    this.waitingMessages++;
    if (this.waitingMessages < this.client.highWater && !this.writer.congested) return true;
    this.thirsty = true;
    return false;
  }

  /**
   * Tells the application to go on, not at once: else it could keep the event loop from its turn.
   */
  private relieve(): void {
    this.waitingMessages = 0;
    if (!this.thirsty) return;
    this.thirsty = false;
    setImmediate(() => this.client.drained());
  }
}
