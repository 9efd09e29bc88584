import type {
  DirectReport,
  RingReport,
  ThreadReport,
} from '../../amqp-control/direct/direct-report.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { CpuUse, DirectWatch } from '../tables/direct-watch.ts';

/** A ring this full keeps its producer waiting: there may be no room for the next run. */
const BLOCKED_FILL = 0.9;

/** Shows Direct Mode. */
export class DirectPresenter {
  private readonly report: DirectReport;
  private readonly watch: DirectWatch;
  /** Names of connections by number. */
  private readonly connections: ReadonlyMap<number, string>;

  constructor(report: DirectReport, watch: DirectWatch, connections: ReadonlyMap<number, string>) {
    this.report = report;
    this.watch = watch;
    this.connections = connections;
  }

  threads(): JsonObject[] {
    const threads = this.report.threads.map((thread) => ({
      name: threadName(thread),
      kind: thread.kind,
      running: thread.isRunning,
      restarts: thread.restarts,
      utilisation: this.watch.utilisation(thread),
      ...cpuOf(this.watch.cpuOf(thread)),
      in_main: this.report.mode === 'local' && inPlane(thread),
      counters: thread.counters,
    }));
    const own = {
      name: 'management',
      kind: 'management',
      running: true,
      restarts: 0,
      utilisation: this.watch.ownUtilisation,
      ...cpuOf(this.watch.ownCpu),
      in_main: false,
      counters: {},
    };
    return [...threads, own];
  }

  rings(): JsonObject[] {
    return this.report.rings.map((ring) => {
      const fill = ring.usedOctets / ring.capacityOctets;
      return {
        source: endName(ring.from),
        target: endName(ring.to),
        capacity_octets: ring.capacityOctets,
        used_octets: ring.usedOctets,
        fill,
        blocked: fill >= BLOCKED_FILL,
      };
    });
  }

  leases(): JsonObject[] {
    return this.report.leases.map((lease) => ({
      kind: lease.kind,
      vhost: lease.vhost,
      name: lease.name,
      connection: this.connectionName(lease.connection),
      state: lease.state,
      expires_in: lease.expiresInMs,
    }));
  }

  sinks(): JsonObject[] {
    return this.report.sinks.map((sink) => ({
      id: sink.sink,
      vhost: sink.vhost,
      exchange: sink.exchange,
      connection: this.connectionName(sink.connection),
      peer: sink.peer,
      thread: `shard-${sink.shard}`,
      messages: sink.contentsIn,
      copies: sink.copiesOut,
      octets: sink.octetsIn,
    }));
  }

  feeds(): JsonObject[] {
    return this.report.feeds.map((feed) => ({
      id: feed.slot,
      vhost: feed.vhost,
      queue: feed.queue,
      connection: this.connectionName(feed.connection),
      peer: feed.peer,
      thread: `writer-${feed.writer}`,
      active: feed.isActive,
      backlog_messages: feed.backlogContents,
      backlog_octets: feed.backlogOctets,
      dropped: feed.contentsDropped,
      dropped_octets: feed.octetsDropped,
      warned: feed.isSlow,
      delivered: feed.contentsOut,
      delivered_octets: feed.octetsOut,
      limits: {
        warn_messages: feed.limits.warnMessages,
        warn_octets: feed.limits.warnOctets,
        drop_messages: feed.limits.dropMessages,
        drop_octets: feed.limits.dropOctets,
      },
    }));
  }

  private connectionName(number: number): string {
    return this.connections.get(number) ?? String(number);
  }
}

/** What main does itself where there are no threads for it. */
function inPlane({ kind }: ThreadReport): boolean {
  return kind === 'shard' || kind === 'writer';
}

function cpuOf({ share, seconds }: CpuUse): JsonObject {
  return { cpu: share, cpu_seconds: seconds };
}

/** `main`, `shard-0`, `store`. */
export function threadName({ kind, number }: ThreadReport): string {
  return kind === 'main' || kind === 'store' ? kind : `${kind}-${number}`;
}

function endName(end: RingReport['from'] | RingReport['to']): string {
  if (end === 'main') return 'main';
  return 'shard' in end ? `shard-${end.shard}` : `writer-${end.writer}`;
}
