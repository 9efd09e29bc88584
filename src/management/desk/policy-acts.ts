import { type JsonObject, plainTable } from '../../amqp-control/stats/plain-table.ts';
import type {
  Policy,
  PolicyKind,
  PolicyRequest,
  PolicyTarget,
} from '../../amqp-control/topology/policy.ts';
import type { VHost } from '../../amqp-control/topology/vhost.ts';
import { badRequest, notFound } from '../link/api-error.ts';
import type { Act, ActContext } from './act-context.ts';
import type { Arguments } from './arguments.ts';

const list: Act = ({ core }, given) =>
  [...core.vhosts.values()].flatMap((vhost) => policiesJson(vhost, kindOf(given)));

const put: Act = (context, given) => {
  const { policies } = vhostOf(context, given);
  const kind = kindOf(given);
  const name = given.text('name');
  const created = !policies.policies(kind).has(name);
  policies.put(kind, policyRequestOf(name, given));
  return { created };
};

const remove: Act = (context, given) => ({
  existed: vhostOf(context, given).policies.delete(kindOf(given), given.text('name')),
});

/** @throws ApiError 400 if something is missing or of a wrong type */
export function policyRequestOf(name: string, given: Arguments): PolicyRequest {
  given.require('pattern', 'definition');
  return {
    name,
    pattern: given.text('pattern'),
    applyTo: given.text('apply-to', 'all') as PolicyTarget,
    priority: Number(given.value('priority') ?? 0),
    definition: given.table('definition'),
  };
}

export function policiesJson(vhost: VHost, kind: PolicyKind): JsonObject[] {
  return [...vhost.policies.policies(kind).values()].map((policy) => policyJson(vhost, policy));
}

function policyJson({ name: vhost }: VHost, policy: Policy): JsonObject {
  return {
    vhost,
    name: policy.name,
    pattern: policy.pattern,
    'apply-to': policy.applyTo,
    definition: plainTable(policy.definition),
    priority: policy.priority,
  };
}

function kindOf(given: Arguments): PolicyKind {
  const kind = given.text('kind');
  if (kind === 'policy' || kind === 'operator policy') return kind;
  throw badRequest(`unknown kind of policy ${kind}`);
}

function vhostOf({ core }: ActContext, given: Arguments): VHost {
  const vhost = core.vhosts.get(given.text('vhost'));
  if (vhost === undefined) throw notFound();
  return vhost;
}

export const POLICY_ACTS = {
  'policies.list': list,
  'policy.put': put,
  'policy.delete': remove,
};
