import type { Json, JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { exportParameters } from '../../definitions/export.ts';
import { badRequest, notFound } from '../link/api-error.ts';
import type { Act, ActContext } from './act-context.ts';
import { Arguments } from './arguments.ts';
import { policyRequestOf } from './policy-acts.ts';

/** The components that have parameters here; RabbitMQ's plugins have more. */
const VHOST_LIMITS = 'vhost-limits';
const OPERATOR_POLICY = 'operator_policy';
/** The one name in VHOST_LIMITS. */
const LIMITS = 'limits';

const list: Act = ({ core }) =>
  [...core.vhosts.values()].flatMap((vhost) =>
    exportParameters(vhost).map((parameter) => ({ ...parameter, vhost: vhost.name })),
  );

const put: Act = (context, given) => {
  const { vhost, component, name, existed } = targetOf(context, given);
  const value = new Arguments(given.object('value'));
  if (component === VHOST_LIMITS) {
    context.core.vhostBook.setLimits(vhost.name, {
      connectionsMax: boundOf(value, 'max-connections'),
      queuesMax: boundOf(value, 'max-queues'),
    });
  } else {
    vhost.policies.put('operator policy', policyRequestOf(name, value));
  }
  return { created: !existed };
};

const remove: Act = (context, given) => {
  const { vhost, component, name, existed } = targetOf(context, given);
  if (component === OPERATOR_POLICY) vhost.policies.delete('operator policy', name);
  else if (existed) {
    const none = { connectionsMax: Infinity, queuesMax: Infinity };
    context.core.vhostBook.setLimits(vhost.name, none);
  }
  return { existed };
};

const listGlobal: Act = ({ core }): JsonObject[] =>
  [...core.globalParameters.all].map(([name, value]) => ({ name, value }));

const putGlobal: Act = ({ core }, given) => {
  given.require('value');
  const name = given.text('name');
  const created = !core.globalParameters.all.has(name);
  core.globalParameters.put(name, given.value('value') as Json);
  return { created };
};

const removeGlobal: Act = ({ core }, given) => ({
  existed: core.globalParameters.delete(given.text('name')),
});

function targetOf({ core }: ActContext, given: Arguments) {
  const component = given.text('component');
  const name = given.text('name');
  if (component !== VHOST_LIMITS && component !== OPERATOR_POLICY) {
    throw badRequest(`Validation failed\n\ncomponent ${component} not found\n`);
  }
  if (component === VHOST_LIMITS && name !== LIMITS) {
    throw badRequest(`Validation failed\n\n${VHOST_LIMITS} has ${LIMITS} only\n`);
  }
  const vhost = core.vhosts.get(given.text('vhost'));
  if (vhost === undefined) throw notFound();
  const existed = exportParameters(vhost).some(
    (parameter) => parameter.component === component && parameter.name === name,
  );
  return { vhost, component, name, existed };
}

/** A negative bound is none, as in RabbitMQ. */
function boundOf(value: Arguments, name: string): number {
  const bound = value.value(name);
  return typeof bound === 'number' && bound < 0 ? Infinity : value.count(name, Infinity);
}

export const PARAMETER_ACTS = {
  'parameters.list': list,
  'parameter.put': put,
  'parameter.delete': remove,
  'global-parameters.list': listGlobal,
  'global-parameter.put': putGlobal,
  'global-parameter.delete': removeGlobal,
};
