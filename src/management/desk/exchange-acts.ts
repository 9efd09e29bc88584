import { type Act, enter } from './act-context.ts';
import { onChannel } from './internal-channel.ts';

/** @returns whether it is new */
const declare: Act = async (context, given) => {
  const entry = enter(context, given);
  const name = given.text('name');
  const created = !entry.vhost.exchanges.has(name);
  await onChannel(context.core, entry, (internal) =>
    internal.call({
      name: 'exchange.declare',
      exchange: name,
      type: given.text('type', 'direct'),
      passive: false,
      durable: given.flag('durable'),
      autoDelete: given.flag('auto_delete'),
      internal: given.flag('internal'),
      nowait: false,
      arguments: given.table('arguments'),
    }),
  );
  return { created };
};

const remove: Act = async (context, given) => {
  const entry = enter(context, given);
  const name = given.text('name');
  if (!entry.vhost.exchanges.has(name)) return { existed: false };
  await onChannel(context.core, entry, (internal) =>
    internal.call({
      name: 'exchange.delete',
      exchange: name,
      ifUnused: given.flag('if-unused'),
      nowait: false,
    }),
  );
  return { existed: true };
};

export const EXCHANGE_ACTS = { 'exchange.declare': declare, 'exchange.delete': remove };
