import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { connect } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { tlsFile } from '../client/tls-proxy.ts';
import type { StartOptions } from '../support/broker.ts';
import { freePort } from '../support/free-port.ts';

const FILES = new URL('../client/tls-files/', import.meta.url).pathname;
const SERVER = { tlsCert: join(FILES, 'server.pem'), tlsKey: join(FILES, 'server.key') };

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: StartOptions): Promise<Broker> {
  const broker = await Broker.start({
    port: 0,
    managementPort: 0,
    managementTls: true,
    ...options,
  });
  closers.push(() => broker.stop());
  return broker;
}

interface Answer {
  readonly status: number | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at JSON of any shape
  readonly json: any;
  /** The common name in the certificate that was served. */
  readonly servedBy: unknown;
}

/** GETs a path of the API on a new connection. */
function get(broker: Broker, path: string, ca = tlsFile('ca.pem')): Promise<Answer> {
  const { address } = broker.listeners.find(({ name }) => name === 'management') ?? {};
  const options = { auth: 'guest:guest', ca, agent: false, checkServerIdentity: () => undefined };
  return new Promise((resolve, reject) => {
    const asking = request(`https://${address}${path}`, options, async (response) => {
      const served = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode, json: JSON.parse(text), servedBy: served });
    });
    asking.on('error', reject);
    asking.end();
  });
}

describe('the management API over TLS', () => {
  it('is served with the certificate of AMQP unless it has its own, and not in the clear', async () => {
    const broker = await start(SERVER);
    const { status, json, servedBy } = await get(broker, '/api/overview');
    expect({ status, servedBy }).toEqual({ status: 200, servedBy: 'server' });
    expect(json.listeners.map(({ protocol }: { protocol: string }) => protocol)).toEqual([
      'amqp',
      'https',
    ]);
    const { address } = broker.listeners[1];
    await expect(fetch(`http://${address}/api/overview`)).rejects.toThrow();
    const own = await start({
      ...SERVER,
      managementTlsCert: join(FILES, 'client.pem'),
      managementTlsKey: join(FILES, 'client.key'),
    });
    expect((await get(own, '/api/whoami')).servedBy).toBe('client');
  });

  it('follows its files, but not to ones that cannot be used', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'directmq-tls-'));
    closers.push(() => rmSync(directory, { recursive: true }));
    const managementTlsCert = join(directory, 'cert.pem');
    const managementTlsKey = join(directory, 'key.pem');
    const install = (name: string) => {
      copyFileSync(join(FILES, `${name}.pem`), managementTlsCert);
      copyFileSync(join(FILES, `${name}.key`), managementTlsKey);
    };
    install('server');
    const broker = await start({ managementTlsCert, managementTlsKey });
    expect((await get(broker, '/api/whoami')).servedBy).toBe('server');
    install('client');
    broker.reloadCertificates();
    // The thread of the API has heard of it when it answers what was asked later.
    await get(broker, '/api/overview');
    expect((await get(broker, '/api/whoami')).servedBy).toBe('client');
    writeFileSync(managementTlsCert, 'no certificate');
    broker.reloadCertificates();
    await get(broker, '/api/overview');
    expect((await get(broker, '/api/whoami')).servedBy).toBe('client');
  });

  it('is no reason to start without a certificate, or with half of one', async () => {
    await expect(start({})).rejects.toThrow(/management-tls needs management-tls-cert/);
    const half = { managementTlsCert: SERVER.tlsCert };
    await expect(start({ ...SERVER, ...half })).rejects.toThrow(/go together/);
    const missing = { managementTlsCert: '/nowhere.pem', managementTlsKey: SERVER.tlsKey };
    await expect(start(missing)).rejects.toThrow(/ENOENT.*nowhere/);
  });
});

describe('what the API says of TLS', () => {
  it('is what a connection has agreed on, and whose certificate its client has shown', async () => {
    const tlsPort = await freePort();
    const person = tlsFile('person.pem');
    const broker = await start({
      ...SERVER,
      tlsPort,
      tlsCa: join(FILES, 'person.pem'),
      tlsVerify: 'peer',
    });
    const connection = await connect(`amqps://127.0.0.1:${tlsPort}`, {
      ca: tlsFile('ca.pem'),
      cert: person,
      key: tlsFile('person.key'),
    });
    closers.push(() => connection.close());
    const [shown] = (await get(broker, '/api/connections')).json;
    expect(shown).toMatchObject({
      ssl: true,
      ssl_protocol: 'tlsv1.3',
      ssl_key_exchange: 'any',
      ssl_cipher: 'aes_256_gcm',
      ssl_hash: 'sha384',
      peer_cert_subject: 'CN=ann,OU=Shop,O=Example',
      peer_cert_issuer: 'CN=ann,OU=Shop,O=Example',
    });
    expect(shown.peer_cert_validity).toMatch(/^20\d\d-\S+Z - 21\d\d-\S+Z$/);
    const old = await connect(`amqps://127.0.0.1:${tlsPort}`, {
      ca: tlsFile('ca.pem'),
      maxVersion: 'TLSv1.2',
    });
    closers.push(() => old.close());
    expect((await get(broker, '/api/connections')).json[1]).toMatchObject({
      ssl_protocol: 'tlsv1.2',
      ssl_key_exchange: 'ecdhe_ecdsa',
      peer_cert_subject: '',
    });
  });

  it('is which certificates expire soon', async () => {
    const tlsPort = await freePort();
    const broker = await start({ ...SERVER, tlsPort, tlsCa: join(FILES, 'ca.pem') });
    const path = '/api/health/checks/certificate-expiration';
    expect((await get(broker, `${path}/1/years`)).json).toEqual({ status: 'ok' });
    const { status, json } = await get(broker, `${path}/200/years`);
    expect(status).toBe(503);
    expect(json).toMatchObject({
      status: 'failed',
      reason: 'Certificates expiring',
      expired: [
        { protocol: 'amqp/ssl', port: tlsPort, certfile: SERVER.tlsCert },
        { protocol: 'https', certfile_expires_on: expect.stringMatching(/^2126-/) },
      ],
    });
    expect(json.expired[0].cacertfile_expires_on).toMatch(/^2126-/);
    expect((await get(broker, `${path}/soon/days`)).status).toBe(400);
  });
});
