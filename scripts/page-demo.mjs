// A broker with traffic, to look at the management page while changing it, and for its pictures:
//
//   npm run build && node scripts/page-demo.mjs
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connect } from 'amqplib';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** What a shop might have; rates are messages a second. */
const TOPOLOGY = [
  { queue: 'orders.new', key: 'order.*.created', rate: 900 },
  { queue: 'orders.audit', key: 'order.#', rate: 0 },
  { queue: 'billing.invoices', key: 'order.*.paid', rate: 420 },
  { queue: 'mail.outgoing', key: 'order.*.shipped', rate: 260 },
  { queue: 'stock.levels', key: 'stock.#', rate: 1600 },
  { queue: 'search.index', key: 'stock.*.changed', rate: 0 },
  { queue: 'thumbnails', key: 'picture.added', rate: 75 },
];
/** Publishing turns a second. */
const TURNS = 20;
/** Octets of a direct message: enough to fill what the kernel keeps for a consumer that hangs. */
const DIRECT_OCTETS = 600;
/** Direct messages a second. */
const TICKS = 24_000;
const QUEUES_IDLE = 60;

/** Starts everything; `stop` ends what was started. */
export async function startDemo() {
  const children = [];
  const run = (...args) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  };
  const ports = ['--port', '0', '--management-port', '0', '--data-dir', 'none'];
  const limits = ['--feed-warn-messages', '2000', '--feed-drop-messages', '20000'];
  const addresses = await readyLine(run(...ports, ...limits, '--shards', '2', '--writers', '1'));
  const amqp = `amqp://${addresses.amqp}`;
  const stopTraffic = await ordinaryTraffic(amqp);
  const stopTicks = await directTraffic(amqp);
  const feeds = ['eur.*', 'usd.*', '#'].map((key) => {
    const options = ['--exchange', 'ticks', '--key', key, '--no-ack', '--direct', '--url', amqp];
    const child = run('consume', ...options);
    child.stdout.resume();
    return child;
  });
  return {
    page: `http://${addresses.management}/`,
    /** From now on this consumer takes nothing, as one that hangs. */
    hang: () => feeds.at(-1).kill('SIGSTOP'),
    async stop() {
      await stopTraffic();
      await stopTicks();
      for (const child of children.reverse()) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
      }
    },
  };
}

/** The addresses of the line `ready NAME=HOST:PORT …`. */
async function readyLine(child) {
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    const [, line] = /^ready (.*)\n/.exec(text) ?? [];
    if (line !== undefined) {
      child.stdout.resume();
      return Object.fromEntries(line.split(' ').map((part) => part.split('=')));
    }
  }
  throw new Error('the broker did not start');
}

/** Queues that clients with amqplib fill and empty. */
async function ordinaryTraffic(url) {
  const connections = await Promise.all([connect(url), connect(url), connect(url)]);
  const [publishing, consuming, slow] = await Promise.all(
    connections.map((connection) => connection.createChannel()),
  );
  await publishing.assertExchange('shop', 'topic', { durable: true });
  for (let i = 0; i < QUEUES_IDLE; i++) {
    const name = `session.${String(1000 + i * 37)}`;
    await publishing.assertQueue(name, { durable: false, messageTtl: 60_000 });
  }
  let isRunning = true;
  await slow.prefetch(10);
  for (const { queue, key } of TOPOLOGY) {
    await publishing.assertQueue(queue, { durable: true, maxLength: 100_000 });
    await publishing.bindQueue(queue, 'shop', key);
    if (queue === 'orders.audit') {
      // Takes fewer than come in.
      await slow.consume(queue, (message) => {
        setTimeout(() => isRunning && slow.ack(message), 60);
      });
    } else {
      await consuming.consume(queue, () => {}, { noAck: true });
    }
  }
  const body = Buffer.from('{"id": 4711, "state": "demo"}');
  let turn = 0;
  const timer = setInterval(() => {
    turn++;
    for (const { key, rate } of TOPOLOGY) {
      const swing = 1 + 0.35 * Math.sin(turn / 31 + rate);
      for (let i = 0; i < (rate * swing) / TURNS; i++) {
        publishing.publish('shop', key.replace('*', 'eu').replace('#', 'eu.changed'), body);
      }
    }
  }, 1000 / TURNS);
  return async () => {
    isRunning = false;
    clearInterval(timer);
    await Promise.all(connections.map((connection) => connection.close().catch(() => {})));
  };
}

/** A publisher in Direct Mode. */
async function directTraffic(url) {
  const { connect: connectDirect } = await import('../dist/client/index.js');
  const connection = await connectDirect(url, { direct: true });
  const channel = await connection.createChannel();
  await channel.assertExchange('ticks', 'topic', { durable: true });
  const body = Buffer.alloc(DIRECT_OCTETS, '1.0842 ');
  const timer = setInterval(() => {
    for (let i = 0; i < TICKS / TURNS; i++) {
      channel.publish('ticks', i % 3 === 0 ? 'usd.jpy' : 'eur.usd', body);
    }
  }, 1000 / TURNS);
  return async () => {
    clearInterval(timer);
    await connection.close().catch(() => {});
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const demo = await startDemo();
  console.log(`${demo.page} (guest, guest); Ctrl+C ends it`);
  process.once('SIGINT', () => void demo.stop().then(() => process.exit()));
}
