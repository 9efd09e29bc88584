import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { bench } from './bench.ts';
import { consume, get } from './consume.ts';
import { printLine, type ToolIo, UsageError } from './context.ts';
import type { ManagementOptions } from './definitions.ts';
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE } from './exit-code.ts';
import { pair, positiveInteger, wholeNumber } from './option-values.ts';
import { ping } from './ping.ts';
import { publish } from './publish.ts';
import { backup, check } from './storage.ts';
import * as topology from './topology.ts';

/** Environment variable with the default of `--url`. */
const URL_VARIABLE = 'DIRECTMQ_URL';
const DEFAULT_URL = 'amqp://localhost';
/** Environment variable with the default of `--management`. */
const MANAGEMENT_VARIABLE = 'DIRECTMQ_MANAGEMENT_URL';
const DEFAULT_MANAGEMENT = 'http://guest:guest@127.0.0.1:15672';

const HELP_FOOTER = `
Exit status: 0 it worked; 1 the broker refused or could not be reached; 2 the command line is wrong;
3 there was no message, or a message could not be routed; 130 it was interrupted.`;

/**
 * Runs one of the tools: `directmq publish`, `directmq consume` and so on.
 * @param argv what follows `directmq` on the command line
 * @returns the exit status, see exit-code.ts
 */
export async function runTool(argv: readonly string[], io: ToolIo = processIo()): Promise<number> {
  let exitCode = EXIT_OK;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    if (io.signal.aborted) return EXIT_INTERRUPTED;
    // Who reads has seen enough, as `head` has after some lines.
    if (isBrokenPipe(error)) return EXIT_OK;
    await printLine(io.stderr, `directmq: ${messageOf(error)}`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

type Action<A extends unknown[]> = (...args: [...A, ToolIo]) => Promise<number>;

function createProgram(io: ToolIo, exit: (code: number) => void): Command {
  const program = new Command('directmq').exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
  });
  /** Calls the tool with the arguments and options of the command line. */
  const run =
    <A extends unknown[]>(action: Action<A>) =>
    async (...args: [...A, Command]): Promise<void> => {
      const values = args.slice(0, -1) as A;
      exit(await action(...values, io));
    };
  const defaultUrl = io.env[URL_VARIABLE] ?? DEFAULT_URL;
  const tool = (parent: Command, usage: string, description: string): Command =>
    parent
      .command(usage)
      .description(description)
      .option('-u, --url <url>', `broker to connect to; else ${URL_VARIABLE}`, defaultUrl)
      .option('--direct', 'use Direct Mode, whatever the broker proposes')
      .option('--no-direct', 'do not use Direct Mode')
      .option('-j, --json', 'print, or read, one line of JSON for each message or result')
      .addHelpText('after', HELP_FOOTER);

  addMessageTools(program, tool, run);
  addTopologyTools(program, tool, run);
  tool(program, 'ping', 'connect, log in, and time round trips')
    .option('-c, --count <n>', 'round trips', positiveInteger, 1)
    .action(run(ping));
  tool(program, 'bench', 'publish and receive as fast as possible, and print the rates')
    .option('-p, --publishers <n>', 'publishing connections', positiveInteger, 1)
    .option('-s, --consumers <n>', 'receiving connections', wholeNumber, 1)
    .option('--size <octets>', 'octets of a body', wholeNumber, 16)
    .option('-d, --duration <seconds>', 'seconds to publish', positiveInteger, 5)
    .action(run(bench));
  program
    .command('check <directory>')
    .description('verify a data directory, also while a broker works on it')
    .addHelpText('after', HELP_FOOTER)
    .action(run(check));
  program
    .command('backup <directory> <target>')
    .description('copy a data directory as it is now, also while a broker works on it')
    .addHelpText('after', HELP_FOOTER)
    .action(run(backup));
  addDefinitionTools(program, run, io);
  return program;
}

type ToolFactory = (parent: Command, usage: string, description: string) => Command;
type Runner = <A extends unknown[]>(
  action: Action<A>,
) => (...args: [...A, Command]) => Promise<void>;

function addMessageTools(program: Command, tool: ToolFactory, run: Runner): void {
  tool(
    program,
    'publish <exchange> <routing-key> [body]',
    "publish a message, or what standard input brings ('' is the default exchange)",
  )
    .option('-l, --lines', 'each line of standard input is a message')
    .option('-c, --count <n>', 'publish each message so often', positiveInteger, 1)
    .option('--no-confirm', "don't wait for the broker to confirm")
    .option('-H, --header <name=value>', 'a header; may be given several times', pair)
    .option('--content-type <text>', 'property content-type')
    .option('--correlation-id <text>', 'property correlation-id')
    .option('--reply-to <text>', 'property reply-to')
    .option('--message-id <text>', 'property message-id')
    .option('--type <text>', 'property type')
    .option('--app-id <text>', 'property app-id')
    .option('--expiration <ms>', 'milliseconds the message may wait', wholeNumber)
    .option('--priority <n>', 'property priority', wholeNumber)
    .option('--persistent', 'survive a restart of the broker, where the queue does')
    .option('--mandatory', 'fail if the message cannot be routed')
    .action(run(publish));
  tool(program, 'consume [queue]', 'print the messages of a queue as they come')
    .option('-e, --exchange <name>', 'consume from a private queue bound to this exchange')
    .option('-k, --key <pattern...>', 'what the private queue is bound with', [''])
    .option('-c, --count <n>', 'end after so many messages', positiveInteger, Infinity)
    .option('--no-ack', 'let the broker forget messages as soon as they are sent')
    .option('--prefetch <n>', 'unacknowledged messages at a time', positiveInteger, 256)
    .action(run(consume));
  tool(program, 'get <queue>', 'fetch messages that wait in a queue')
    .option('-c, --count <n>', 'messages at most', positiveInteger, 1)
    .option('--requeue', 'put them back')
    .action(run(get));
}

function addTopologyTools(program: Command, tool: ToolFactory, run: Runner): void {
  const declare = program.command('declare').description('declare an exchange or a queue');
  tool(declare, 'exchange <name>', 'declare an exchange')
    .option('-t, --type <type>', 'direct, fanout, topic, headers …', 'direct')
    .option('--no-durable', 'let it go when the broker stops')
    .option('--auto-delete', 'let it go when nothing is bound to it any more')
    .option('--internal', "don't let clients publish to it")
    .option('-a, --argument <name=value>', 'an argument; may be given several times', pair)
    .action(run(topology.declareExchange));
  tool(declare, 'queue <name>', 'declare a queue')
    .option('--no-durable', 'let it go when the broker stops')
    .option('--auto-delete', 'let it go with its last consumer')
    .option('-a, --argument <name=value>', 'an argument; may be given several times', pair)
    .action(run(topology.declareQueue));
  for (const name of ['bind', 'unbind'] as const) {
    tool(program, `${name} <source> <destination>`, `${name} a queue and an exchange`)
      .option('-k, --key <key>', 'routing key or pattern', '')
      .option('-x, --to-exchange', 'the destination is an exchange')
      .option('-a, --argument <name=value>', 'an argument; may be given several times', pair)
      .action(run(topology.changeBinding(name)));
  }
  tool(program, 'purge <queue>', 'remove the messages of a queue').action(run(topology.purge));
  const remove = program.command('delete').description('delete an exchange or a queue');
  tool(remove, 'exchange <name>', 'delete an exchange')
    .option('--if-unused', 'only if nothing is bound to it')
    .action(run(topology.deleteExchange));
  tool(remove, 'queue <name>', 'delete a queue')
    .option('--if-unused', 'only if it has no consumers')
    .option('--if-empty', 'only if it has no messages')
    .action(run(topology.deleteQueue));
}

/** They load what the broker is made of, which no other tool needs. */
function addDefinitionTools(program: Command, run: Runner, io: ToolIo): void {
  const management = io.env[MANAGEMENT_VARIABLE] ?? DEFAULT_MANAGEMENT;
  const definitions = program
    .command('definitions')
    .description("check, export or import RabbitMQ's definitions: users, queues, policies …");
  const asking = (usage: string, description: string) =>
    definitions
      .command(usage)
      .description(description)
      .option('-m, --management <url>', `management API; else ${MANAGEMENT_VARIABLE}`, management)
      .option('--vhost <name>', 'what is in this virtual host only')
      .addHelpText('after', HELP_FOOTER);
  definitions
    .command('check <file>')
    .description('say whether a broker can start with a file, and what it would import otherwise')
    .addHelpText('after', HELP_FOOTER)
    .action(
      run(async (...args: [string, unknown, ToolIo]) =>
        (await import('./definitions.ts')).checkDefinitions(...args),
      ),
    );
  asking('export [file]', 'write the definitions of a running broker').action(
    run(async (...args: [string | undefined, ManagementOptions, ToolIo]) =>
      (await import('./definitions.ts')).exportDefinitions(...args),
    ),
  );
  asking('import <file>', 'have a running broker import definitions').action(
    run(async (...args: [string, ManagementOptions, ToolIo]) =>
      (await import('./definitions.ts')).importDefinitions(...args),
    ),
  );
}

/** The process's own streams; the first SIGINT or SIGTERM ends a tool in good order. */
function processIo(): ToolIo {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const { stdin, stdout, stderr, env } = process;
  // What cannot be written fails where it is written.
  stdout.on('error', () => {});
  return { stdin, stdout, stderr, env, signal: stop.signal };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node tries several addresses of a host, and says nothing itself when all fail.
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join(', ');
  }
  return error.message;
}
