import type { Act } from './act-context.ts';
import { BINDING_ACTS } from './binding-acts.ts';
import { CONNECTION_ACTS } from './connection-acts.ts';
import { EXCHANGE_ACTS } from './exchange-acts.ts';
import { MESSAGE_ACTS } from './message-acts.ts';
import { QUEUE_ACTS } from './queue-acts.ts';

/** Everything that the API can have main do, by name. */
export const ACTS: Readonly<Record<string, Act>> = {
  ...BINDING_ACTS,
  ...CONNECTION_ACTS,
  ...EXCHANGE_ACTS,
  ...MESSAGE_ACTS,
  ...QUEUE_ACTS,
};
