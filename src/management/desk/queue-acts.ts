import { type Act, enter } from './act-context.ts';
import { onChannel } from './internal-channel.ts';

/** @returns whether it is new */
const declare: Act = async (context, given) => {
  const entry = enter(context, given);
  const name = given.text('name');
  const created = !entry.vhost.queues.has(name);
  await onChannel(context.core, entry, (internal) =>
    internal.call({
      name: 'queue.declare',
      queue: name,
      passive: false,
      durable: given.flag('durable'),
      exclusive: false,
      autoDelete: given.flag('auto_delete'),
      nowait: false,
      arguments: given.table('arguments'),
    }),
  );
  return { created };
};

const remove: Act = async (context, given) => {
  const entry = enter(context, given);
  const name = given.text('name');
  if (!entry.vhost.queues.has(name)) return { existed: false };
  await onChannel(context.core, entry, (internal) =>
    internal.call({
      name: 'queue.delete',
      queue: name,
      ifUnused: given.flag('if-unused'),
      ifEmpty: given.flag('if-empty'),
      nowait: false,
    }),
  );
  return { existed: true };
};

const purge: Act = async (context, given) => {
  const entry = enter(context, given);
  const name = given.text('name');
  if (!entry.vhost.queues.has(name)) return { existed: false };
  await onChannel(context.core, entry, (internal) =>
    internal.call({ name: 'queue.purge', queue: name, nowait: false }),
  );
  return { existed: true };
};

export const QUEUE_ACTS = {
  'queue.declare': declare,
  'queue.delete': remove,
  'queue.purge': purge,
};
