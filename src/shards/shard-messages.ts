import type { MessagePort } from 'node:worker_threads';
import type { SinkGrant } from '../dmp-reader/leased-sink.ts';
import type { ExchangeType } from '../routing/matcher.ts';
import type { FieldTable } from '../wire/field-table.ts';
import type { RingLink } from './ring-link.ts';

/**
 * What main and a shard tell each other. The shard handles messages in the order in which they were
 * sent, and each between two reads: what it has read before it routes by the state before.
 */

/** An exchange of a virtual host. */
export interface ExchangeState {
  readonly name: string;
  readonly type: ExchangeType;
  /** Name of the alternate exchange, or null. */
  readonly alternate: string | null;
}

/** Where the contents for a queue go. */
export interface QueueState {
  /** Never reused. */
  readonly queueNumber: number;
  /** Number of the writer thread that has the queue's feed, or -1: to main. */
  readonly writer: number;
  /** The feed's number with that writer. */
  readonly slot: number;
  /** Number of the connection whose contents it doesn't take (no-local), or -1. */
  readonly refusedOrigin: number;
  /** The feed's descriptor and meter, for WriterLoan; null if there is no feed. */
  readonly feed: FeedAccess | null;
}

/** What is needed to write to a feed that its writer lends. */
export interface FeedAccess {
  /** Open as long as the meter says that the feed is lendable. */
  readonly fd: number;
  /** The memory of a Meter for a feed. */
  readonly meter: SharedArrayBuffer;
}

/** A queue, which is bound to the default exchange by its name. */
export interface NamedQueueState extends QueueState {
  readonly name: string;
}

/** A binding, to the queue `queueNumber` or, if that is null, to the exchange `exchange`. */
export interface BindingState {
  readonly source: string;
  readonly queueNumber: number | null;
  readonly exchange: string | null;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** A virtual host as it is, bindings to the default exchange left out. */
export interface VhostSnapshot {
  readonly vhost: string;
  readonly exchanges: readonly ExchangeState[];
  readonly queues: readonly NamedQueueState[];
  readonly bindings: readonly BindingState[];
}

/** One change to a virtual host that the shard has a snapshot of. */
export type TopologyChange =
  | { readonly kind: 'exchangeDeclared'; readonly exchange: ExchangeState }
  | {
      readonly kind: 'alternateChanged';
      readonly name: string;
      readonly alternate: string | null;
    }
  | { readonly kind: 'exchangeDeleted'; readonly name: string }
  | { readonly kind: 'queueDeclared'; readonly queue: NamedQueueState }
  | { readonly kind: 'queueDeleted'; readonly queueNumber: number }
  | { readonly kind: 'bound'; readonly binding: BindingState }
  | { readonly kind: 'unbound'; readonly binding: BindingState }
  /**
   * Contents for the queue go elsewhere, or its consumer refuses another connection's. `number` is
   * in the records that say where it goes: RECORD_FENCE in the ring of the feed that it leaves,
   * RECORD_QUEUE_SWITCHED in main's and RECORD_BARRIER in that of the feed that it comes to.
   */
  | { readonly kind: 'switchQueue'; readonly queue: QueueState; readonly number: number };

/** A sink connection and what it is leased for. */
export interface SinkLease extends SinkGrant {
  readonly vhost: string;
  readonly exchange: string;
  /** Where its numbers are kept: the memory of a Meter for a sink. */
  readonly meter: SharedArrayBuffer;
}

/** What a shard thread is started with. */
export interface ShardStart {
  /** The largest content accepted, its size field included, octets. */
  readonly maxContentOctets: number;
  /** The ring that leads to main. */
  readonly main: RingLink;
  /** The page of counters, and the number of this thread's block. */
  readonly counters: SharedArrayBuffer;
  readonly counterBlock: number;
  /** ToShard and FromShard. */
  readonly control: MessagePort;
}

/** From main to a shard. */
export type ToShard =
  /** The whole of a virtual host; to be sent before the first lease in it. */
  | { readonly kind: 'snapshot'; readonly snapshot: VhostSnapshot }
  /** The virtual host is gone, and its sinks are closed. */
  | { readonly kind: 'vhostDeleted'; readonly vhost: string }
  /** Answered with `synced`. */
  | {
      readonly kind: 'changes';
      readonly vhost: string;
      readonly changes: readonly TopologyChange[];
      readonly sequence: number;
    }
  /** The ring that leads to writer number `writer`, in place of the one before. */
  | { readonly kind: 'attachRing'; readonly writer: number; readonly link: RingLink }
  /** The writer has gone. Contents for feeds that it still seems to have are lost. */
  | { readonly kind: 'detachRing'; readonly writer: number }
  /** The descriptor is the shard's from now on. `leftOver` was read from it already. */
  | {
      readonly kind: 'attachSink';
      readonly lease: SinkLease;
      readonly fd: number;
      readonly leftOver: Uint8Array;
    }
  /** Close the sink's connection once what has arrived is routed. Answered with `sinkClosed`. */
  | { readonly kind: 'closeSink'; readonly sink: number }
  /** Close everything and end. */
  | { readonly kind: 'stop' };

/** From a shard to main. */
export type FromShard =
  /** `osThread`: see os-thread.ts. */
  | { readonly kind: 'ready'; readonly osThread: number | null }
  /** The changes with this sequence number are made. */
  | { readonly kind: 'synced'; readonly sequence: number }
  /** The descriptor of the sink is the shard's, which closes it even if it dies. */
  | { readonly kind: 'sinkTaken'; readonly sink: number }
  /** It has closed it; `reason` is null unless the client, or the system, did something wrong. */
  | { readonly kind: 'sinkClosed'; readonly sink: number; readonly reason: string | null };
