import { connectionName } from '../../amqp-control/stats/connection-view.ts';
import { notAuthorised } from '../link/api-error.ts';
import type { Act } from './act-context.ts';

/** Users may close their own connections, administrators anybody's. */
const close: Act = ({ core, user }, given) => {
  const name = given.text('name');
  for (const connection of core.connections.values()) {
    const { view } = connection;
    if (view === null || connectionName(view) !== name) continue;
    if (view.userName !== user.name && !user.tags.includes('administrator')) {
      throw notAuthorised('User not authorised to access object');
    }
    connection.closeForced(given.text('reason', 'Closed via management plugin'));
    return { existed: true };
  }
  return { existed: false };
};

export const CONNECTION_ACTS = { 'connection.close': close };
