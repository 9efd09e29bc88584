import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RawClient } from '../support/raw-client.ts';
import { waitFor, within } from '../support/wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const DESCRIPTORS_MAX = 200;

describe.skipIf(process.platform !== 'linux')('a broker with few file descriptors', () => {
  it('refuses connections, says why, and accepts them again', async () => {
    const command = [process.execPath, MAIN, '--port', '0', '--data-dir', 'none'];
    const args = [...command, '--shards', '0'].map((arg) => `'${arg}'`).join(' ');
    const shell = ['-c', `ulimit -n ${DESCRIPTORS_MAX} && exec ${args}`];
    const broker = spawn('sh', shell, { stdio: ['ignore', 'pipe', 'pipe'] });
    const clients: Socket[] = [];
    try {
      let log = '';
      broker.stderr.on('data', (octets: Buffer) => {
        log += octets.toString();
      });
      const lines = createInterface({ input: broker.stdout });
      const [ready] = await within('the broker to be ready', once(lines, 'line'));
      const port = Number(/amqp=127\.0\.0\.1:(\d+)/.exec(String(ready))?.[1]);
      const first = await RawClient.connect(port, '127.0.0.1');
      await first.login();
      let closed = 0;
      for (let i = 0; i < DESCRIPTORS_MAX; i++) {
        const client = connect({ port, host: '127.0.0.1' });
        client.on('error', () => {});
        client.on('close', () => closed++);
        clients.push(client);
      }
      await waitFor('some to be refused', async () => closed >= DESCRIPTORS_MAX / 4);
      await waitFor('a record', async () => log.includes('file descriptors are used up'));
      await first.expectAlive();
      for (const client of clients) client.destroy();
      await waitFor('a connection to be accepted', async () => {
        const client = await RawClient.connect(port, '127.0.0.1');
        const isIn = await client.login().then(
          () => true,
          () => false,
        );
        client.destroy();
        return isIn;
      });
      await first.expectAlive();
      first.destroy();
      expect(broker.exitCode).toBeNull();
    } finally {
      for (const client of clients) client.destroy();
      broker.kill();
      await once(broker, 'close');
    }
  });
});
