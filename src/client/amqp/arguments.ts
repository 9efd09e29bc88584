/**
 * amqplib's arguments and options as AMQP methods, with amqplib's defaults and its errors for
 * values of the wrong type.
 */
import type { FieldTable, FieldValue } from '../../wire/field-table.ts';
import type { MethodToSend } from '../../wire/methods.ts';
import type * as Options from '../types/options.ts';

type Sent<N extends MethodToSend['name']> = Extract<MethodToSend, { name: N }>;

/**
 * Queue.Declare; without a name the broker chooses one. Durable unless the options say otherwise.
 */
export function assertQueue(queue?: string, options?: Options.AssertQueue): Sent<'queue.declare'> {
  const given = options ?? {};
  return {
    name: 'queue.declare',
    queue: text('queue', queue || ''),
    passive: false,
    durable: given.durable === undefined ? true : Boolean(given.durable),
    exclusive: Boolean(given.exclusive),
    autoDelete: Boolean(given.autoDelete),
    arguments: withOptions(given.arguments, {
      'x-expires': given.expires,
      'x-message-ttl': given.messageTtl,
      'x-dead-letter-exchange': given.deadLetterExchange,
      'x-dead-letter-routing-key': given.deadLetterRoutingKey,
      'x-max-length': given.maxLength,
      'x-max-priority': given.maxPriority,
      'x-overflow': given.overflow,
      'x-queue-mode': given.queueMode,
    }),
  };
}

/** Queue.Declare, passive: fails if there is no such queue. */
export function checkQueue(queue: string): Sent<'queue.declare'> {
  return { name: 'queue.declare', queue: text('queue', queue), passive: true, durable: true };
}

/** Queue.Delete. */
export function deleteQueue(queue: string, options?: Options.DeleteQueue): Sent<'queue.delete'> {
  return {
    name: 'queue.delete',
    queue: text('queue', queue),
    ifUnused: Boolean(options?.ifUnused),
    ifEmpty: Boolean(options?.ifEmpty),
  };
}

/** Queue.Purge. */
export function purgeQueue(queue: string): Sent<'queue.purge'> {
  return { name: 'queue.purge', queue: text('queue', queue) };
}

/** The arguments that bindings of queues have in common. */
interface Binding {
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

function binding(queue: string, source: string, pattern: string, argt: unknown): Binding {
  return {
    queue: text('queue', queue),
    exchange: mandatoryText('exchange', source),
    routingKey: text('routingKey', pattern),
    arguments: table(argt),
  };
}

/** Queue.Bind. */
export function bindQueue(
  queue: string,
  source: string,
  pattern: string,
  argt?: unknown,
): Sent<'queue.bind'> {
  return { name: 'queue.bind', ...binding(queue, source, pattern, argt) };
}

/** Queue.Unbind. */
export function unbindQueue(
  queue: string,
  source: string,
  pattern: string,
  argt?: unknown,
): Sent<'queue.unbind'> {
  return { name: 'queue.unbind', ...binding(queue, source, pattern, argt) };
}

/** Exchange.Declare; durable unless the options say otherwise. */
export function assertExchange(
  exchange: string,
  type: string,
  options?: Options.AssertExchange,
): Sent<'exchange.declare'> {
  const given = options ?? {};
  return {
    name: 'exchange.declare',
    exchange: mandatoryText('exchange', exchange),
    type: text('type', type === undefined ? 'direct' : type),
    passive: false,
    durable: given.durable === undefined ? true : Boolean(given.durable),
    autoDelete: Boolean(given.autoDelete),
    internal: Boolean(given.internal),
    arguments: withOptions(given.arguments, { 'alternate-exchange': given.alternateExchange }),
  };
}

/** Exchange.Declare, passive: fails if there is no such exchange. */
export function checkExchange(exchange: string): Sent<'exchange.declare'> {
  const name = mandatoryText('exchange', exchange);
  return { name: 'exchange.declare', exchange: name, passive: true, durable: true };
}

/** Exchange.Delete. */
export function deleteExchange(
  exchange: string,
  options?: Options.DeleteExchange,
): Sent<'exchange.delete'> {
  return {
    name: 'exchange.delete',
    exchange: mandatoryText('exchange', exchange),
    ifUnused: Boolean(options?.ifUnused),
  };
}

/** The arguments that bindings of exchanges have in common. */
interface ExchangeBinding {
  readonly destination: string;
  readonly source: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

function exchangeBinding(
  destination: string,
  source: string,
  pattern: string,
  argt: unknown,
): ExchangeBinding {
  return {
    destination: mandatoryText('destination', destination),
    source: mandatoryText('source', source),
    routingKey: text('routingKey', pattern),
    arguments: table(argt),
  };
}

/** Exchange.Bind (RabbitMQ extension). */
export function bindExchange(
  destination: string,
  source: string,
  pattern: string,
  argt?: unknown,
): Sent<'exchange.bind'> {
  return { name: 'exchange.bind', ...exchangeBinding(destination, source, pattern, argt) };
}

/** Exchange.Unbind (RabbitMQ extension). */
export function unbindExchange(
  destination: string,
  source: string,
  pattern: string,
  argt?: unknown,
): Sent<'exchange.unbind'> {
  return { name: 'exchange.unbind', ...exchangeBinding(destination, source, pattern, argt) };
}

/** Basic.Consume; without a tag the broker chooses one. */
export function consume(queue: string, options?: Options.Consume): Sent<'basic.consume'> {
  return {
    name: 'basic.consume',
    queue: text('queue', queue),
    consumerTag: text('consumerTag', options?.consumerTag || ''),
    noLocal: Boolean(options?.noLocal),
    noAck: Boolean(options?.noAck),
    exclusive: Boolean(options?.exclusive),
    arguments: withOptions(options?.arguments, { 'x-priority': options?.priority }),
  };
}

/** Basic.Cancel. */
export function cancel(consumerTag: string): Sent<'basic.cancel'> {
  return { name: 'basic.cancel', consumerTag: mandatoryText('consumerTag', consumerTag) };
}

/** Basic.Get. */
export function get(queue: string, options?: Options.Get): Sent<'basic.get'> {
  return { name: 'basic.get', queue: text('queue', queue), noAck: Boolean(options?.noAck) };
}

/** Basic.Qos; by RabbitMQ's rules, `global` is for the channel, otherwise for later consumers. */
export function prefetch(count: number, global?: boolean): Sent<'basic.qos'> {
  const prefetchCount = numeric('prefetchCount', count || 0);
  return { name: 'basic.qos', prefetchCount, global: Boolean(global) };
}

/** Basic.Recover: everything unacknowledged is delivered again. */
export function recover(): Sent<'basic.recover'> {
  return { name: 'basic.recover', requeue: true };
}

/**
 * A short string.
 * @throws TypeError if `value` is neither undefined nor a string of at most 255 octets
 */
export function text(field: string, value: string | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && Buffer.byteLength(value) < 256) return value;
  throw new TypeError(`Field '${field}' is the wrong type; must be a string (up to 255 chars)`);
}

function mandatoryText(field: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`Missing value for mandatory field '${field}'`);
  return text(field, value);
}

/** @throws TypeError if `value` is no number */
export function numeric(field: string, value: number): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new TypeError(`Field '${field}' is the wrong type; must be a number (but not NaN)`);
}

/** A field table. @throws TypeError if `value` is no object */
function table(value: unknown, field = 'arguments'): FieldTable {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object') return value as FieldTable;
  throw new TypeError(`Field '${field}' is the wrong type; must be an object`);
}

/**
 * A table with those of `options` that are set, and then what else `given` holds, as amqplib
 * arranges it.
 * @throws TypeError if `given` is no object
 */
export function withOptions(
  given: unknown,
  options: Record<string, FieldValue | undefined>,
  field = 'arguments',
): FieldTable {
  const merged: FieldTable = {};
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) merged[name] = value;
  }
  for (const [name, value] of Object.entries(table(given, field))) {
    if (!Object.hasOwn(merged, name)) merged[name] = value;
  }
  return merged;
}
