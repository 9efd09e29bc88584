import { exportDefinitions, exportVhostDefinitions } from '../../definitions/export.ts';
import { planImport } from '../../definitions/import.ts';
import { DefinitionsError, readDefinitions } from '../../definitions/schema.ts';
import { badRequest, notFound } from '../link/api-error.ts';
import type { Act, ActContext } from './act-context.ts';
import type { Arguments } from './arguments.ts';

const get: Act = async (context, given) => {
  const { core, inTurn } = context;
  const vhost = vhostOf(context, given);
  if (vhost !== null) return exportVhostDefinitions(vhost);
  await core.logins.hashPlainPasswords();
  return inTurn(() => exportDefinitions(core));
};

/** @returns what is imported otherwise than it says */
const load: Act = (context, given) => {
  const { core } = context;
  const vhost = vhostOf(context, given)?.name ?? null;
  try {
    const plan = planImport(core, readDefinitions(given.value('definitions')), vhost);
    plan.administer();
    plan.declare();
    for (const note of plan.notes) core.log.warn({ note }, 'definitions');
    return { notes: plan.notes };
  } catch (error) {
    if (error instanceof DefinitionsError) throw badRequest(error.message);
    throw error;
  }
};

/** Null for the whole broker. @throws ApiError 404 */
function vhostOf({ core }: ActContext, given: Arguments) {
  if (!given.has('vhost')) return null;
  const vhost = core.vhosts.get(given.text('vhost'));
  if (vhost === undefined) throw notFound();
  return vhost;
}

export const DEFINITION_ACTS = { 'definitions.get': get, 'definitions.load': load };
