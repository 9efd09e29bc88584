import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { CounterPage } from '../ring/counters.ts';
import { createDoorbells, Doorbell } from '../ring/parking.ts';
import { RingProducer } from '../ring/ring-producer.ts';
import { SpscRing } from '../ring/spsc-ring.ts';
import { createMailCount, MailOut } from '../shards/control-mail.ts';
import { hearLastWords } from '../shards/last-words.ts';
import { workerEntry } from '../shards/worker-entry.ts';
import type { EntryRange } from './recall.ts';
import { StoreClient } from './store-client.ts';
import type { FromStore, StoreStart, ToStore } from './store-messages.ts';

/** Main's ring to the store: a few milliseconds of the fastest publishers. */
const RING_OCTETS = 8 * 1024 * 1024;

const ONLY_DOORBELL = 0;

/** Directories that brokers of this process have open. */
const openDirectories = new Set<string>();

/** What a data directory holds, piece by piece, in this order. */
export interface Recovery {
  definitions(
    entries: readonly (readonly [key: string, value: string])[],
    client: StoreClient,
  ): void;
  /**
   * What is to come of messages.
   *
   * @param taken by log: the highest entry that was delivered
   */
  messages(taken: ReadonlyMap<number, number>, chunks: number): void;
  /** A chunk (chunk-format.ts) and the bits of its settled entries, to be kept if need be. */
  chunk(octets: Buffer, settled: Buffer | null): void;
  /** Calls back, at once or later, when more chunks may come. */
  whenRoom(goOn: () => void): void;
}

/** What happens to an open store; called from its port, outside of turns. */
export interface StoreEvents {
  /** All groups up to this one are durable. */
  onDurable(group: number): void;
  /** The ring has room again. */
  onSpaceGranted(): void;
  /** Nothing can be written for now; what isn't durable waits. */
  onFailing(reason: string): void;
  onWritingAgain(): void;
  /** The thread has died: what isn't durable will not be. */
  onLost(error: Error): void;
}

/** The thread that owns a data directory, as main sees it. */
export class StoreThread {
  readonly client: StoreClient;
  /** One block, which the thread writes. */
  readonly counters = CounterPage.create(['store']);
  /** Milliseconds since the epoch. */
  readonly startedAtMs = Date.now();
  /** What the operating system calls it; null until it has started, or where it doesn't say. */
  osThread: number | null = null;
  isRunning = true;
  private readonly directory: string;
  private readonly worker: Worker;
  private readonly control: MessagePort;
  private readonly mail: MailOut<ToStore>;
  private readonly ended: Promise<void>;
  private events: StoreEvents | null = null;
  private receiver: (message: FromStore) => void = (message) => this.hear(message);
  private failure: Error | null = null;
  private readonly recalls = new Map<number, (chunk: Buffer | string) => void>();
  private nextRecall = 1;
  private isStopping = false;

  private constructor(directory: string, onCongestion: (congested: boolean) => void) {
    const ring = SpscRing.create(RING_OCTETS);
    const doorbells = createDoorbells(1);
    const bell = Doorbell.attach(doorbells, ONLY_DOORBELL);
    const { port1, port2 } = new MessageChannel();
    const mailCount = createMailCount();
    const start: StoreStart = {
      directory,
      ring,
      doorbells,
      doorbell: ONLY_DOORBELL,
      control: port2,
      mailCount,
      counters: this.counters.buffer,
    };
    this.directory = directory;
    this.control = port1;
    this.mail = new MailOut(port1, mailCount, bell);
    this.client = new StoreClient(new RingProducer(SpscRing.attach(ring), bell), onCongestion);
    this.worker = new Worker(workerEntry('../store/store-worker'), {
      name: 'directmq-store',
      workerData: start,
      transferList: [port2],
    });
    this.control.on('message', (message: FromStore) => this.receive(message));
    this.worker.on('error', (error: Error) => {
      this.failure = error;
    });
    this.ended = new Promise((resolveEnded) => {
      this.worker.on('exit', () => {
        this.finish();
        resolveEnded();
      });
    });
  }

  /**
   * Opens a data directory, making one where there is none, and hands out what it holds.
   *
   * @param onCongestion told when publishers must be stopped, and when they may go on
   * @throws Error that says what to do if the directory can't be used
   */
  static async open(
    path: string,
    recovery: Recovery,
    onCongestion: (congested: boolean) => void,
  ): Promise<StoreThread> {
    const directory = realPath(path);
    if (openDirectories.has(directory)) {
      throw new Error(
        `the data directory ${path} is in use by another broker of this process: ` +
          'stop it, or choose another directory',
      );
    }
    openDirectories.add(directory);
    const thread = new StoreThread(directory, onCongestion);
    try {
      thread.client.startEntriesAt(await thread.recover(recovery));
      return thread;
    } catch (error) {
      await thread.stop();
      throw error;
    }
  }

  /** From now on `events` are told what happens. */
  listen(events: StoreEvents): void {
    this.events = events;
  }

  /**
   * Asks for what is stored of a range of entries, all of which must be durable.
   *
   * @param done gets a chunk, or why there is none; called from the port, outside of turns
   */
  recall(range: EntryRange, done: (chunk: Buffer | string) => void): void {
    const id = this.nextRecall++;
    this.recalls.set(id, done);
    this.mail.send({ kind: 'recall', id, range });
  }

  /** Has everything written, then ends the thread. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.mail.send({ kind: 'stop' });
    await this.ended;
    openDirectories.delete(this.directory);
  }

  /** @returns the first entry number that is free */
  private recover(recovery: Recovery): Promise<number> {
    return new Promise((resolveEntry, reject) => {
      const hear = (message: FromStore) => {
        switch (message.kind) {
          case 'refused':
            reject(new Error(message.reason));
            break;
          case 'definitions':
            recovery.definitions(message.entries, this.client);
            break;
          case 'messages':
            recovery.messages(message.taken, message.chunks);
            break;
          case 'chunk': {
            const { octets, settled } = message;
            recovery.chunk(bufferOf(octets), settled === null ? null : bufferOf(settled));
            recovery.whenRoom(() => this.mail.send({ kind: 'chunksTaken', count: 1 }));
            break;
          }
          case 'recovered':
            this.receiver = (later) => this.hear(later);
            resolveEntry(message.nextEntry);
            break;
        }
      };
      this.receiver = (message) => {
        try {
          hear(message);
        } catch (error) {
          reject(error);
        }
      };
      void this.ended.then(() => reject(this.failure ?? new Error('the store thread has ended')));
    });
  }

  private receive(message: FromStore): void {
    if (message.kind === 'started') this.osThread = message.osThread;
    else this.receiver(message);
  }

  private hear(message: FromStore): void {
    switch (message.kind) {
      case 'durable':
        this.events?.onDurable(message.group);
        break;
      case 'recalled': {
        const { id, chunk } = message;
        const done = this.recalls.get(id);
        this.recalls.delete(id);
        done?.(typeof chunk === 'string' ? chunk : bufferOf(chunk));
        break;
      }
      case 'spaceGranted':
        this.events?.onSpaceGranted();
        break;
      case 'failing':
        this.events?.onFailing(message.reason);
        break;
      case 'writingAgain':
        this.events?.onWritingAgain();
        break;
    }
  }

  private finish(): void {
    this.isRunning = false;
    this.osThread = null;
    hearLastWords<FromStore>(this.control, (message) => this.receive(message));
    if (this.isStopping && this.failure === null) return;
    this.events?.onLost(this.failure ?? new Error('the store thread has ended'));
  }
}

function bufferOf(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
