// Runs tests against a RabbitMQ that is started for them, on ports and in folders of its own:
//
//   npm run test:rabbitmq                  the client, its programs, and the tools
//   npm run test:rabbitmq -- test/client   what is named
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SERVERS = ['/usr/lib/rabbitmq/bin/rabbitmq-server', '/usr/sbin/rabbitmq-server'];
const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const DEFAULT_TESTS = ['test/client', 'test/cli/tool.test.ts'];

const command = SERVERS.find((path) => existsSync(path));
if (command === undefined) {
  process.stderr.write('There is no rabbitmq-server here: apt-get install rabbitmq-server\n');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'rabbitmq-'));
const port = await freePort();
const server = spawn(command, [], {
  stdio: 'ignore',
  // A group of its own: the scripts around the virtual machine don't pass signals on.
  detached: true,
  env: {
    ...process.env,
    RABBITMQ_NODENAME: `test${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: HOST,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    HOME: folder,
  },
});
const stop = () => {
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
  rmSync(folder, { recursive: true, force: true });
};
process.once('exit', stop);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

await untilReady();
// One file after the other: they share the broker, and names of queues in it.
const tests = process.argv.slice(2);
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--no-file-parallelism', ...(tests.length > 0 ? tests : DEFAULT_TESTS)],
  {
    stdio: 'inherit',
    env: { ...process.env, DIRECTMQ_TEST_URL: `amqp://guest:guest@${HOST}:${port}` },
  },
);
process.exit(status ?? 1);

/** It greets whoever speaks to it only when it is ready. */
async function untilReady() {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await greets())) {
    if (server.exitCode !== null) throw new Error(`${command} ended with ${server.exitCode}`);
    if (Date.now() > deadline) throw new Error(`${command} is not ready`);
    await delay(POLL_MS);
  }
}

function greets() {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => socket.write('AMQP\0\0\x09\x01'));
    const answer = (ready) => {
      socket.destroy();
      resolve(ready);
    };
    socket.once('data', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(address.port));
    });
  });
}
