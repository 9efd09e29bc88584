import { type Api, act, pathPart } from '../http/api.ts';
import type { ApiContext } from '../http/environment.ts';
import { badRequest } from '../link/api-error.ts';
import { requireExistingVhost } from './vhost-guard.ts';

/** What protocols are called beside what listeners say. */
const PROTOCOL_ALIASES: Readonly<Record<string, string>> = {
  amqp091: 'amqp',
  amqps: 'amqp/ssl',
  'amqp0.9.1': 'amqp',
  https: 'http',
};
/** The queue of the aliveness test; it stays, as in RabbitMQ. */
const ALIVENESS_QUEUE = 'aliveness-test';
const UNITS_OF_TIME: readonly string[] = ['days', 'weeks', 'months', 'years'];

/** `/api/aliveness-test` and `/api/health/checks`. */
export function healthRoutes(api: Api): void {
  const { node, broker, listening } = api.parts;
  const ok = (c: ApiContext) => c.json({ status: 'ok' });
  const failed = (c: ApiContext, more: object) => c.json({ status: 'failed', ...more }, 503);
  const listeners = () => [
    ...broker.listeners,
    { protocol: 'http', ip_address: listening.host, port: listening.port },
  ];

  for (const check of ['alarms', 'local-alarms']) {
    api.get(`/health/checks/${check}`, 'management', async (c) => {
      const { alarm } = await node.refresh();
      if (alarm === null) return ok(c);
      const alarms = [{ node: broker.node, resource: alarm }];
      return failed(c, { reason: 'There are alarms in effect in the cluster', alarms });
    });
  }

  api.get('/health/checks/port-listener/:port', 'management', (c) => {
    const port = Number(pathPart(c, 'port'));
    if (!Number.isInteger(port)) throw badRequest('Invalid port value');
    const ports = listeners().map((listener) => listener.port);
    if (ports.includes(port)) return c.json({ status: 'ok', port });
    return failed(c, { reason: 'No active listener', missing: port, ports });
  });

  api.get('/health/checks/protocol-listener/:protocol', 'management', (c) => {
    const asked = pathPart(c, 'protocol');
    const protocol = PROTOCOL_ALIASES[asked] ?? asked;
    const protocols = listeners().map((listener) => listener.protocol);
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

  api.get('/health/checks/certificate-expiration/:within/:unit', 'management', (c) => {
    const within = Number(pathPart(c, 'within'));
    if (!Number.isInteger(within) || !UNITS_OF_TIME.includes(pathPart(c, 'unit'))) {
      throw badRequest(`Invalid expiration: a number and one of ${UNITS_OF_TIME.join(', ')}`);
    }
    return ok(c);
  });
}
