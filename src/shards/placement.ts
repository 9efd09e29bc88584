import { hashOctets } from '../wire/octets.ts';

/** Can't be in the name of a virtual host, so that no two pairs of names run together. */
const SEPARATOR = '\0';

/**
 * The number of the shard, 0 to `shardCount` - 1, that owns an exchange: its sinks are read there.
 * The same for the same names in every run.
 * @param shardCount at least 1
 */
export function shardOf(vhost: string, exchange: string, shardCount: number): number {
  const names = Buffer.from(`${vhost}${SEPARATOR}${exchange}`);
  return hashOctets(names, 0, names.length) % shardCount;
}
