import type { FieldTable } from '../../wire/field-table.ts';
import type { Queue } from '../queues/queue.ts';
import type { Exchange } from './exchange.ts';

/** One binding, from an exchange to a queue or to another exchange. */
export interface BindingChange {
  readonly source: string;
  readonly destination: Queue | { readonly exchange: string };
  readonly routingKey: string;
  readonly table: FieldTable;
}

/** Is told of every change of a vhost's topology, right behind it. */
export interface TopologyObserver {
  exchangeDeclared(vhost: string, exchange: Exchange): void;
  /** A policy has given it another alternate exchange. */
  alternateChanged(vhost: string, exchange: Exchange): void;
  /** Its bindings, from it and to it, went with it. */
  exchangeDeleted(vhost: string, name: string): void;
  queueDeclared(vhost: string, queue: Queue): void;
  /** Its bindings went with it. */
  queueDeleted(vhost: string, queue: Queue): void;
  bound(vhost: string, binding: BindingChange): void;
  unbound(vhost: string, binding: BindingChange): void;
}
