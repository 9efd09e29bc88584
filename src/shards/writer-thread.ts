import { MessageChannel, type MessagePort, type ResourceLimits, Worker } from 'node:worker_threads';
import type { FeedLimits } from '../dmp-writer/feed-limits.ts';
import type { FeedWriterSettings } from '../dmp-writer/feed-writer.ts';
import type { Producer } from '../dmp-writer/inlet.ts';
import { Doorbell } from '../ring/parking.ts';
import { createMailCount, MailOut } from './control-mail.ts';
import { hearLastWords } from './last-words.ts';
import type { RingLink } from './ring-link.ts';
import { workerEntry } from './worker-entry.ts';
import type { WriterEvents } from './writer-events.ts';
import type { FeedOrder, FromWriter, ToWriter, WriterStart } from './writer-messages.ts';

/** What a writer thread is started with. */
export interface WriterThreadOptions {
  /** Name of the thread, as debuggers and the operating system show it. */
  readonly name: string;
  readonly settings: FeedWriterSettings;
  readonly doorbells: SharedArrayBuffer;
  readonly doorbell: number;
  readonly counters: SharedArrayBuffer;
  readonly counterBlock: number;
  /** Memory for a LoanNote. */
  readonly note: SharedArrayBuffer;
  readonly resourceLimits: ResourceLimits;
}

/** A writer thread, as main sees it. When it ends, main decides whether to start another. */
export class WriterThread {
  private readonly worker: Worker;
  private readonly control: MessagePort;
  private readonly mail: MailOut<ToWriter>;
  private readonly events: WriterEvents;
  /** Its number in the operating system; null until it is ready, or where nobody says. */
  osThread: number | null = null;
  private failure: Error | null = null;
  private isStopping = false;

  constructor(options: WriterThreadOptions, events: WriterEvents) {
    const { name, settings, doorbells, doorbell, counters, counterBlock, note } = options;
    const { port1, port2 } = new MessageChannel();
    const mailCount = createMailCount();
    const start: WriterStart = {
      settings,
      doorbells,
      doorbell,
      counters,
      counterBlock,
      control: port2,
      mailCount,
      note,
    };
    this.events = events;
    this.control = port1;
    this.mail = new MailOut(port1, mailCount, Doorbell.attach(doorbells, doorbell));
    this.worker = new Worker(workerEntry('writer-worker'), {
      name,
      resourceLimits: options.resourceLimits,
      workerData: start,
      transferList: [port2],
    });
    this.control.on('message', (message: FromWriter) => this.hear(message));
    this.worker.on('error', (error: Error) => {
      this.failure = error;
    });
    this.worker.on('exit', (code: number) => this.finish(code));
  }

  /** Has the feed served; its descriptor must stay open until it is said to be gone or released. */
  addFeed(feed: FeedOrder): void {
    this.mail.send({ kind: 'addFeed', feed });
  }

  /** Changes how far a feed may be behind. */
  setLimits(slot: number, limits: FeedLimits): void {
    this.mail.send({ kind: 'setLimits', slot, limits });
  }

  /** Ends a feed; `onFeedReleased` says when its descriptor may be closed. */
  removeFeed(slot: number): void {
    this.mail.send({ kind: 'removeFeed', slot });
  }

  /** Has a ring read. It takes the place of one from the same producer, which must have ended. */
  attachRing(from: Producer, link: RingLink): void {
    this.mail.send({ kind: 'attachRing', from, link }, [link.port]);
  }

  /** A shard has died while it had this writer's place: feeds it was writing to are ended. */
  loanBroken(): void {
    this.mail.send({ kind: 'loanBroken' });
  }

  /** Ends all feeds, then the thread: `onFeedReleased` for each, then `onExit(null)`. */
  stop(): void {
    this.isStopping = true;
    this.mail.send({ kind: 'stop' });
  }

  /** Ends a thread that doesn't answer, at once; `onExit` follows. */
  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private hear(message: FromWriter): void {
    switch (message.kind) {
      case 'ready':
        this.osThread = message.osThread;
        this.events.onReady();
        break;
      case 'feedReleased':
        this.events.onFeedReleased(message.slot, message.report);
        break;
      case 'feedGone':
        this.events.onFeedGone(message.report, message.reason);
        break;
      case 'feedWarn':
        this.events.onFeedWarn(message.report);
        break;
      case 'feedDropping':
        this.events.onFeedDropping(message.report);
        break;
      case 'barrierOverdue':
        this.events.onBarrierOverdue(message.slot);
        break;
      case 'markReached':
        this.events.onMarkReached(message.slot, message.mark);
        break;
      case 'fencePassed':
        this.events.onFencePassed(message.slot, message.fence);
        break;
    }
  }

  private finish(code: number): void {
    hearLastWords<FromWriter>(this.control, (message) => this.hear(message));
    if (this.failure === null && !(this.isStopping && code === 0)) {
      this.failure = new Error(`The thread ended with code ${code}`);
    }
    this.events.onExit(this.failure);
  }
}
