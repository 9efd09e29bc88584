import type { Queue } from '../../amqp-control/queues/queue.ts';
import { bindingKey, findCalled } from '../../amqp-control/stats/binding-key.ts';
import type { Binding } from '../../routing/nodes.ts';
import type { Method } from '../../wire/spec.ts';
import { type Act, type Entry, enter } from './act-context.ts';
import type { Arguments } from './arguments.ts';
import { onChannel } from './internal-channel.ts';

/** @returns the binding's properties_key */
const create: Act = async (context, given) => {
  const entry = enter(context, given);
  const routingKey = given.text('routing_key', '');
  const table = given.table('arguments');
  const ends = { routingKey, nowait: false, arguments: table };
  const source = given.text('source');
  const destination = given.text('destination');
  // Both must exist for RabbitMQ, whatever the user may do with them.
  entry.vhost.exchange(source);
  const method: Method = isToQueue(given)
    ? { name: 'queue.bind', queue: destination, exchange: source, ...ends }
    : { name: 'exchange.bind', destination, source, ...ends };
  await onChannel(context.core, entry, (internal) => internal.call(method));
  return { properties_key: bindingKey(routingKey, table) };
};

const remove: Act = async (context, given) => {
  const entry = enter(context, given);
  const binding = find(entry, given);
  if (binding === undefined) return { existed: false };
  const ends = {
    routingKey: binding.routingKey,
    nowait: false,
    arguments: binding.arguments,
  };
  const source = given.text('source');
  const destination = given.text('destination');
  const method: Method = isToQueue(given)
    ? { name: 'queue.unbind', queue: destination, exchange: source, ...ends }
    : { name: 'exchange.unbind', destination, source, ...ends };
  await onChannel(context.core, entry, (internal) => internal.call(method));
  return { existed: true };
};

function find({ vhost }: Entry, given: Arguments): Binding<Queue> | undefined {
  const source = given.text('source');
  const destination = given.text('destination');
  let incoming: Iterable<Binding<Queue>>;
  if (isToQueue(given)) {
    const queue = vhost.queues.get(destination);
    incoming = queue === undefined ? [] : vhost.graph.bindingsOf(queue);
  } else {
    incoming = vhost.graph.exchange(destination)?.incoming.values() ?? [];
  }
  return findCalled(
    [...incoming].filter(({ sourceName }) => sourceName === source),
    ({ routingKey, arguments: table }) => bindingKey(routingKey, table),
    given.text('properties_key'),
  );
}

function isToQueue(given: Arguments): boolean {
  return given.text('destination_type') === 'queue';
}

export const BINDING_ACTS = { 'binding.create': create, 'binding.delete': remove };
