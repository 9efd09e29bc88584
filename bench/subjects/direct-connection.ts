import { DMP_PROTOCOL_HEADER, isReplyOk } from '../../src/wire/dmp-handshake.ts';
import { encodeShortstr, shortstrEnd, shortstrText } from '../../src/wire/octets.ts';
import { Dialogue } from './dialogue.ts';

/**
 * Opens a direct connection with a lease (DMP, section 2).
 * @throws Error with the broker's reply if it refuses
 */
export async function openDirect(host: string, port: number, lease: string): Promise<Dialogue> {
  const dialogue = await Dialogue.connect(host, port);
  dialogue.write(DMP_PROTOCOL_HEADER);
  await takeOk(dialogue);
  dialogue.write(encodeShortstr(lease));
  await takeOk(dialogue);
  return dialogue;
}

/** Takes a reply of the broker. @throws Error if it refuses */
export async function takeOk(dialogue: Dialogue): Promise<void> {
  const reply = await dialogue.take((received) => {
    const end = received.length === 0 ? 1 : shortstrEnd(received, 0);
    return received.length < end ? null : { value: shortstrText(received, 0), octets: end };
  });
  if (!isReplyOk(reply)) throw new Error(`The broker refused the direct connection: ${reply}`);
}
