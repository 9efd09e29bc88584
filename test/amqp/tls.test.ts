import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { connect as connectAmqp } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { connect as connectDirect } from '../../src/client/index.ts';
import { tlsFile } from '../client/tls-proxy.ts';
import { isOracle, type StartOptions } from '../support/broker.ts';
import { DirectClient } from '../support/direct-client.ts';
import { freePort } from '../support/free-port.ts';
import { waitFor } from '../support/wait-for.ts';

const FILES = new URL('../client/tls-files/', import.meta.url).pathname;
const CA: ConnectionOptions = { ca: tlsFile('ca.pem') };
const CLIENT: ConnectionOptions = {
  ...CA,
  cert: tlsFile('client.pem'),
  key: tlsFile('client.key'),
};

/** Mechanism EXTERNAL, as amqplib wants it. */
const EXTERNAL = { mechanism: 'EXTERNAL', response: () => Buffer.alloc(0) };

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: StartOptions = {}): Promise<{ broker: Broker; tlsPort: number }> {
  for (;;) {
    const tlsPort = await freePort();
    try {
      const broker = await Broker.start({
        port: 0,
        tlsPort,
        tlsCert: join(FILES, 'server.pem'),
        tlsKey: join(FILES, 'server.key'),
        tlsCa: join(FILES, 'ca.pem'),
        ...options,
      });
      closers.push(() => broker.stop());
      return { broker, tlsPort };
    } catch (error) {
      // Somebody else was faster.
      if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    }
  }
}

async function connected(tlsPort: number, options: object) {
  const connection = await connectAmqp(`amqps://127.0.0.1:${tlsPort}`, options);
  connection.on('error', () => {});
  closers.push(() => connection.close().catch(() => {}));
  return connection;
}

/** The name in the certificate that is served. */
async function servedName(port: number): Promise<string | undefined> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => {
    socket.on('secureConnect', () => resolve());
    socket.on('error', reject);
  });
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return Array.isArray(CN) ? CN[0] : CN;
}

describe.skipIf(isOracle)('amqps', () => {
  it('is named among the listeners and carries messages of any size', async () => {
    const { broker, tlsPort } = await start();
    expect(broker.listeners).toContainEqual({ name: 'amqps', address: `127.0.0.1:${tlsPort}` });
    const channel = await (await connected(tlsPort, CA)).createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const received: number[] = [];
    await channel.consume(queue, (m) => received.push(m?.content.length ?? -1), { noAck: true });
    const sizes = Array.from({ length: 300 }, (_, i) => (i % 50 === 49 ? 300_000 : i));
    for (const size of sizes) channel.sendToQueue(queue, Buffer.alloc(size));
    await waitFor('all messages', async () => received.length === sizes.length);
    expect(received).toEqual(sizes);
  });

  it.each([
    ['in one thread', { shards: 0 }],
    ['in threads', { shards: 2, writers: 1 }],
  ])('carries Direct Mode, %s', async (_, options) => {
    const { tlsPort } = await start(options);
    const url = `amqps://guest:guest@127.0.0.1:${tlsPort}`;
    const connection = await connectDirect(url, { ca: tlsFile('ca.pem'), direct: true });
    closers.push(() => connection.close());
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const received: number[] = [];
    await channel.consume(queue, (m) => received.push(m?.content.length ?? -1), { noAck: true });
    const sizes = Array.from({ length: 500 }, (_size, i) => (i % 100 === 99 ? 200_000 : i));
    for (const size of sizes) channel.sendToQueue(queue, Buffer.alloc(size));
    await waitFor('all messages', async () => received.length === sizes.length);
    expect(received).toEqual(sizes);
    expect(connection.stats().delivered).toEqual({ direct: sizes.length, ordinary: 0 });
  });

  it('has no lease that it granted used in the clear', async () => {
    const { broker, tlsPort } = await start();
    const connection = await connectDirect(`amqps://guest:guest@127.0.0.1:${tlsPort}`, {
      ca: tlsFile('ca.pem'),
    });
    closers.push(() => connection.close());
    await connection.createChannel();
    const token = broker.administer((core) => {
      const [first] = core.connections.values();
      const owner = {
        connection: first,
        channel: 1,
      } as unknown as Parameters<NonNullable<typeof core.direct>['grantSink']>[0];
      return core.direct?.grantSink(owner, '/', 'amq.fanout') ?? '';
    });
    const client = await DirectClient.connect(broker.port, '127.0.0.1');
    closers.push(() => client.destroy());
    const answer = await client.expectRefusal(token);
    expect(answer).toMatch(/^402 BAD-LEASE/);
  });

  it('does not talk to who uses no TLS, or an old version of it', async () => {
    const { tlsPort } = await start();
    await expect(connectAmqp(`amqp://127.0.0.1:${tlsPort}`)).rejects.toThrow();
    await expect(
      connected(tlsPort, { ...CA, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
    ).rejects.toThrow();
    await connected(tlsPort, { ...CA, maxVersion: 'TLSv1.2' });
  });

  it('lets clients log in with their certificate', async () => {
    const { broker, tlsPort } = await start({ tlsVerify: 'peer' });
    broker.administer(({ accounts }) => {
      accounts.putUser({ name: 'client' });
      accounts.setPermissions('client', '/', { configure: '', write: '', read: '' });
    });
    await connected(tlsPort, { ...CLIENT, credentials: EXTERNAL });
    const users = broker.administer(({ accounts }) => accounts.user('client').connectionCount);
    expect(users).toBe(1);
    await expect(connected(tlsPort, { ...CA, credentials: EXTERNAL })).rejects.toThrow();
    await connected(tlsPort, CA);
  });

  it.each([
    ['common-name', 'ann'],
    ['distinguished-name', 'CN=ann,OU=Shop,O=Example'],
    ['subject-alternative-name', 'ann@example.org'],
  ] as const)('takes the user from the %s of the certificate', async (tlsLoginFrom, name) => {
    const { broker, tlsPort } = await start({
      tlsVerify: 'peer',
      tlsCa: join(FILES, 'person.pem'),
      tlsLoginFrom,
    });
    const person = { ...CA, cert: tlsFile('person.pem'), key: tlsFile('person.key') };
    const logIn = () => connected(tlsPort, { ...person, credentials: EXTERNAL });
    await expect(logIn()).rejects.toThrow(/ACCESS_REFUSED|403/);
    broker.administer(({ accounts }) => {
      accounts.putUser({ name });
      accounts.setPermissions(name, '/', { configure: '', write: '', read: '' });
    });
    await logIn();
    expect(broker.administer(({ accounts }) => accounts.user(name).connectionCount)).toBe(1);
  });

  it('refuses clients without a certificate where it must', async () => {
    const { tlsPort } = await start({ tlsVerify: 'peer', tlsRequireCertificate: true });
    await expect(connected(tlsPort, CA)).rejects.toThrow();
    await connected(tlsPort, CLIENT);
  });

  it('serves a new certificate to new connections, and no bad one', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'directmq-tls-'));
    closers.push(() => rmSync(directory, { recursive: true }));
    const tlsCert = join(directory, 'cert.pem');
    const tlsKey = join(directory, 'key.pem');
    const install = (name: string) => {
      copyFileSync(join(FILES, `${name}.pem`), tlsCert);
      copyFileSync(join(FILES, `${name}.key`), tlsKey);
    };
    install('server');
    const { broker, tlsPort } = await start({ tlsCert, tlsKey });
    const open = await (await connected(tlsPort, CA)).createChannel();
    const before = await servedName(tlsPort);
    install('client');
    broker.reloadCertificates();
    const after = await servedName(tlsPort);
    expect(after).not.toBe(before);
    writeFileSync(tlsCert, 'no certificate');
    broker.reloadCertificates();
    expect(await servedName(tlsPort)).toBe(after);
    copyFileSync(join(FILES, 'server.pem'), tlsCert);
    broker.reloadCertificates();
    expect(await servedName(tlsPort)).toBe(after);
    await open.checkExchange('amq.direct');
  });

  it('notices by itself that its files have changed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'directmq-tls-'));
    closers.push(() => rmSync(directory, { recursive: true }));
    const tlsCert = join(directory, 'cert.pem');
    const tlsKey = join(directory, 'key.pem');
    copyFileSync(join(FILES, 'server.pem'), tlsCert);
    copyFileSync(join(FILES, 'server.key'), tlsKey);
    const { tlsPort } = await start({ tlsCert, tlsKey });
    expect(await servedName(tlsPort)).toBe('server');
    // As tools for certificates do it: the new ones take the place of the old ones at once.
    for (const [name, path] of [
      ['client.key', tlsKey],
      ['client.pem', tlsCert],
    ] as const) {
      copyFileSync(join(FILES, name), `${path}.new`);
      renameSync(`${path}.new`, path);
    }
    await waitFor('the new one', async () => (await servedName(tlsPort)) === 'client', 30_000);
  });

  it('is no reason to start with files that cannot be used', async () => {
    await expect(start({ tlsCert: '/nowhere.pem' })).rejects.toThrow(/ENOENT.*nowhere/);
    await expect(start({ tlsKey: join(FILES, 'client.key') })).rejects.toThrow(/used together/);
  });
});
