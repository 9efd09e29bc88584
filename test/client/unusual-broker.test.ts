import amqplib from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import * as client from '../../src/client/index.ts';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedBroker } from './scripted-broker.ts';

type Library = Pick<typeof client, 'connect'>;

let broker: ScriptedBroker | null = null;

afterEach(async () => {
  await broker?.stop();
  broker = null;
});

interface Failure extends Error {
  code?: number;
  classId?: number;
  methodId?: number;
}

/** What an error says. Our errors of connections say which method is blamed; amqplib's do not. */
function shown(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, code } = value as Failure;
  return { name, message, code };
}

/** A connection with a channel on a broker that does what it is told, and all that they emit. */
class Scene {
  readonly broker: ScriptedBroker;
  readonly connection: client.ChannelModel;
  readonly channel: client.Channel;
  readonly events: unknown[] = [];

  private constructor(
    scripted: ScriptedBroker,
    connection: client.ChannelModel,
    channel: client.Channel,
  ) {
    this.broker = scripted;
    this.connection = connection;
    this.channel = channel;
    for (const event of ['error', 'close', 'blocked', 'unblocked', 'update-secret-ok']) {
      connection.on(event, (value) => this.events.push(['connection', event, shown(value)]));
    }
    for (const event of ['error', 'close']) {
      channel.on(event, (value) => this.events.push(['channel', event, shown(value)]));
    }
  }

  static async open({ connect }: Library): Promise<Scene> {
    broker = await ScriptedBroker.start();
    const connection = await connect(broker.url);
    return new Scene(broker, connection, await connection.createChannel());
  }

  async seen(count: number): Promise<void> {
    await waitFor('events', () => this.events.length >= count);
  }
}

/** What a scene comes to with each library; the broker's side of it included. */
async function bothWays(play: (scene: Scene) => Promise<void>): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const library of [amqplib as unknown as Library, client]) {
    const scene = await Scene.open(library);
    await play(scene);
    // Its properties tell the libraries apart.
    const said = scene.broker.methods.filter(({ name }) => name !== 'connection.start-ok');
    outcomes.push({ events: [...scene.events], said });
    await scene.broker.stop();
  }
  return outcomes;
}

describe('what a broker does unexpectedly has the effects it has with amqplib', () => {
  it.each<[string, (scene: Scene) => Promise<void>]>([
    [
      'it blocks, and unblocks',
      async (scene) => {
        scene.broker.say(0, { name: 'connection.blocked', reason: 'low on memory' });
        await scene.seen(1);
        scene.broker.say(0, { name: 'connection.unblocked' });
        await scene.seen(2);
      },
    ],
    [
      'it is blocked when the connection is closed',
      async (scene) => {
        scene.broker.say(0, { name: 'connection.blocked', reason: 'low on memory' });
        await scene.seen(1);
        await scene.connection.close();
        await scene.seen(3);
      },
    ],
    [
      'it takes a new secret',
      async (scene) => {
        await scene.connection.updateSecret(Buffer.from('new'), 'expired');
        await scene.seen(1);
      },
    ],
    [
      'it closes the connection because it stops',
      async (scene) => {
        const close = { replyCode: 320, replyText: 'CONNECTION_FORCED', classId: 0, methodId: 0 };
        scene.broker.say(0, { name: 'connection.close', ...close });
        await scene.seen(2);
        await waitFor('the answer', () => scene.broker.said('connection.close-ok') !== undefined);
      },
    ],
    [
      'it closes the connection because of an error',
      async (scene) => {
        const close = { replyCode: 541, replyText: 'INTERNAL_ERROR', classId: 60, methodId: 40 };
        scene.broker.say(0, { name: 'connection.close', ...close });
        await scene.seen(3);
        await waitFor('the answer', () => scene.broker.said('connection.close-ok') !== undefined);
      },
    ],
    [
      'it closes the channel',
      async (scene) => {
        const close = { replyCode: 406, replyText: 'PRECONDITION', classId: 60, methodId: 80 };
        scene.broker.say(1, { name: 'channel.close', ...close });
        await scene.seen(2);
        await waitFor('the answer', () => scene.broker.said('channel.close-ok') !== undefined);
      },
    ],
    [
      'it confirms what was never published',
      async (scene) => {
        scene.broker.say(1, { name: 'basic.ack', deliveryTag: 17, multiple: false });
        await scene.channel.prefetch(1);
      },
    ],
    [
      'it uses a channel that is not open',
      async (scene) => {
        scene.broker.say(5, { name: 'basic.qos-ok' });
        // amqplib words the error with the frame itself.
        await scene.seen(3);
        scene.events.shift();
      },
    ],
    [
      'it answers something else',
      async (scene) => {
        const failure = scene.channel.checkQueue('q').catch(() => {});
        await waitFor('the question', () => scene.broker.said('queue.declare') !== undefined);
        scene.broker.say(1, { name: 'basic.cancel-ok', consumerTag: 'x' });
        await failure;
        await scene.seen(2);
        scene.events.shift();
      },
    ],
  ])('%s', async (_what, play) => {
    const [expected, outcome] = await bothWays(play);
    expect(outcome).toEqual(expected);
  });
});

describe('a message that is being fetched', () => {
  it('fails when the connection breaks before it has come', async () => {
    const scene = await Scene.open(client);
    const fetching = scene.channel.get('q');
    await waitFor('the request', () => scene.broker.said('basic.get') !== undefined);
    const fields = { deliveryTag: 1, redelivered: false, exchange: '', routingKey: 'q' };
    scene.broker.say(1, { name: 'basic.get-ok', ...fields, messageCount: 0 });
    const failure = fetching.catch((error: Error) => error.message);
    await scene.broker.stop();
    expect(await failure).toBe('Channel ended, no reply will be forthcoming');
  });

  it('fails when the connection is replaced before it has come', async () => {
    broker = await ScriptedBroker.start();
    const { port } = broker;
    const connection = await client.connect(broker.url, { reconnect: { initialDelayMs: 5 } });
    const channel = await connection.createChannel();
    const fetching = channel.get('q');
    const failure = fetching.catch((error: Error) => error.message);
    await waitFor('the request', () => broker?.said('basic.get') !== undefined);
    const fields = { deliveryTag: 1, redelivered: false, exchange: '', routingKey: 'q' };
    broker.say(1, { name: 'basic.get-ok', ...fields, messageCount: 0 });
    await broker.stop();
    expect(await failure).toBe('Connection lost, no reply will be forthcoming');
    broker = await ScriptedBroker.start({}, port);
    await channel.prefetch(1);
    await connection.close();
  });
});
