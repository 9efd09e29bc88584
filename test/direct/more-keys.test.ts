import { describe, expect, it } from 'vitest';
import type { FieldTable } from '../../src/wire/field-table.ts';
import type { DirectApplication } from '../support/direct-application.ts';
import type { DirectClient } from '../support/direct-client.ts';
import { type DirectContent, encodeContent, MANDATORY } from '../support/direct-content.ts';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';

const ALL = { configure: '.*', write: '.*', read: '.*' };

function content(text: string, headers: FieldTable, routingKey = 'own', options = 0): Buffer {
  const properties = { headers, contentType: 'text/plain', messageId: text };
  return encodeContent({ routingKey, properties, body: Buffer.from(text), options });
}

describe.each(SETUPS)('the CC and BCC headers of direct contents, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  /** Feeds and ordinary queues that are bound to amq.direct by these keys. */
  async function start(keys: readonly string[]) {
    const application = await session.application();
    const feeds: DirectClient[] = [];
    const queues: string[] = [];
    for (const key of keys) {
      feeds.push((await application.activeFeed('amq.direct', key)).direct);
      const queue = await application.declareQueue();
      await application.bind(queue, 'amq.direct', key);
      queues.push(queue);
    }
    const publisher = await session.application();
    return { application, feeds, queues, sink: await publisher.sink('amq.direct'), publisher };
  }

  async function expectOnly(
    application: DirectApplication,
    feed: DirectClient,
    queue: string,
    { exchange, routingKey, ...expected }: Partial<DirectContent>,
  ) {
    expect(await feed.nextContent()).toMatchObject({ exchange, routingKey, ...expected });
    expect(await application.take(queue)).toMatchObject(expected);
    expect(await application.messageCount(queue)).toBe(0);
  }

  it('are keys by which it is routed, besides its own', async () => {
    const { application, feeds, queues, sink } = await start(['own', 'cc', 'cc-too', 'bcc', 'no']);
    sink.write(content('message', { CC: ['cc', 'cc-too', 'x'.repeat(256)], BCC: ['bcc'], z: 1 }));
    const witness = content('last', {}, 'no');
    sink.write(witness);
    expect((await feeds[4].nextContent()).body.toString()).toBe('last');
    expect(await application.takeTexts(queues[4], 1)).toEqual(['last']);
    for (let i = 0; i < 4; i++) {
      await expectOnly(application, feeds[i], queues[i], {
        exchange: 'amq.direct',
        routingKey: 'own',
        properties: {
          headers: { CC: ['cc', 'cc-too', 'x'.repeat(256)], z: 1 },
          contentType: 'text/plain',
          messageId: 'message',
        },
        body: Buffer.from('message'),
      });
    }
  });

  it('of which nobody sees BCC, not even as the only header', async () => {
    const { feeds, sink } = await start(['bcc']);
    sink.write(content('alone', { BCC: ['bcc'] }));
    sink.write(content('not alone', { BCC: ['bcc'], a: 1 }));
    const alone = await feeds[0].nextContent();
    expect(alone.properties.headers).toBeUndefined();
    expect(alone.body.toString()).toBe('alone');
    const other = await feeds[0].nextContent();
    expect(other.properties.headers).toEqual({ a: 1 });
  });

  it('bring it to a queue once, however many of them lead there', async () => {
    const { application, feeds, queues, sink } = await start(['own']);
    await application.bind(queues[0], 'amq.direct', 'other');
    sink.write(content('once', { CC: ['own', 'other'], BCC: ['other'] }));
    sink.write(content('last', {}));
    expect(await feeds[0].nextTexts(2)).toEqual(['once', 'last']);
    expect(await application.takeTexts(queues[0], 2)).toEqual(['once', 'last']);
  });

  it('are those of large contents, too', async () => {
    const { feeds, sink } = await start(['bcc']);
    const body = Buffer.alloc(1_500_000, 'large ');
    sink.publish({ routingKey: 'own', properties: { headers: { BCC: ['bcc'] } }, body });
    const received = await feeds[0].nextContent();
    expect(received.exchange).toBe('amq.direct');
    expect(received.body.equals(body)).toBe(true);
  });

  it('keep the order of a publisher', async () => {
    const { feeds, sink } = await start(['own', 'bcc']);
    const texts = numbered('body', 3000);
    const octets = texts.map((text, i) => {
      if (i % 3 === 0) return content(text, { BCC: ['bcc'] });
      return i % 3 === 1 ? content(text, { CC: ['bcc'] }) : content(text, {}, 'bcc');
    });
    sink.write(Buffer.concat(octets));
    expectSequence(await feeds[1].nextTexts(texts.length), texts);
    const own = texts.filter((_, i) => i % 3 !== 2);
    expectSequence(await feeds[0].nextTexts(own.length), own);
  });

  it('make it routable: it comes back, without BCC, only if none of them leads anywhere', async () => {
    const { feeds, sink, publisher } = await start(['cc']);
    sink.write(content('arrives', { CC: ['cc'] }, 'nowhere', MANDATORY));
    sink.write(content('returns', { CC: ['no'], BCC: ['neither'] }, 'nowhere', MANDATORY));
    await publisher.amqp.expectMethod(1, 'basic.return');
    const returned = await publisher.amqp.expectContent(1);
    expect(returned.body.toString()).toBe('returns');
    expect(returned.properties.headers).toEqual({ CC: ['no'] });
    expect(await feeds[0].nextTexts(1)).toEqual(['arrives']);
  });

  it('work on the default exchange', async () => {
    const application = await session.application();
    const [first, second] = [await application.declareQueue(), await application.declareQueue()];
    const sink = await application.sink('');
    sink.write(content('message', { BCC: [second] }, first));
    expect(await application.takeTexts(first, 1)).toEqual(['message']);
    expect(await application.takeTexts(second, 1)).toEqual(['message']);
  });

  it('end the connection if they are no arrays of strings', async () => {
    for (const headers of [{ CC: 'text' }, { BCC: [1] }, { CC: [], BCC: { a: 1 } }]) {
      const { feeds, sink } = await start(['own']);
      sink.write(content('good', { CC: [] }));
      sink.write(content('bad', headers));
      await sink.expectEnd();
      expect(await feeds[0].nextTexts(1)).toEqual(['good']);
    }
  });

  it('end the connection if its user may not use one of the keys', async () => {
    session.administer(({ accounts }) => {
      accounts.setPermissions('guest', '/', ALL);
      accounts.setTopicPermissions('guest', '/', 'amq.topic', { write: '^mine\\.', read: '.*' });
    });
    for (const name of ['CC', 'BCC']) {
      const application = await session.application();
      const { direct } = await application.activeFeed('amq.topic', '#');
      const sink = await application.sink('amq.topic');
      sink.write(content('good', { [name]: ['mine.b'] }, 'mine.a'));
      sink.write(content('bad', { [name]: ['mine.b', 'theirs'] }, 'mine.a'));
      await sink.expectEnd();
      expect(await direct.nextTexts(1)).toEqual(['good']);
    }
  });
});
