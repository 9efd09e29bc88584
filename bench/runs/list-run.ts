import { connect } from '../../src/client/index.ts';
import { delay } from '../lib/clock.ts';
import { HOST } from '../subjects/host.ts';
import { managementText } from '../subjects/management-api.ts';
import { ServerProcess } from '../subjects/server-process.ts';

/** How long the API took to answer with one list. */
export interface ListTimes {
  readonly name: string;
  /** When nobody had asked for a list before. */
  readonly firstMs: number;
  readonly laterMs: readonly number[];
}

/** Declarations under way at a time. */
const WINDOW = 500;
/** Between two requests: as long as the page waits. */
const PAUSE_MS = 2000;
/** Pauses would make a bench of minutes of many requests; every fifth request has one. */
const REQUESTS_PER_PAUSE = 5;

/** What the page and operators ask for, by what it is called. */
const LISTS = {
  'a page, by name': 'page=1&page_size=50&sort=name',
  'a page, the longest first': 'page=1&page_size=50&sort=messages_ready&sort_reverse=true',
  'the last page, by rate':
    'page=LAST&page_size=50&sort=message_stats.publish_details.rate&sort_reverse=true',
  'a page of those with 99 in their name': 'page=1&page_size=50&sort=name&name=99',
  'all names': 'columns=name',
} as const;

/** Starts a broker, declares queues, and asks for lists of them again and again. */
export async function measureLists(queues: number, requests: number): Promise<ListTimes[]> {
  const options = ['--port', '0', '--log-level', 'warn', '--data-dir', 'none'];
  const args = ['dist/main.js', ...options];
  const server = new ServerProcess({ command: process.execPath, args });
  try {
    const ready = /^ready .*\bamqp=[^\s]*:(\d+) .*\bmanagement=([^\s]+)/m;
    const [, port, api] = await server.waitForText(ready);
    await declare(Number(port), queues);
    const lists: ListTimes[] = [];
    for (const [name, query] of Object.entries(LISTS)) {
      lists.push(await measure(name, addressOf(api, query, queues), requests));
    }
    return lists;
  } finally {
    await server.stop();
  }
}

function addressOf(api: string, query: string, queues: number): string {
  return `${api}/api/queues?${query.replace('LAST', String(Math.ceil(queues / 50)))}`;
}

async function declare(port: number, queues: number): Promise<void> {
  const connection = await connect(`amqp://guest:guest@${HOST}:${port}`);
  const channel = await connection.createChannel();
  for (let from = 0; from < queues; from += WINDOW) {
    const count = Math.min(WINDOW, queues - from);
    await Promise.all(
      Array.from({ length: count }, (_, i) => channel.assertQueue(`queue.${from + i}`)),
    );
  }
  await connection.close();
}

async function measure(name: string, address: string, requests: number): Promise<ListTimes> {
  const firstMs = await request(address);
  const laterMs: number[] = [];
  while (laterMs.length < requests) {
    if (laterMs.length % REQUESTS_PER_PAUSE === 0) await delay(PAUSE_MS);
    laterMs.push(await request(address));
  }
  return { name, firstMs, laterMs };
}

/** @throws Error unless the list came */
async function request(address: string): Promise<number> {
  const startMs = performance.now();
  await managementText(address);
  return performance.now() - startMs;
}
