import type { ListenerCertificates } from '../desk/node-figures.ts';
import { type Api, act, pathPart } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { badRequest } from '../link/api-error.ts';
import { listenersOf } from './node-facts.ts';
import { requireExistingVhost } from './vhost-guard.ts';

/** What protocols are called beside what listeners say. */
const PROTOCOL_ALIASES: Readonly<Record<string, string>> = {
  amqp091: 'amqp',
  amqps: 'amqp/ssl',
  'amqp0.9.1': 'amqp',
};
/** The queue of the aliveness test; it stays, as in RabbitMQ. */
const ALIVENESS_QUEUE = 'aliveness-test';
const DAY_MS = 86_400_000;
/** As RabbitMQ counts them. */
const UNITS_OF_TIME_MS: Readonly<Record<string, number>> = {
  days: DAY_MS,
  weeks: 7 * DAY_MS,
  months: 30 * DAY_MS,
  years: 365 * DAY_MS,
};

/** `/api/aliveness-test` and `/api/health/checks`. */
export function healthRoutes(api: Api): void {
  const { node, broker } = api.parts;
  const ok = (c: ApiContext) => c.json({ status: 'ok' });
  const failed = (c: ApiContext, more: object) => c.json({ status: 'failed', ...more }, 503);

  for (const check of ['alarms', 'local-alarms']) {
    api.get(`/health/checks/${check}`, 'management', async (c) => {
      const { alarms: raised } = await node.refresh();
      if (raised.length === 0) return ok(c);
      const alarms = raised.map((alarm) => ({ node: broker.node, ...alarm }));
      return failed(c, { reason: 'There are alarms in effect in the cluster', alarms });
    });
  }

  api.get('/health/checks/port-listener/:port', 'management', (c) => {
    const port = Number(pathPart(c, 'port'));
    if (!Number.isInteger(port)) throw badRequest('Invalid port value');
    const ports = listenersOf(api.parts).map((listener) => listener.port);
    if (ports.includes(port)) return c.json({ status: 'ok', port });
    return failed(c, { reason: 'No active listener', missing: port, ports });
  });

  api.get('/health/checks/protocol-listener/:protocol', 'management', (c) => {
    const asked = pathPart(c, 'protocol');
    const protocol = PROTOCOL_ALIASES[asked] ?? asked;
    const protocols = listenersOf(api.parts).map((listener) => listener.protocol);
    if (protocols.includes(protocol)) return c.json({ status: 'ok', protocol });
    return failed(c, { reason: 'No active listener', missing: asked, protocols });
  });

  // A virtual host that can't be used doesn't exist: there is none that is down.
  api.get('/health/checks/virtual-hosts', 'management', ok);

  for (const check of ['node-is-quorum-critical', 'node-is-mirror-sync-critical']) {
    api.get(`/health/checks/${check}`, 'management', (c) =>
      c.json({ status: 'ok', reason: 'single node cluster' }),
    );
  }

  api.get('/aliveness-test/:vhost', 'management', async (c) => {
    const vhost = await requireExistingVhost(api, c);
    const queue = { vhost, name: ALIVENESS_QUEUE };
    await act(api, c, 'queue.declare', { ...queue, durable: false }, ['queue']);
    await act(api, c, 'message.publish', {
      vhost,
      name: '',
      routing_key: ALIVENESS_QUEUE,
      properties: {},
      payload: 'test_message',
      payload_encoding: 'string',
    });
    const fetch = { ...queue, count: 1, ackmode: 'ack_requeue_false', encoding: 'auto' };
    const messages = await act<readonly unknown[]>(api, c, 'message.get', fetch, ['queue']);
    return messages.length === 1 ? ok(c) : failed(c, { reason: 'no message came back' });
  });

  api.get('/health/checks/certificate-expiration/:within/:unit', 'management', async (c) => {
    const within = Number(pathPart(c, 'within'));
    const unit = pathPart(c, 'unit');
    if (!Number.isInteger(within) || within < 0 || !Object.hasOwn(UNITS_OF_TIME_MS, unit)) {
      const units = Object.keys(UNITS_OF_TIME_MS).join(', ');
      throw badRequest(`Invalid expiration: a number and one of ${units}`);
    }
    const untilMs = Date.now() + within * UNITS_OF_TIME_MS[unit];
    const { certificates } = await node.refresh();
    const expired = certificates.filter((listener) => firstExpiryMs(listener) <= untilMs);
    if (expired.length === 0) return ok(c);
    const listeners = expired.map((listener) => ({ node: broker.node, ...facts(listener) }));
    return failed(c, { reason: 'Certificates expiring', expired: listeners });
  });
}

function firstExpiryMs({ expiry }: ListenerCertificates): number {
  return Math.min(expiry.certExpiresAtMs, expiry.caExpiresAtMs ?? Infinity);
}

/** In RabbitMQ's fields. */
function facts({ protocol, port, expiry }: ListenerCertificates): object {
  const authorities =
    expiry.ca === null
      ? {}
      : { cacertfile: expiry.ca, cacertfile_expires_on: isoTime(expiry.caExpiresAtMs) };
  return {
    protocol,
    port,
    certfile: expiry.cert,
    certfile_expires_on: isoTime(expiry.certExpiresAtMs),
    ...authorities,
  };
}

function isoTime(atMs: number | null): string | null {
  return atMs === null || atMs === Infinity ? null : new Date(atMs).toISOString();
}
