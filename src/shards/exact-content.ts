import { CONTENT_SIZE_FIELD } from '../wire/dmp-content.ts';
import { readUint32 } from '../wire/octets.ts';

/** Cuts the memory of a large content to the size that the content itself has. */
export function exactContent(octets: SharedArrayBuffer): Buffer {
  const content = Buffer.from(octets);
  return content.subarray(0, CONTENT_SIZE_FIELD + readUint32(content, 0));
}
