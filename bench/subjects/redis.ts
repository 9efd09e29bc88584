import { Dialogue } from './dialogue.ts';
import { HOST } from './host.ts';
import { framed, type PubSubProtocol, PubSubSubject } from './pubsub.ts';

const CRLF = '\r\n';

const protocol: PubSubProtocol = {
  connectPublisher: async (port) => {
    const dialogue = await Dialogue.connect(HOST, port);
    dialogue.write(array('PING'));
    await expectLine(dialogue, '+PONG');
    // Otherwise each publication is answered, and nobody reads the answers.
    dialogue.write(array('CLIENT', 'REPLY', 'OFF'));
    return dialogue;
  },
  connectConsumer: async (port, topic) => {
    const dialogue = await Dialogue.connect(HOST, port);
    dialogue.write(array('SUBSCRIBE', topic));
    const reply = ['*3', '$9', 'subscribe', `$${topic.length}`, topic, ':1'];
    for (const line of reply) await expectLine(dialogue, line);
    return dialogue;
  },
  interjection: '',
  publication: (topic, body) => framed(headOf('PUBLISH', topic, body), body, CRLF),
  delivery: (topic, body) => framed(headOf('message', topic, body), body, CRLF),
};

/** redis-server, PUBLISH and SUBSCRIBE. */
export const redisSubject = new PubSubSubject(
  'redis',
  (port) => ({
    command: 'redis-server',
    args: ['--bind', HOST, '--port', String(port), '--save', '', '--appendonly', 'no'],
  }),
  protocol,
);

/** An array of bulk strings. */
function array(...items: readonly string[]): string {
  return `*${items.length}${CRLF}${items.map(bulk).join('')}`;
}

function bulk(item: string): string {
  return `$${item.length}${CRLF}${item}${CRLF}`;
}

/** An array of `kind`, topic and body, up to the body. */
function headOf(kind: string, topic: string, body: Buffer): string {
  return `*3${CRLF}${bulk(kind)}${bulk(topic)}$${body.length}${CRLF}`;
}

async function expectLine(dialogue: Dialogue, expected: string): Promise<void> {
  const line = await dialogue.takeLine();
  if (line !== expected) throw new Error(`Expected ${expected}, got ${line}`);
}
