import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { openToRead } from './check-directory.ts';
import { DirectoryRefused, labelCopy, storedFormat } from './store-directory.ts';

/**
 * Copies a data directory as it is at one moment, also while a broker works on it. The copy is a
 * data directory itself.
 *
 * @param target a directory that is empty or doesn't exist
 * @throws DirectoryRefused if one of them isn't what it must be
 */
export async function backupDirectory(directory: string, target: string): Promise<void> {
  const engine = openToRead(directory);
  try {
    if (existsSync(target) && readdirSync(target).length > 0) {
      throw new DirectoryRefused(`${target} is not empty: a backup needs a directory of its own`);
    }
    mkdirSync(target, { recursive: true, mode: 0o750 });
    await engine.backup(target);
    labelCopy(target, storedFormat(directory));
  } finally {
    await engine.close();
  }
}
