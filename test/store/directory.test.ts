import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { RunningCommand, runCommand } from '../cli/command.ts';
import { useDurableBroker } from '../support/durable-session.ts';

const LABEL = 'directmq-store.json';
const DATA = 'data.mdb';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directmq-directory-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Takes out what came with format 2: checksums of what is stored beside messages. */
async function makeFormat1(directory: string): Promise<void> {
  const root = open<Buffer, string>({ path: directory, encoding: 'binary', maxDbs: 8 });
  const definitions = root.openDB<string, string>({ name: 'definitions', encoding: 'string' });
  const settled = root.openDB<Buffer, number>({ name: 'settled', encoding: 'binary' });
  const taken = root.openDB<number | number[], number>({
    name: 'taken',
    encoding: 'ordered-binary',
  });
  root.transactionSync(() => {
    for (const { key, value } of [...definitions.getRange()]) {
      definitions.putSync(key, value.slice(8));
    }
    for (const { key, value } of [...settled.getRange()]) {
      settled.putSync(key, Buffer.from(value.subarray(4)));
    }
    for (const { key, value } of [...taken.getRange()]) {
      if (Array.isArray(value)) taken.putSync(key, value[0]);
    }
  });
  expect([definitions, settled, taken].map((table) => table.getCount())).toEqual([1, 1, 1]);
  await root.close();
  const label = { product: 'DirectMQ', format: 1, complete: true };
  await writeFile(join(directory, LABEL), JSON.stringify(label));
}

function start(dataDir: string): Promise<Broker> {
  return Broker.start({ port: 0, dataDir });
}

describe('a data directory', () => {
  const session = useDurableBroker();

  /** Stops the broker, whose directory holds a message with this text. */
  async function stopWith(text: string): Promise<void> {
    await (await session.channel()).assertQueue('q', { durable: true });
    await session.publish('q', [text]);
    await session.stop();
  }

  it('is made where there is none', async () => {
    const directory = join(folder, 'not', 'there');
    await (await start(directory)).stop();
    expect(JSON.parse(await readFile(join(directory, LABEL), 'utf8'))).toMatchObject({ format: 2 });
  });

  it('that holds other files is refused, and nothing in it is touched', async () => {
    await writeFile(join(folder, 'mine.txt'), 'x');
    await expect(start(folder)).rejects.toThrow(/holds other files .* choose an empty directory/);
    expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('x');
  });

  it('of a newer format is refused', async () => {
    await session.stop();
    const label = { product: 'DirectMQ', format: 99, complete: true };
    await writeFile(join(session.dataDir, LABEL), JSON.stringify(label));
    await expect(start(session.dataDir)).rejects.toThrow(/format 99, made by a newer DirectMQ/);
  });

  it('of the format before is checked as it is, and brought up to date', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', ['1', '2', '3']);
    const first = await channel.get('q');
    const second = await channel.get('q');
    if (first === false || second === false) throw new Error('no message');
    channel.ack(first);
    await session.publish('q', ['4']);
    await session.stop();
    await makeFormat1(session.dataDir);
    const { code, stdout } = await runCommand(['check', session.dataDir]);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    for (const _start of ['the first', 'and the next']) {
      await session.start();
      const found = await session.channel();
      for (const [body, redelivered] of [
        ['2', true],
        ['3', false],
      ]) {
        const message = await found.get('q');
        if (message === false) throw new Error('no message');
        expect(message.content.toString()).toBe(body);
        if (_start === 'the first') expect(message.fields.redelivered).toBe(redelivered);
      }
      await session.stop();
    }
    const label = JSON.parse(await readFile(join(session.dataDir, LABEL), 'utf8'));
    expect(label).toMatchObject({ format: 2 });
  });

  it('without its data, or with a label that makes no sense, is refused', async () => {
    await session.stop();
    await rm(join(session.dataDir, DATA));
    await expect(start(session.dataDir)).rejects.toThrow(/damaged: data.mdb is missing/);
    await writeFile(join(session.dataDir, LABEL), 'no');
    await expect(start(session.dataDir)).rejects.toThrow(/damaged: .* can't be understood/);
  });

  it('whose data is no database is refused', async () => {
    await session.stop();
    await writeFile(join(session.dataDir, DATA), Buffer.alloc(65_536, 'x'));
    await expect(start(session.dataDir)).rejects.toThrow(/is damaged \(.*restore a backup/);
  });

  it('whose data is cut short is refused', async () => {
    await stopWith('x'.repeat(200_000));
    await truncate(join(session.dataDir, DATA), 100_000);
    await expect(start(session.dataDir)).rejects.toThrow(/cut short: it has 100000 octets/);
    const { code, stderr } = await runCommand(['check', session.dataDir]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot open .*it has 100000 octets/);
  });

  it('in which an octet of a message has changed is refused, and the check says why', async () => {
    await stopWith('some text that can be found again');
    const path = join(session.dataDir, DATA);
    const octets = await readFile(path);
    const at = octets.lastIndexOf('some text that can be found again');
    octets[at] ^= 1;
    await writeFile(path, octets);
    await expect(start(session.dataDir)).rejects.toThrow(/chunk 1: its checksum is wrong/);
    const { code, stdout } = await runCommand(['--check', '--data-dir', session.dataDir]);
    expect({ code, stdout }).toMatchObject({ code: 1 });
    expect(stdout).toMatch(/chunk 1: its checksum is wrong\n.*1 faults/);
  });

  it('that is whole is said to be so, also while a broker works on it', async () => {
    await (await session.channel()).assertQueue('q', { durable: true });
    await session.publish('q', ['1', '2', '3']);
    const { code, stdout } = await runCommand(['check', session.dataDir]);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/: whole; 1 definitions, 3 messages in \d chunks\n$/);
  });

  it('that is none can be neither checked nor copied', async () => {
    const check = await runCommand(['check', folder]);
    expect(check.code).toBe(1);
    expect(check.stderr).toMatch(/is not a data directory of DirectMQ/);
    const backup = await runCommand(['backup', folder, join(folder, 'copy')]);
    expect(backup.stderr).toMatch(/is not a data directory of DirectMQ/);
  });

  it('can be copied while a broker works on it, and another one started on the copy', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', ['1', '2']);
    const copy = join(folder, 'copy');
    expect(await runCommand(['backup', session.dataDir, copy])).toMatchObject({ code: 0 });
    await session.publish('q', ['3']);
    const again = await runCommand(['backup', session.dataDir, copy]);
    expect(again.stderr).toMatch(/is not empty/);
    expect(await session.bodies('q')).toEqual(['1', '2', '3']);
    await session.stop();
    await rm(session.dataDir, { recursive: true });
    await cp(copy, session.dataDir, { recursive: true });
    await session.start();
    expect(await session.bodies('q')).toEqual(['1', '2']);
  });

  it('is used by one broker of a process at a time', async () => {
    await expect(start(session.dataDir)).rejects.toThrow(/in use by another broker/);
    await session.stop();
    await session.start();
  });

  it('is used by one process at a time, until that one is killed', async () => {
    const command = new RunningCommand(['--port', '0', '--data-dir', folder]);
    try {
      await command.firstLine();
      await expect(start(folder)).rejects.toThrow(/in use by process \d+: stop it/);
    } finally {
      command.process.kill('SIGKILL');
      await command.ended();
    }
    await (await start(folder)).stop();
  });
});

describe('a disk that is nearly full', () => {
  const session = useDurableBroker({ diskFreeLimit: 2 ** 50 });

  it('blocks publishers, who are told why, and nobody else', async () => {
    const client = await session.rawChannel();
    const connection = await session.connect();
    const reason = new Promise((resolve) => connection.on('blocked', resolve));
    const channel = await connection.createChannel();
    channel.sendToQueue('nowhere', Buffer.from('x'));
    expect(await reason).toBe('low on disk');
    await client.expectAlive();
  });
});
