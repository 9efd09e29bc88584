import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerCore } from '../../src/amqp-control/broker-core.ts';
import { exportDefinitions, exportVhostDefinitions } from '../../src/definitions/export.ts';
import { planImport } from '../../src/definitions/import.ts';
import { parseDefinitions, readDefinitions } from '../../src/definitions/schema.ts';
import { type RunningBroker, type StartOptions, startBroker } from '../support/broker.ts';
import { RawClient } from '../support/raw-client.ts';

/** Exported by RabbitMQ 3.10.8 (`rabbitmqctl export_definitions`). */
const EXPORT = new URL('rabbitmq-3.10.json', import.meta.url);

const brokers: RunningBroker[] = [];

async function start(options: StartOptions = {}): Promise<RunningBroker> {
  const broker = await startBroker(options);
  brokers.push(broker);
  return broker;
}

afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.stop();
});

/** Imports into a running broker, as the management API does. @returns the notes */
function importInto(broker: RunningBroker, definitions: unknown, vhost?: string) {
  return broker.administer((core) => {
    const plan = planImport(core, readDefinitions(definitions), vhost);
    plan.administer();
    plan.declare();
    return plan.notes;
  });
}

async function exported(broker: RunningBroker): Promise<Record<string, unknown>> {
  const core = broker.administer((all) => all);
  await core.logins.hashPlainPasswords();
  return broker.administer(exportDefinitions);
}

function shopOf(core: BrokerCore) {
  return core.vhostBook.get('shop');
}

describe("RabbitMQ's definitions", () => {
  const options = { definitions: EXPORT.pathname };

  it('bring users, who log in with the passwords they had, instead of the default user', async () => {
    const broker = await start(options);
    const client = await RawClient.connect(broker.port, broker.host);
    await client.login({ user: 'tom', password: 'tom-secret', vhost: 'shop' });
    client.destroy();
    const users = broker.administer(({ accounts }) => [...accounts.users.values()]);
    expect(users.map(({ name }) => name).sort()).toEqual(['admin', 'guest', 'nopass', 'tom']);
    const tom = users.find(({ name }) => name === 'tom');
    expect(tom?.tags).toEqual(['monitoring', 'policymaker']);
    expect(tom?.limits).toEqual({ connectionsMax: 10, channelsMax: 100 });
    expect(tom?.permissionsIn('/')).toBeNull();
    expect(tom?.permissionsIn('shop')?.patterns).toEqual({
      configure: '^shop\\.',
      write: '.*',
      read: '.*',
    });
    expect(tom?.topicPermissionsFor('shop', 'amq.topic')?.patterns).toEqual({
      write: '^{username}\\.',
      read: '.*',
    });
    expect(users.find(({ name }) => name === 'nopass')?.password).toBeNull();
  });

  it('bring virtual hosts with limits, policies and operator policies', async () => {
    const broker = await start(options);
    broker.administer((core) => {
      expect([...core.vhosts.keys()].sort()).toEqual(['/', 'shop']);
      const shop = shopOf(core);
      expect(shop.limits).toEqual({ connectionsMax: 64, queuesMax: 32 });
      expect([...shop.policies.policies('policy').keys()].sort()).toEqual(['ae', 'ttl']);
      expect([...shop.policies.policies('operator policy').keys()]).toEqual(['cap']);
      expect(shop.queues.get('shop.orders')?.rules).toMatchObject({
        messageTtlMs: 60_000,
        maxLength: 1000,
        deadLetterExchange: 'shop.dead',
      });
      expect(shop.exchanges.get('shop.events')?.alternate).toBe('shop.unrouted');
    });
  });

  it('bring exchanges, queues and bindings, and say what becomes of the others', async () => {
    const broker = await start(options);
    broker.administer((core) => {
      const shop = shopOf(core);
      expect([...shop.queues.keys()].sort()).toEqual(['shop.dead', 'shop.orders', 'shop.quorum']);
      expect(shop.queues.get('shop.quorum')?.settings.durable).toBe(true);
      const bindings = shop.graph.bindings('shop.events');
      expect(bindings.map(({ routingKey }) => routingKey).sort()).toEqual(['#', 'order.*']);
    });
    const core = broker.administer((all) => all);
    const { notes } = planImport(core, parseDefinitions(readFileSync(EXPORT, 'utf8')));
    expect(notes.join('\n')).toContain("queue 'shop.quorum' in vhost 'shop': type quorum");
    expect(notes.join('\n')).toContain("queue 'shop.stream' in vhost 'shop' is left out: streams");
    expect(core.globalParameters.all.get('cluster_name')).toBe('shop-cluster');
  });

  it('let applications declare their quorum queues as they always did', async () => {
    const broker = await start(options);
    const client = await RawClient.connect(broker.port, broker.host);
    await client.login({ user: 'tom', password: 'tom-secret', vhost: 'shop' });
    await client.openChannel(1);
    client.send(1, {
      name: 'queue.declare',
      queue: 'shop.quorum',
      durable: true,
      arguments: { 'x-queue-type': 'quorum' },
    });
    await client.expectMethod(1, 'queue.declare-ok');
    client.destroy();
  });

  it('can be imported again, and exported and imported elsewhere, without a difference', async () => {
    const first = await start(options);
    const definitions = await exported(first);
    importInto(first, definitions);
    expect(await exported(first)).toEqual(definitions);
    const second = await start();
    second.administer(({ accounts }) => accounts.deleteUser('guest'));
    importInto(second, JSON.parse(JSON.stringify(definitions)));
    expect(await exported(second)).toEqual(definitions);
  });

  it('of one virtual host can be imported into another', async () => {
    const broker = await start(options);
    broker.administer(({ vhostBook }) => vhostBook.put('copy'));
    const shop = broker.administer((core) => exportVhostDefinitions(shopOf(core)));
    expect(shop).not.toHaveProperty('users');
    importInto(broker, shop, 'copy');
    const copy = broker.administer((core) => exportVhostDefinitions(core.vhostBook.get('copy')));
    expect(copy).toEqual(shop);
  });

  it('tell no passwords', async () => {
    const broker = await start({
      users: [{ name: 'tom', password: 'very secret', permissions: {} }],
    });
    expect(() => broker.administer(exportDefinitions)).toThrow('the password of tom is not hashed');
    expect(JSON.stringify(await exported(broker))).not.toContain('very secret');
  });
});

describe('definitions that are wrong', () => {
  const vhosts = [{ name: '/' }];
  const queue = { name: 'q', vhost: '/', durable: true, auto_delete: false, arguments: {} };

  it.each<[string, unknown, string]>([
    ['a wrong type', { queues: [queue, { ...queue, durable: 'yes' }] }, 'queues[1].durable: '],
    ['no list', { users: {} }, 'users: Invalid input: expected array'],
    ['no object', [], 'definitions: Invalid input: expected object'],
    [
      'a vhost that is missing',
      { queues: [{ ...queue, vhost: 'x' }] },
      'queues[0]: there is no vh',
    ],
    [
      'an argument out of range',
      { queues: [{ ...queue, arguments: { 'x-max-length': -1 } }] },
      "queues[0]: invalid arg 'x-max-length' for queue 'q'",
    ],
    [
      'a user that is missing',
      { permissions: [{ user: 'x', vhost: '/', configure: '', write: '', read: '' }] },
      "permissions[0]: there is no user 'x'",
    ],
    [
      'a bad pattern',
      { permissions: [{ user: 'guest', vhost: '/', configure: '(', write: '', read: '' }] },
      'permissions[0]: Invalid regular expression',
    ],
    [
      'a bad hash',
      { users: [{ name: 'x', password_hash: 'eA==', tags: '' }] },
      'users[0]: not a hash by rabbit_password_hashing_sha256',
    ],
    [
      'a bad policy',
      { policies: [{ vhost: '/', name: 'p', pattern: '', definition: { 'max-priority': 1 } }] },
      "policies[0]: policy 'p': 'max-priority' can't be set",
    ],
    [
      'a binding to nothing',
      {
        bindings: [
          { vhost: '/', source: 'amq.direct', destination: 'x', destination_type: 'queue' },
        ],
      },
      "bindings[0]: there is no queue 'x' in vhost '/'",
    ],
  ])('are refused for %s, and nothing is changed', async (_, definitions, text) => {
    const broker = await start();
    const before = await exported(broker);
    const good = { vhosts: [...vhosts, { name: 'new' }], queues: [queue] };
    const all = Array.isArray(definitions) ? definitions : { ...good, ...(definitions as object) };
    expect(() => importInto(broker, all)).toThrow(text);
    expect(await exported(broker)).toEqual(before);
  });

  it('are no reason to start', async () => {
    await expect(startBroker({ definitions: '/nowhere/at.all' })).rejects.toThrow(
      /cannot read definitions: ENOENT/,
    );
  });
});
