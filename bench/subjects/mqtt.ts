import type { EncodedMessage } from '../workload/encode.ts';
import { Dialogue } from './dialogue.ts';
import { HOST } from './host.ts';
import { framed, type PubSubProtocol, PubSubSubject } from './pubsub.ts';

/** Packet types of MQTT 3.1.1 (section 2.2.1) with the flags that they must carry. */
const CONNECT = 0x10;
const CONNACK = 0x20;
const PUBLISH = 0x30;
const SUBSCRIBE = 0x82;
const SUBACK = 0x90;
const CLEAN_SESSION = 0x02;
const PROTOCOL_LEVEL = 4;

const protocol: PubSubProtocol = {
  connectPublisher: (port) => connectClient(port, 'publisher'),
  connectConsumer: async (port, topic) => {
    const dialogue = await connectClient(port, 'consumer');
    const packetId = [0, 1];
    const qos = [0];
    dialogue.write(packet(SUBSCRIBE, Buffer.from(packetId), text(topic), Buffer.from(qos)));
    await expectPacket(dialogue, SUBACK);
    return dialogue;
  },
  interjection: '',
  publication: publish,
  delivery: publish,
};

/** mosquitto, quality of service 0. */
export const mosquittoSubject = new PubSubSubject(
  'mosquitto',
  (port) => ({ command: 'mosquitto', args: ['-p', String(port)] }),
  protocol,
);

/** aedes, an MQTT broker for Node, quality of service 0. */
export const aedesSubject = new PubSubSubject(
  'aedes',
  (port) => ({
    command: process.execPath,
    args: [new URL('./aedes-server.js', import.meta.url).pathname, String(port)],
    cwd: process.cwd(),
  }),
  protocol,
);

let clients = 0;

async function connectClient(port: number, role: string): Promise<Dialogue> {
  const dialogue = await Dialogue.connect(HOST, port);
  const keepAlive = [0, 0];
  const head = Buffer.from([PROTOCOL_LEVEL, CLEAN_SESSION, ...keepAlive]);
  dialogue.write(packet(CONNECT, text('MQTT'), head, text(`${role}-${clients++}`)));
  await expectPacket(dialogue, CONNACK);
  return dialogue;
}

/** The same from the publisher to the server as from it to the consumer. */
function publish(topic: string, body: Buffer): EncodedMessage {
  const name = text(topic);
  const head = [PUBLISH, ...remainingLength(name.length + body.length)];
  return framed(Buffer.concat([Buffer.from(head), name]), body, '');
}

function packet(type: number, ...parts: readonly Buffer[]): Buffer {
  const rest = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, ...remainingLength(rest.length)]), rest]);
}

function text(value: string): Buffer {
  const octets = Buffer.from(value);
  return Buffer.concat([Buffer.from([octets.length >> 8, octets.length & 0xff]), octets]);
}

/** Seven bits an octet, the lowest first (MQTT 3.1.1, section 2.2.3). */
function remainingLength(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...remainingLength(length >> 7)];
}

/** Both answers that are expected here are short: their length is one octet. */
async function expectPacket(dialogue: Dialogue, type: number): Promise<void> {
  const got = await dialogue.take((received) => {
    const end = received.length < 2 ? 2 : 2 + received[1];
    return received.length < end ? null : { value: received[0], octets: end };
  });
  if (got !== type) throw new Error(`Expected MQTT packet ${type}, got ${got}`);
}
