import { performance } from 'node:perf_hooks';
import type { ReaderTally } from '../dmp-reader/reader-tally.ts';
import { RingOutlet } from '../dmp-reader/ring-outlet.ts';
import { WriterLoan } from '../dmp-reader/writer-loan.ts';
import { CounterPage } from '../ring/counters.ts';
import { LoanNote } from '../ring/loan-note.ts';
import { Doorbell } from '../ring/parking.ts';
import { RingProducer } from '../ring/ring-producer.ts';
import { SpscRing } from '../ring/spsc-ring.ts';
import { writeSome } from './fd-sink.ts';
import type { LoanLink, RingLink } from './ring-link.ts';
import { RingWriterPort } from './ring-port.ts';
import { ShardCore } from './shard-core.ts';
import type { FromShard, SinkLease, ToShard } from './shard-messages.ts';
import { SinkMemory, SinkSocket } from './sink-socket.ts';

/** A shard in a thread of its own: does what main's messages say, and owns sockets and ports. */
export class ShardHost {
  private readonly core: ShardCore;
  private readonly tally: ReaderTally;
  private readonly tell: (message: FromShard) => void;
  private readonly memory = new SinkMemory();
  private readonly sockets = new Map<number, SinkSocket>();
  private readonly ports = new Map<number, RingWriterPort>();
  private readonly mainPort: RingWriterPort;
  private stopped: (() => void) | null = null;

  /** @param tell posts a message to main */
  constructor(
    main: RingLink,
    tally: ReaderTally,
    maxContentOctets: number,
    tell: (message: FromShard) => void,
  ) {
    this.tally = tally;
    this.tell = tell;
    const { outlet, port } = this.connect(main);
    this.mainPort = port;
    this.core = new ShardCore(outlet, tally, maxContentOctets);
  }

  /** Does what `message` says; `stop` apart. */
  obey(message: Exclude<ToShard, { kind: 'stop' }>): void {
    switch (message.kind) {
      case 'snapshot':
        this.core.applySnapshot(message.snapshot);
        break;
      case 'vhostDeleted':
        this.core.deleteVhost(message.vhost);
        break;
      case 'changes':
        this.core.applyChanges(message.vhost, message.changes);
        this.tell({ kind: 'synced', sequence: message.sequence });
        break;
      case 'attachRing':
        this.attachRing(message.writer, message.link);
        break;
      case 'detachRing':
        this.detachRing(message.writer);
        break;
      case 'attachSink':
        this.attachSink(message.lease, message.fd, message.leftOver);
        break;
      case 'closeSink':
        this.sockets.get(message.sink)?.close();
        break;
    }
    this.core.publish();
  }

  /** Closes all sinks and ports; calls `done` when that is done. */
  stop(done: () => void): void {
    this.stopped = done;
    for (const socket of this.sockets.values()) socket.close();
    this.endIfStopped();
  }

  private attachSink(lease: SinkLease, fd: number, leftOver: Uint8Array): void {
    const { sink } = lease;
    // Said before it is true: that a thread which dies here leaves a descriptor open is better than
    // that main closes one that it hasn't got.
    this.tell({ kind: 'sinkTaken', sink });
    const socket = new SinkSocket(fd, this.memory, {
      routed: () => this.core.publish(),
      closed: (reason) => this.sinkClosed(sink, reason),
    });
    this.sockets.set(sink, socket);
    const reader = this.core.attachSink(lease, socket);
    if (reader === null) socket.fail(`no exchange '${lease.exchange}'`);
    else socket.start(reader, leftOver);
  }

  private sinkClosed(sink: number, reason: string | null): void {
    this.sockets.delete(sink);
    this.tell({ kind: 'sinkClosed', sink, reason });
    this.endIfStopped();
  }

  private endIfStopped(): void {
    if (this.stopped === null || this.sockets.size > 0) return;
    this.core.publish();
    this.mainPort.close();
    for (const port of this.ports.values()) port.close();
    this.stopped();
  }

  private attachRing(writer: number, link: RingLink): void {
    this.detachRing(writer);
    const { outlet, port } = this.connect(link);
    this.ports.set(writer, port);
    this.core.attachWriter(writer, outlet);
  }

  private detachRing(writer: number): void {
    this.core.detachWriter(writer);
    this.ports.get(writer)?.close();
    this.ports.delete(writer);
  }

  private connect(link: RingLink): { outlet: RingOutlet; port: RingWriterPort } {
    const bell = Doorbell.attach(link.doorbells, link.readerDoorbell);
    const producer = new RingProducer(SpscRing.attach(link.ring), bell);
    const port = new RingWriterPort(link.port, () => {
      outlet.spaceGranted();
      this.core.publish();
    });
    const loan = link.loan === undefined ? null : loanOf(link.loan, bell);
    const outlet = new RingOutlet(producer, port, this.tally, loan);
    return { outlet, port };
  }
}

function loanOf({ borrower, note, counters, counterBlock }: LoanLink, bell: Doorbell): WriterLoan {
  return new WriterLoan({
    bell,
    borrower,
    note: new LoanNote(note),
    counters: CounterPage.attach(counters).block(counterBlock),
    write: writeSome,
    now: () => performance.now(),
  });
}
