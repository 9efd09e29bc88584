#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Broker } from './broker.ts';
import { TOOL_NAMES } from './cli/tool-names.ts';
import { parseInvocation } from './config/invocation.ts';
import { thisMachine } from './config/machine.ts';
import type { BrokerOptions } from './config/options.ts';
import { startFailureLine } from './config/start-failure.ts';
import { createLogger, type Logger } from './logging.ts';

/** What a shell reports for a process that a signal ended: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
/** How much longer than its bound a stop may take before it counts as hanging, in milliseconds. */
const STOP_MARGIN_MS = 1000;
/** Time between two lines of the monitor, in milliseconds. */
const MONITOR_INTERVAL_MS = 1000;

const argv = process.argv.slice(2);
if (TOOL_NAMES.has(argv[0])) await runTools(argv);
else await runBroker();

async function runTools(args: readonly string[]): Promise<void> {
  const { runTool } = await import('./cli/tool.ts');
  process.exitCode = await runTool(args);
}

async function runBroker(): Promise<void> {
  const invocation = await parseInvocation(
    argv,
    process.env,
    (path) => readFileSync(path, 'utf8'),
    thisMachine(),
  );
  switch (invocation.kind) {
    case 'print':
      process.stdout.write(invocation.text);
      break;
    case 'refused':
      refuse(invocation.line);
      break;
    case 'check':
      await runTools(['check', invocation.options.dataDir]);
      break;
    case 'run':
      await run(invocation.options);
      break;
  }
}

async function run(options: BrokerOptions): Promise<void> {
  const logger = await createLogger(options.logLevel);
  exitOnDefects(logger);
  // Loaded only now: neither help nor a refused option needs the broker.
  const starting = import('./broker.ts').then(({ Broker }) => Broker.start(options));
  process.on('SIGHUP', () => {
    void starting.then((broker) => broker.reloadCertificates()).catch(() => {});
  });
  stopOnSignals(starting, options.shutdownTimeoutMs, logger);
  try {
    const broker = await starting;
    const { listeners } = broker;
    const addresses = listeners.map(({ name, address }) => `${name}=${address}`);
    process.stdout.write(`ready ${addresses.join(' ')}\n`);
    if (options.monitor) await printRates(broker);
  } catch (error) {
    logger.debug({ err: error }, 'start failed');
    refuse(startFailureLine(error, options.host, options.port));
  }
}

/** Prints a line each second until the process ends. */
async function printRates(broker: Broker): Promise<void> {
  const { RateMonitor } = await import('./cli/rate-monitor.ts');
  const monitor = new RateMonitor(broker.messageTotals(), performance.now());
  setInterval(() => {
    process.stdout.write(`${monitor.line(broker.messageTotals(), performance.now())}\n`);
  }, MONITOR_INTERVAL_MS).unref();
}

function refuse(line: string): void {
  process.stderr.write(`directmq: ${line}\n`, () => process.exit(1));
}

/** A defect has left the state unknown, so the process ends: whoever runs it starts it again. */
function exitOnDefects(logger: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    logger.fatal({ err: error, origin }, 'defect');
    process.exit(1);
  });
}

/** The first signal stops the broker in an orderly way, the second ends the process at once. */
function stopOnSignals(starting: Promise<Broker>, graceMs: number, logger: Logger): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(EXIT_CODES[signal]);
      stopping = true;
      logger.info({ signal, graceMs }, 'stopping');
      void stop(starting, graceMs, logger);
    });
  }
}

async function stop(starting: Promise<Broker>, graceMs: number, logger: Logger): Promise<void> {
  setTimeout(() => {
    logger.error({ graceMs }, 'stopping takes too long, giving up');
    process.exit(1);
  }, graceMs + STOP_MARGIN_MS).unref();
  const broker = await starting.catch(() => null);
  if (broker === null) return; // run() says why it did not start
  await broker.stop({ graceMs });
  logger.info({}, 'stopped');
  process.exit(0);
}
