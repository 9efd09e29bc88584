import { statfs } from 'node:fs/promises';

/** Octets that are free on the disk of a directory; 0 if its file system doesn't say. */
export async function diskFree(directory: string): Promise<number> {
  const space = await statfs(directory).catch(() => null);
  return space === null ? 0 : space.bavail * space.bsize;
}
