import { MessageChannel, type MessagePort, type ResourceLimits, Worker } from 'node:worker_threads';
import { hearLastWords } from './last-words.ts';
import type { RingLink } from './ring-link.ts';
import type { ShardEvents } from './shard-events.ts';
import type {
  FromShard,
  ShardStart,
  SinkLease,
  TopologyChange,
  ToShard,
  VhostSnapshot,
} from './shard-messages.ts';
import { workerEntry } from './worker-entry.ts';

/** What a shard thread is started with. */
export interface ShardThreadOptions {
  /** Name of the thread, as debuggers and the operating system show it. */
  readonly name: string;
  /** The largest content accepted, its size field included, octets. */
  readonly maxContentOctets: number;
  /** The writing end of the ring that leads to main. */
  readonly main: RingLink;
  readonly counters: SharedArrayBuffer;
  readonly counterBlock: number;
  readonly resourceLimits: ResourceLimits;
}

/** A shard thread, as main sees it. It isn't started again when it ends: that is for main to do. */
export class ShardThread {
  private readonly worker: Worker;
  private readonly control: MessagePort;
  private readonly events: ShardEvents;
  /** The sinks that aren't closed; true for those whose descriptor the shard has taken. */
  private readonly sinks = new Map<number, boolean>();
  /** Its number in the operating system; null until it is ready, or where nobody says. */
  osThread: number | null = null;
  private failure: Error | null = null;
  private isStopping = false;

  constructor(options: ShardThreadOptions, events: ShardEvents) {
    const { name, maxContentOctets, main, counters, counterBlock, resourceLimits } = options;
    const { port1, port2 } = new MessageChannel();
    const start: ShardStart = { maxContentOctets, main, counters, counterBlock, control: port2 };
    this.events = events;
    this.control = port1;
    this.worker = new Worker(workerEntry('shard-worker'), {
      name,
      resourceLimits,
      workerData: start,
      transferList: [port2, main.port],
    });
    this.control.on('message', (message: FromShard) => this.hear(message));
    this.worker.on('error', (error: Error) => {
      this.failure = error;
    });
    this.worker.on('exit', (code: number) => this.finish(code));
  }

  /** Tells the shard a whole virtual host: before the first lease there and the first change. */
  sendSnapshot(snapshot: VhostSnapshot): void {
    this.send({ kind: 'snapshot', snapshot });
  }

  /** Has the shard forget a virtual host whose sinks are closed. */
  deleteVhost(vhost: string): void {
    this.send({ kind: 'vhostDeleted', vhost });
  }

  /** Has the shard change its copy of a virtual host; `onSynced` follows. */
  sendChanges(vhost: string, changes: readonly TopologyChange[], sequence: number): void {
    this.send({ kind: 'changes', vhost, changes, sequence });
  }

  /** Gives the shard the writing end of the ring that leads to a writer, in place of another. */
  attachRing(writer: number, link: RingLink): void {
    this.send({ kind: 'attachRing', writer, link }, [link.port]);
  }

  /** Has the shard forget the ring that leads to a writer: nobody reads it any more. */
  detachRing(writer: number): void {
    this.send({ kind: 'detachRing', writer });
  }

  /**
   * Gives the shard a sink's connection: it reads from the descriptor, and closes it.
   * @param leftOver octets that were read from it already; copied
   */
  attachSink(lease: SinkLease, fd: number, leftOver: Buffer): void {
    this.sinks.set(lease.sink, false);
    // Copied here, because a message takes all of the memory that a view is of.
    this.send({ kind: 'attachSink', lease, fd, leftOver: new Uint8Array(leftOver) });
  }

  /** Has a sink's connection closed when what has come is routed; `onSinkClosed` follows. */
  closeSink(sink: number): void {
    this.send({ kind: 'closeSink', sink });
  }

  /** Closes all sinks, then the thread: `onSinkClosed` for each, then `onExit(null)`. */
  stop(): void {
    this.isStopping = true;
    this.send({ kind: 'stop' });
  }

  /** Ends a thread that doesn't answer, at once; the same follows as after `stop`. */
  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  /** Milliseconds since it started in which its event loop worked, and in which it waited. */
  load(): { busyMs: number; idleMs: number } {
    const { active, idle } = this.worker.performance.eventLoopUtilization();
    return { busyMs: active, idleMs: idle };
  }

  private send(message: ToShard, transferred: readonly MessagePort[] = []): void {
    this.control.postMessage(message, transferred);
  }

  private hear(message: FromShard): void {
    switch (message.kind) {
      case 'ready':
        this.osThread = message.osThread;
        this.events.onReady();
        break;
      case 'synced':
        this.events.onSynced(message.sequence);
        break;
      case 'sinkTaken':
        this.sinks.set(message.sink, true);
        break;
      case 'sinkClosed':
        this.sinks.delete(message.sink);
        this.events.onSinkClosed(message.sink, message.reason, true);
        break;
    }
  }

  private finish(code: number): void {
    hearLastWords<FromShard>(this.control, (message) => this.hear(message));
    if (this.failure === null && !(this.isStopping && code === 0)) {
      this.failure = new Error(`The thread ended with code ${code}`);
    }
    for (const [sink, isTaken] of this.sinks) {
      // The system closed what the thread had open.
      this.events.onSinkClosed(sink, 'the thread that read it has ended', isTaken);
    }
    this.sinks.clear();
    this.events.onExit(this.failure);
  }
}
