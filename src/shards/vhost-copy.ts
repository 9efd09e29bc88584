import { Destination } from '../dmp-reader/plan.ts';
import type { ExchangeNode } from '../routing/nodes.ts';
import { DEFAULT_EXCHANGE, RoutingGraph } from '../routing/routing-graph.ts';
import type { FieldTable, FieldValue } from '../wire/field-table.ts';
import type {
  BindingState,
  ExchangeState,
  NamedQueueState,
  QueueState,
  VhostSnapshot,
} from './shard-messages.ts';

/**
 * A shard's copy of what main knows of a virtual host: its exchanges, their bindings, and where its
 * queues are. Main is always right: what contradicts the copy is an error in the broker and thrown.
 */
export class VhostCopy {
  readonly graph = new RoutingGraph<Destination>();
  private readonly destinations = new Map<number, Destination>();

  constructor(snapshot: VhostSnapshot) {
    for (const exchange of snapshot.exchanges) this.declareExchange(exchange);
    for (const queue of snapshot.queues) this.declareQueue(queue);
    for (const binding of snapshot.bindings) this.bind(binding);
  }

  exchange(name: string): ExchangeNode<Destination> | null {
    return this.graph.exchange(name);
  }

  /** Declares an exchange; the default one is there already. */
  declareExchange({ name, type, alternate }: ExchangeState): void {
    if (name !== DEFAULT_EXCHANGE) this.graph.declareExchange(name, type, alternate);
  }

  /** Another exchange gets what matches no binding of this one. */
  setAlternate(name: string, alternate: string | null): void {
    this.graph.setAlternate(name, alternate);
  }

  deleteExchange(name: string): void {
    this.graph.deleteExchange(name);
  }

  declareQueue(queue: NamedQueueState): void {
    const destination = new Destination(queue.queueNumber);
    move(destination, queue);
    this.destinations.set(queue.queueNumber, destination);
    this.graph.addQueue(queue.name, destination);
  }

  deleteQueue(queueNumber: number): void {
    this.graph.removeQueue(this.destination(queueNumber));
    this.destinations.delete(queueNumber);
  }

  bind(binding: BindingState): void {
    const { source, queueNumber, exchange, routingKey } = binding;
    const args = withBuffers(binding.arguments);
    if (queueNumber !== null) {
      this.graph.bindQueue(source, this.destination(queueNumber), routingKey, args);
    } else if (exchange !== null) {
      this.graph.bindExchange(source, exchange, routingKey, args);
    }
  }

  unbind(binding: BindingState): void {
    const { source, queueNumber, exchange, routingKey } = binding;
    const args = withBuffers(binding.arguments);
    if (queueNumber !== null) {
      this.graph.unbindQueue(source, this.destination(queueNumber), routingKey, args);
    } else if (exchange !== null) {
      this.graph.unbindExchange(source, exchange, routingKey, args);
    }
  }

  /** Contents for the queue go elsewhere from now on. */
  moveQueue(queue: QueueState): void {
    move(this.destination(queue.queueNumber), queue);
  }

  /** Where contents for the queue go. */
  destination(queueNumber: number): Destination {
    const destination = this.destinations.get(queueNumber);
    if (destination === undefined) throw new Error(`There is no queue ${queueNumber}`);
    return destination;
  }
}

function move(destination: Destination, { writer, slot, refusedOrigin }: QueueState): void {
  destination.writer = writer;
  destination.slot = slot;
  destination.refusedOrigin = refusedOrigin;
}

/** A table as it was before it was posted between threads, which makes Uint8Arrays of Buffers. */
function withBuffers(table: FieldTable): FieldTable {
  const entries = Object.entries(table);
  if (entries.length === 0) return table;
  return Object.fromEntries(entries.map(([name, value]) => [name, valueWithBuffers(value)]));
}

function valueWithBuffers(value: FieldValue | undefined): FieldValue | undefined {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) {
    const octets: Uint8Array = value;
    return Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  }
  if (Array.isArray(value)) return value.map((item) => valueWithBuffers(item) ?? null);
  return withBuffers(value as FieldTable);
}
