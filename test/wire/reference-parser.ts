import { decodeProperties } from '../../src/wire/properties.ts';

/**
 * The shape of a DMP content, read the slow and obvious way: cutting pieces off the front.
 * @returns the sizes of exchange, routing key, properties (flags included) and body, or undefined if
 *   `content`, its size field included, is malformed
 */
export function referenceContent(content: Buffer): number[] | undefined {
  if (content.length < 4 || content.readUInt32BE() !== content.length - 4) return undefined;
  let rest = content.subarray(4);
  const nameSizes: number[] = [];
  for (let name = 0; name < 2; name++) {
    if (rest.length === 0 || rest.length < 1 + rest[0]) return undefined;
    nameSizes.push(rest[0]);
    rest = rest.subarray(1 + rest[0]);
  }
  // The properties end where they decode completely and the rest is as long as it says.
  for (let bodySize = rest.length - 6; bodySize >= 0; bodySize--) {
    const propertiesSize = rest.length - 4 - bodySize;
    if (rest.readUIntBE(propertiesSize + 1, 3) !== bodySize) continue;
    if (canDecodeProperties(rest.subarray(0, propertiesSize))) {
      return [...nameSizes, propertiesSize, bodySize];
    }
  }
  return undefined;
}

/** Whether all of `b` is a set of properties. */
export function canDecodeProperties(b: Buffer): boolean {
  try {
    decodeProperties(b, 0, b.length);
    return true;
  } catch {
    return false;
  }
}
