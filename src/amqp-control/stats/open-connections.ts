import type { BrokerCore } from '../broker-core.ts';
import type { ConnectionView } from './connection-view.ts';

/** The connections that are open, as they can be shown. */
export function* openConnections(core: BrokerCore): Iterable<ConnectionView> {
  for (const { view } of core.connections.values()) if (view !== null) yield view;
}
