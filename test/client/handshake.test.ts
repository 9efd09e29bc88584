import amqplib from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import packageManifest from '../../package.json' with { type: 'json' };
import * as client from '../../src/client/index.ts';
import { VERSION } from '../../src/client/version.ts';
import { ScriptedBroker } from './scripted-broker.ts';

type Connect = (
  url: string | client.Options.Connect,
  options?: client.SocketOptions,
) => Promise<{ close(): Promise<void> }>;

const LIBRARIES: Readonly<Record<'amqplib' | 'client', Connect>> = {
  amqplib: amqplib.connect as unknown as Connect,
  client: client.connect,
};

let broker: ScriptedBroker | null = null;

afterEach(async () => {
  await broker?.stop();
  broker = null;
});

/** What a library says when it opens a connection, or why it does not. */
async function handshakeOf(
  connect: Connect,
  address: (port: number) => string | client.Options.Connect,
  options?: client.SocketOptions,
): Promise<unknown> {
  broker = await ScriptedBroker.start();
  try {
    const connection = await connect(address(broker.port), options);
    await connection.close();
    const start = broker.said('connection.start-ok');
    return {
      mechanism: start?.mechanism,
      response: start?.response.toString('latin1'),
      locale: start?.locale,
      tune: broker.said('connection.tune-ok'),
      vhost: broker.said('connection.open')?.virtualHost,
      capabilities: start?.clientProperties.capabilities,
      name: start?.clientProperties.connection_name,
    };
  } catch (error) {
    return String(error);
  } finally {
    await broker.stop();
  }
}

const HOST = '127.0.0.1';
const { plain, amqplain, external } = client.credentials;

/** Numbers as programs get them from their environment. */
function fromEnvironment(options: Record<string, string>): client.Options.Connect {
  return options as client.Options.Connect;
}

describe('what is said to open a connection is what amqplib says', () => {
  it.each<[string, (port: number) => string | client.Options.Connect, client.SocketOptions?]>([
    ['a URL', (port) => `amqp://${HOST}:${port}`],
    ['a user', (port) => `amqp://me:secret@${HOST}:${port}`],
    ['a user without a password', (port) => `amqp://me@${HOST}:${port}`],
    ['no user but a password', (port) => `amqp://:secret@${HOST}:${port}`],
    ['encoded names', (port) => `amqp://m%40e:se%2Fcret@${HOST}:${port}/a%2Fb`],
    ['a percent sign that encodes nothing', (port) => `amqp://me:50%@${HOST}:${port}`],
    ['a slash', (port) => `amqp://${HOST}:${port}/`],
    ['the vhost /', (port) => `amqp://${HOST}:${port}/%2F`],
    ['the vhost / in full', (port) => `amqp://${HOST}:${port}//`],
    [
      'a query',
      (port) => `amqp://${HOST}:${port}?heartbeat=7&frameMax=8192&channelMax=3&locale=de_DE`,
    ],
    ['a query with a value twice', (port) => `amqp://${HOST}:${port}?heartbeat=7&heartbeat=9`],
    ['a query without sense', (port) => `amqp://${HOST}:${port}?frameMax=x`],
    ['a heartbeat above what the broker wants', (port) => `amqp://${HOST}:${port}?heartbeat=900`],
    ['no heartbeats', (port) => `amqp://${HOST}:${port}?heartbeat=0`],
    ['no limits', (port) => `amqp://${HOST}:${port}?frameMax=0&channelMax=0`],
    ['a frame size that is none', (port) => `amqp://${HOST}:${port}?maxFrameSize=12x`],
    ['parts', (port) => ({ hostname: HOST, port, username: 'me', password: 'x', vhost: 'v' })],
    ['parts without a user', (port) => ({ hostname: HOST, port })],
    ['parts with a user only', (port) => ({ hostname: HOST, port, username: 'me' })],
    ['parts with an encoded vhost', (port) => ({ hostname: HOST, port, vhost: '%2F' })],
    ['parts with heartbeat null', (port) => ({ hostname: HOST, port, heartbeat: null })],
    [
      'parts that are all text',
      (port) => fromEnvironment({ hostname: HOST, port: `${port}`, heartbeat: '7' }),
    ],
    ['plain credentials', (port) => `amqp://${HOST}:${port}`, { credentials: plain('a', 'b') }],
    ['AMQPLAIN', (port) => `amqp://${HOST}:${port}`, { credentials: amqplain('a', 'b') }],
    ['EXTERNAL', (port) => `amqp://${HOST}:${port}`, { credentials: external() }],
    [
      'a mechanism that the broker has not',
      (port) => `amqp://${HOST}:${port}`,
      { credentials: { mechanism: 'SCRAM', response: () => Buffer.alloc(0) } },
    ],
    [
      'properties',
      (port) => `amqp://${HOST}:${port}`,
      { clientProperties: { connection_name: 'mine' } },
    ],
  ])('with %s', async (_what, address, options) => {
    const expected = await handshakeOf(LIBRARIES.amqplib, address, options);
    expect(await handshakeOf(LIBRARIES.client, address, options)).toEqual(expected);
  });
});

describe('the client', () => {
  it('says who it is', async () => {
    broker = await ScriptedBroker.start();
    await (await client.connect(broker.url)).close();
    expect(broker.said('connection.start-ok')?.clientProperties).toMatchObject({
      product: 'directmq/client',
      version: packageManifest.version,
    });
    expect(VERSION).toBe(packageManifest.version);
  });

  it('lets the application say who it is', async () => {
    broker = await ScriptedBroker.start();
    const clientProperties = { product: 'mine', connection_name: 'worker 7' };
    await (await client.connect(broker.url, { clientProperties })).close();
    expect(broker.said('connection.start-ok')?.clientProperties).toMatchObject(clientProperties);
  });

  it('refuses a frame size that no broker may propose', async () => {
    broker = await ScriptedBroker.start({ frameMax: 100 });
    await expect(client.connect(broker.url)).rejects.toThrow('below the protocol minimum 4096');
  });

  it('says what to use instead of the option recovery of amqplib', async () => {
    const options: object = { recovery: true };
    await expect(client.connect('amqp://localhost', options)).rejects.toThrow("use 'reconnect'");
  });

  it('gives up connecting after its timeout, even if somebody answers the call', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, HOST, resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const connecting = client.connect(`amqp://${HOST}:${port}`, { timeout: 50 });
    await expect(connecting).rejects.toThrow('connect ETIMEDOUT');
    silent.close();
  });
});

describe('heartbeats', () => {
  it('are sent while nothing else is, and silence ends the connection', async () => {
    broker = await ScriptedBroker.start({ heartbeat: 1 });
    const connection = await client.connect(broker.url);
    const failure = new Promise<Error>((resolve) => connection.once('error', resolve));
    const closed = new Promise<Error>((resolve) => connection.once('close', resolve));
    // The broker never says a word: two intervals without a sign of life are too many.
    expect((await failure).message).toBe('Heartbeat timeout');
    expect((await closed).message).toBe('Heartbeat timeout');
    expect(broker.heartbeats).toBeGreaterThan(0);
  });
});
