import { afterEach, describe, expect, it } from 'vitest';
import { connect, type SocketOptions } from '../../src/client/index.ts';
import { waitFor } from '../support/wait-for.ts';
import { useClientSession } from './client-session.ts';
import { TlsProxy, tlsFile } from './tls-proxy.ts';

const session = useClientSession();
const CA: SocketOptions = { ca: tlsFile('ca.pem') };

let proxy: TlsProxy | null = null;

afterEach(async () => {
  await proxy?.stop();
  proxy = null;
});

/** Starts TLS in front of the broker. */
async function secured(clientCertificates = false): Promise<TlsProxy> {
  proxy = await TlsProxy.start(session.broker.port, clientCertificates);
  return proxy;
}

function urlOf({ port }: TlsProxy, host = '127.0.0.1'): string {
  return `amqps://guest:guest@${host}:${port}`;
}

describe('amqps', () => {
  it.each([
    ['over the AMQP connection', false],
    ['in Direct Mode', true],
  ])('carries messages both ways %s', async (_name, direct) => {
    const tls = await secured();
    const connection = await session.track(connect(urlOf(tls), { ...CA, direct }));
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const received: number[] = [];
    await channel.consume(queue, (message) => received.push(message?.content.length ?? -1), {
      noAck: true,
    });
    const sizes = Array.from({ length: 500 }, (_, i) => (i % 100 === 99 ? 200_000 : i));
    for (const size of sizes) channel.sendToQueue(queue, Buffer.alloc(size));
    await waitFor('all messages', () => received.length === sizes.length);
    expect(received).toEqual(sizes);
    const ways = connection.stats().delivered;
    const isDirect = direct && connection.stats().direct;
    expect(ways).toEqual(
      isDirect ? { direct: sizes.length, ordinary: 0 } : { direct: 0, ordinary: sizes.length },
    );
    // The AMQP connection, and in Direct Mode a sink and a feed.
    expect(tls.clients.length).toBe(isDirect ? 3 : 1);
  });

  it.each([false, true])('loses nothing when it is closed at once (direct: %s)', async (direct) => {
    const tls = await secured();
    const connection = await session.track(connect(urlOf(tls), { ...CA, direct }));
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    for (let i = 0; i < 5000; i++) channel.sendToQueue(queue, Buffer.alloc(100));
    await connection.close();
    const probe = await (await session.connect()).createChannel();
    await waitFor('all messages', async () => {
      return (await probe.checkQueue(queue)).messageCount === 5000;
    });
  });

  it('is refused if the certificate is from an unknown authority', async () => {
    const tls = await secured();
    await expect(connect(urlOf(tls))).rejects.toThrow(/certificate/);
  });

  it('is refused if the certificate names another host', async () => {
    const tls = await secured();
    const options = { ...CA, servername: 'example.org' };
    await expect(connect(urlOf(tls), options)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('says which host it wants, unless that is an address', async () => {
    const tls = await secured();
    await session.track(connect(urlOf(tls, 'localhost'), { ...CA, family: 4 } as SocketOptions));
    await session.track(connect(urlOf(tls), CA));
    expect(tls.servernames).toEqual(['localhost']);
  });

  it.each<[string, SocketOptions]>([
    ['a certificate and its key', { cert: tlsFile('client.pem'), key: tlsFile('client.key') }],
    ['a PFX and its passphrase', { pfx: tlsFile('client.pfx'), passphrase: 'sesame' }],
  ])('shows who we are with %s, on direct connections too', async (_name, options) => {
    const tls = await secured(true);
    const connection = await session.track(
      connect(urlOf(tls), { ...CA, ...options, direct: true }),
    );
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('q', { durable: false });
    channel.sendToQueue(queue, Buffer.from('x'));
    const { direct } = connection.stats();
    await waitFor('the sink', () => !direct || connection.stats().sinks[0]?.mode === 'direct');
    expect(tls.clients).toEqual(Array(direct ? 2 : 1).fill('client'));
  });

  it('is refused without a certificate where one is asked for', async () => {
    const tls = await secured(true);
    await expect(connect(urlOf(tls), CA)).rejects.toThrow();
  });

  it('comes back when it is lost', async () => {
    const tls = await secured();
    const reconnect = { initialDelayMs: 10 };
    const connection = await session.track(connect(urlOf(tls), { ...CA, reconnect }));
    const channel = await connection.createChannel();
    const back = new Promise((resolve) => connection.once('reconnected', resolve));
    const { port } = tls;
    await tls.stop();
    proxy = await TlsProxy.start(session.broker.port, false, port);
    await back;
    expect(await channel.assertQueue('q', { durable: false })).toMatchObject({ queue: 'q' });
  });
});
