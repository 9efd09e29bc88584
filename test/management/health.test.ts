import { describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';

const managed = useManagedBroker();
const CHECKS = '/api/health/checks';

describe('health checks', () => {
  it('pass on a healthy broker', async () => {
    for (const check of [
      'alarms',
      'local-alarms',
      'virtual-hosts',
      'node-is-quorum-critical',
      'node-is-mirror-sync-critical',
      'certificate-expiration/1/months',
      `port-listener/${managed.broker.port}`,
      'protocol-listener/amqp091',
      'protocol-listener/http',
    ]) {
      const { status, json } = await managed.get(`${CHECKS}/${check}`);
      expect(status, check).toBe(200);
      expect(json.status, check).toBe('ok');
    }
  });

  it('fail while publishers are blocked', async () => {
    managed.broker.administer((core) => core.setAlarm('memory', 'low on memory'));
    const { status, json } = await managed.get(`${CHECKS}/alarms`);
    expect(status).toBe(503);
    expect(json).toMatchObject({
      status: 'failed',
      alarms: [{ resource: 'memory', reason: 'low on memory' }],
    });
    const alarms = { mem_alarm: true, disk_free_alarm: false };
    expect((await managed.get('/api/nodes')).json[0]).toMatchObject(alarms);
  });

  it('fail for what nobody listens to', async () => {
    const port = await managed.get(`${CHECKS}/port-listener/1`);
    expect(port.status).toBe(503);
    expect(port.json).toMatchObject({ status: 'failed', missing: 1 });
    expect(port.json.ports).toContain(managed.broker.port);
    expect((await managed.get(`${CHECKS}/protocol-listener/mqtt`)).json.missing).toBe('mqtt');
  });

  it('send a message through a virtual host', async () => {
    expect((await managed.get('/api/aliveness-test/%2F')).json).toEqual({ status: 'ok' });
    expect((await managed.get('/api/aliveness-test/nope')).status).toBe(404);
  });
});
