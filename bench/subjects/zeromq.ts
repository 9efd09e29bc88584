import { writeUint32, writeUint64 } from '../../src/wire/octets.ts';
import type { EncodedMessage } from '../workload/encode.ts';
import { Dialogue } from './dialogue.ts';
import { HOST } from './host.ts';
import { framed, type PubSubProtocol, PubSubSubject } from './pubsub.ts';

/** Flags of a ZMTP 3.0 frame (RFC 23): its length has 8 octets; it is a command. */
const LONG = 0x02;
const COMMAND = 0x04;
const SHORT_MAX_OCTETS = 255;
const GREETING_OCTETS = 64;
/** First octet of the message by which a subscriber subscribes. */
const SUBSCRIBE = 1;

const protocol: PubSubProtocol = {
  connectPublisher: async (port) => {
    const dialogue = await connectPeer(port, 'PUB');
    // The proxy tells what is subscribed to as soon as somebody subscribes; nobody has to read it.
    await takeFrame(dialogue);
    return dialogue;
  },
  connectConsumer: async (port, topic) => {
    const dialogue = await connectPeer(port + 1, 'SUB');
    dialogue.write(frame(0, Buffer.concat([Buffer.from([SUBSCRIBE]), Buffer.from(topic)])));
    return dialogue;
  },
  interjection: '',
  publication: message,
  delivery: message,
};

/** The proxy of zeromq (npm) between publishers and subscribers: libzmq in a thread of its own. */
export const zeromqSubject = new PubSubSubject(
  'zeromq',
  (port) => ({
    command: process.execPath,
    args: [new URL('./zeromq-server.js', import.meta.url).pathname, String(port)],
  }),
  protocol,
);

/** One frame that begins with the topic, by which it is matched. */
function message(topic: string, body: Buffer): EncodedMessage {
  const name = Buffer.from(topic);
  return framed(Buffer.concat([frameHead(0, name.length + body.length), name]), body, '');
}

async function connectPeer(port: number, socketType: string): Promise<Dialogue> {
  const dialogue = await Dialogue.connect(HOST, port);
  dialogue.write(greeting());
  await dialogue.take((received) =>
    received.length < GREETING_OCTETS ? null : { value: undefined, octets: GREETING_OCTETS },
  );
  const value = Buffer.alloc(4);
  writeUint32(value, socketType.length, 0);
  const property = Buffer.concat([shortText('Socket-Type'), value, Buffer.from(socketType)]);
  dialogue.write(frame(COMMAND, Buffer.concat([shortText('READY'), property])));
  await takeFrame(dialogue);
  return dialogue;
}

/** Signature, version 3.0, mechanism NULL, not as server, filler. */
function greeting(): Buffer {
  const octets = Buffer.alloc(GREETING_OCTETS);
  octets[0] = 0xff;
  octets[9] = 0x7f;
  octets[10] = 3;
  octets.write('NULL', 12);
  return octets;
}

function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

function frame(flags: number, payload: Buffer): Buffer {
  return Buffer.concat([frameHead(flags, payload.length), payload]);
}

function frameHead(flags: number, payloadOctets: number): Buffer {
  if (payloadOctets <= SHORT_MAX_OCTETS) return Buffer.from([flags, payloadOctets]);
  const head = Buffer.alloc(9);
  head[0] = flags | LONG;
  writeUint64(head, payloadOctets, 1);
  return head;
}

/** What the proxy sends during the dialogue is short. */
function takeFrame(dialogue: Dialogue): Promise<void> {
  return dialogue.take((received) => {
    const end = received.length < 2 ? 2 : 2 + received[1];
    return received.length < end ? null : { value: undefined, octets: end };
  });
}
