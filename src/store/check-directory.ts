import { MessageView } from '../wire/message-view.ts';
import { chunkFirst, readChunk } from './chunk-format.ts';
import { isSettled } from './chunk-index.ts';
import { DirectoryRefused, isStoreDirectory } from './store-directory.ts';
import { StoreEngine } from './store-engine.ts';

/** What is in a data directory, and what is wrong with it. */
export interface DirectoryReport {
  readonly definitions: number;
  readonly chunks: number;
  /** Messages that are in at least one queue. */
  readonly messages: number;
  readonly faults: readonly string[];
}

/**
 * Reads all of a data directory and compares checksums. Changes nothing; a broker may be running on
 * it.
 *
 * @throws DirectoryRefused if it is no data directory, or can't be opened
 */
export async function checkDirectory(directory: string): Promise<DirectoryReport> {
  const engine = openToRead(directory);
  try {
    const faults: string[] = [];
    let definitions = 0;
    for (const [key, value] of engine.allDefinitions()) {
      definitions++;
      if (value === null) faults.push(`definition ${key}: its checksum is wrong`);
      else if (!isJson(value)) faults.push(`definition ${key} can't be understood`);
    }
    for (const [log, entry] of engine.allTaken()) {
      if (entry === null) faults.push(`mark of queue ${log}: its checksum is wrong`);
    }
    let chunks = 0;
    let messages = 0;
    for (const { first, octets, settled, fault } of engine.allChunks()) {
      chunks++;
      if (fault === null) messages += messagesIn(octets, settled);
      else faults.push(`chunk ${first}: ${fault}`);
    }
    return { definitions, chunks, messages, faults };
  } finally {
    await engine.close();
  }
}

/** Opens a data directory without the right to change it. @throws DirectoryRefused */
export function openToRead(directory: string): StoreEngine {
  if (!isStoreDirectory(directory)) {
    throw new DirectoryRefused(`${directory} is not a data directory of DirectMQ`);
  }
  try {
    return new StoreEngine(directory, true);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DirectoryRefused(`cannot open the data directory ${directory}: ${reason}`);
  }
}

function messagesIn(octets: Buffer, settled: Buffer | null): number {
  const first = chunkFirst(octets);
  let messages = 0;
  let isCounted = false;
  readChunk(octets, new MessageView(), false, {
    message: () => {
      isCounted = false;
    },
    entry: (_log, entry) => {
      if (isCounted || (settled !== null && isSettled(settled, entry - first))) return;
      isCounted = true;
      messages++;
    },
  });
  return messages;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
