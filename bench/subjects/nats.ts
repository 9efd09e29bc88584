import { Dialogue } from './dialogue.ts';
import { HOST } from './host.ts';
import { framed, type PubSubProtocol, PubSubSubject } from './pubsub.ts';

const CRLF = '\r\n';
const SUBSCRIPTION_ID = '1';

const protocol: PubSubProtocol = {
  connectPublisher: connectClient,
  connectConsumer: async (port, topic) => {
    const dialogue = await connectClient(port);
    dialogue.write(`SUB ${topic} ${SUBSCRIPTION_ID}${CRLF}`);
    await ping(dialogue);
    return dialogue;
  },
  // The server measures the round trip after two seconds; it cuts who never answers after minutes.
  interjection: `PING${CRLF}`,
  publication: (topic, body) => framed(`PUB ${topic} ${body.length}${CRLF}`, body, CRLF),
  delivery: (topic, body) =>
    framed(`MSG ${topic} ${SUBSCRIPTION_ID} ${body.length}${CRLF}`, body, CRLF),
};

/** nats-server, core NATS without JetStream. */
export const natsSubject = new PubSubSubject(
  'nats',
  (port) => ({ command: 'nats-server', args: ['--addr', HOST, '--port', String(port)] }),
  protocol,
);

async function connectClient(port: number): Promise<Dialogue> {
  const dialogue = await Dialogue.connect(HOST, port);
  await expectLine(dialogue, 'INFO');
  dialogue.write(`CONNECT {"verbose":false,"pedantic":false}${CRLF}`);
  await ping(dialogue);
  return dialogue;
}

async function ping(dialogue: Dialogue): Promise<void> {
  dialogue.write(`PING${CRLF}`);
  await expectLine(dialogue, 'PONG');
}

async function expectLine(dialogue: Dialogue, start: string): Promise<void> {
  const line = await dialogue.takeLine();
  if (!line.startsWith(start)) throw new Error(`Expected ${start}, got ${line}`);
}
