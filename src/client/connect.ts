import { Connection } from './amqp/connection.ts';
import { type Link, openLink } from './amqp/open-link.ts';
import { Reconnector } from './recovery/reconnector.ts';
import { TopologyRecord } from './recovery/topology-record.ts';
import { Session } from './session.ts';
import { type Address, parseTarget, type Target } from './target.ts';
import type { SocketOptions } from './types/settings.ts';

/** One address, or several that are tried in turn. */
export type Addresses = Address | readonly Address[] | undefined;

/**
 * Where to connect, and how.
 * @throws Error if an address or an option is not valid
 */
export function parseTargets(addresses: Addresses, options: SocketOptions): Target[] {
  const list = Array.isArray(addresses) ? addresses : [addresses];
  if (list.length === 0) throw new Error('No address to connect to');
  return list.map((address: Address | undefined) => parseTarget(address, options));
}

/**
 * Opens a session on the first target that lets us.
 * @throws Error what the last target said
 */
export async function openSession(
  targets: readonly Target[],
  signal: AbortSignal | undefined,
): Promise<Session> {
  const link = await openFirst(targets, signal);
  const connection = new Connection(link, link.target.settings);
  recoverLosses(connection, targets);
  connection.start();
  return new Session(connection);
}

function recoverLosses(connection: Connection, targets: readonly Target[]): void {
  const { reconnect } = connection.settings;
  if (reconnect === null) return;
  const topology = new TopologyRecord();
  const openAny = (signal: AbortSignal) => openFirst(targets, signal);
  connection.observers.push(topology);
  connection.translate = (method) => topology.translated(method);
  connection.lossHandler = new Reconnector(connection, reconnect, openAny, topology);
}

async function openFirst(
  targets: readonly Target[],
  signal: AbortSignal | undefined,
): Promise<Link> {
  let failure: unknown;
  for (const target of targets) {
    try {
      return await openLink(target, signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}
