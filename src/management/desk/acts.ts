import type { Act } from './act-context.ts';
import { BINDING_ACTS } from './binding-acts.ts';
import { CONNECTION_ACTS } from './connection-acts.ts';
import { DEFINITION_ACTS } from './definition-acts.ts';
import { EXCHANGE_ACTS } from './exchange-acts.ts';
import { LIMIT_ACTS } from './limits.ts';
import { MESSAGE_ACTS } from './message-acts.ts';
import { PARAMETER_ACTS } from './parameter-acts.ts';
import { PERMISSION_ACTS } from './permission-acts.ts';
import { POLICY_ACTS } from './policy-acts.ts';
import { QUEUE_ACTS } from './queue-acts.ts';
import { USER_ACTS } from './user-acts.ts';
import { VHOST_ACTS } from './vhost-acts.ts';

/** Everything that the API can have main do, by name. */
export const ACTS: Readonly<Record<string, Act>> = {
  ...BINDING_ACTS,
  ...CONNECTION_ACTS,
  ...DEFINITION_ACTS,
  ...EXCHANGE_ACTS,
  ...MESSAGE_ACTS,
  ...PARAMETER_ACTS,
  ...QUEUE_ACTS,
  ...USER_ACTS,
  ...PERMISSION_ACTS,
  ...LIMIT_ACTS,
  ...POLICY_ACTS,
  ...VHOST_ACTS,
};
