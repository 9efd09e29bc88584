import { createHash } from 'node:crypto';
import type { ExchangeType } from '../../routing/matcher.ts';
import { Queue } from '../queues/queue.ts';
import type { Exchange } from '../topology/exchange.ts';
import type { BindingChange } from '../topology/topology-observer.ts';
import { tableText } from './table-text.ts';

/**
 * Definitions as the store keeps them: a key that says what is defined, and JSON.
 */

export interface ExchangeDefinition {
  readonly vhost: string;
  readonly name: string;
  readonly type: ExchangeType;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly table: string;
}

export interface QueueDefinition {
  readonly vhost: string;
  readonly name: string;
  readonly autoDelete: boolean;
  readonly table: string;
  readonly firstLog: number;
}

export interface BindingDefinition {
  readonly vhost: string;
  readonly source: string;
  readonly toQueue: boolean;
  readonly destination: string;
  readonly routingKey: string;
  readonly table: string;
}

/** The kinds of definitions in the order in which they can be made. */
export const KINDS = [
  'vhost',
  'policy',
  'user',
  'parameter',
  'exchange',
  'queue',
  'binding',
] as const;
export type Kind = (typeof KINDS)[number];

export function exchangeDefinition(vhost: string, exchange: Exchange): ExchangeDefinition {
  const { name, type, autoDelete, internal, table } = exchange;
  return { vhost, name, type, autoDelete, internal, table: tableText(table) };
}

export function queueDefinition({ settings, firstLog }: Queue): QueueDefinition {
  const { vhost, name, autoDelete, table } = settings;
  return { vhost, name, autoDelete, table: tableText(table), firstLog };
}

export function bindingDefinition(vhost: string, binding: BindingChange): BindingDefinition {
  const { source, destination, routingKey, table } = binding;
  const toQueue = destination instanceof Queue;
  return {
    vhost,
    source,
    toQueue,
    destination: toQueue ? destination.name : destination.exchange,
    routingKey,
    table: tableText(table),
  };
}

/** The key of what `identity` names. Hashed, because the engine's keys are short. */
export function definitionKey(kind: Kind, ...identity: readonly (string | boolean)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
  return `${kind}:${hash}`;
}

export function bindingKey(binding: BindingDefinition): string {
  const { vhost, source, toQueue, destination, routingKey, table } = binding;
  return definitionKey('binding', vhost, source, toQueue, destination, routingKey, table);
}

/** The kind of definition that a key stands for, or null for one that we don't know. */
export function kindOf(key: string): Kind | null {
  return KINDS.find((kind) => key.startsWith(`${kind}:`)) ?? null;
}
