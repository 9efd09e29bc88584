import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../../src/cli/tool.ts';
import { TOOL_NAMES } from '../../src/cli/tool-names.ts';
import { isOracle, type RunningBroker, startBroker } from '../support/broker.ts';
import { waitFor } from '../support/wait-for.ts';

let broker: RunningBroker;

beforeAll(async () => {
  broker = await startBroker();
});

afterAll(() => broker.stop());

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  readonly stdin?: string;
  readonly url?: string;
  readonly signal?: AbortSignal;
}

/** Runs a tool as the command line would. */
async function directmq(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await runTool(argv, {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout,
    stderr,
    env: { DIRECTMQ_URL: options.url ?? broker.url },
    signal: options.signal ?? new AbortController().signal,
  });
  return { exitCode, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

async function succeed(...argv: string[]): Promise<string> {
  const { exitCode, out, err } = await directmq(argv);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return out;
}

describe('the topology tools', () => {
  it('declare, bind, purge, unbind and delete', async () => {
    expect(await succeed('declare', 'exchange', 'e', '--type', 'topic')).toBe(
      'exchange e declared\n',
    );
    expect(await succeed('declare', 'queue', 'q', '-a', 'x-max-length=10', '--json')).toBe(
      '{"queue":"q","messageCount":0,"consumerCount":0}\n',
    );
    expect(await succeed('bind', 'e', 'q', '--key', 'a.#')).toBe("q bound to e with 'a.#'\n");
    await succeed('publish', 'e', 'a.b', 'hello', '--mandatory');
    expect(await succeed('purge', 'q')).toBe('1 messages purged\n');
    await succeed('unbind', 'e', 'q', '--key', 'a.#');
    expect(await succeed('delete', 'queue', 'q', '--if-empty')).toBe(
      'queue q deleted with 0 messages\n',
    );
    expect(await succeed('delete', 'exchange', 'e')).toBe('exchange e deleted\n');
  });

  it('bind exchanges to exchanges', async () => {
    await succeed('declare', 'exchange', 'e1', '--type', 'fanout');
    expect(await succeed('bind', 'e1', 'amq.topic', '--to-exchange', '--json')).toBe(
      '{"source":"e1","destination":"amq.topic","key":""}\n',
    );
    expect(await succeed('unbind', 'e1', 'amq.topic', '--to-exchange')).toBe(
      "amq.topic unbound from e1 with ''\n",
    );
    await succeed('delete', 'exchange', 'e1');
  });

  it('say why even if the broker closes the connection', async () => {
    const argv = ['declare', 'exchange', 'e1', '--type', 'no such type'];
    const { exitCode, err } = await directmq(argv);
    expect(exitCode).toBe(1);
    expect(err).toContain('COMMAND_INVALID');
  });

  it('fail with the words of the broker', async () => {
    const { exitCode, err } = await directmq(['purge', 'nowhere']);
    expect(exitCode).toBe(1);
    expect(err).toContain("NOT_FOUND - no queue 'nowhere'");
  });
});

describe('directmq publish', () => {
  it('publishes an argument, standard input as a whole, or each of its lines', async () => {
    await succeed('declare', 'queue', 'q');
    await succeed('publish', '', 'q', 'argument');
    await directmq(['publish', '', 'q'], { stdin: 'two\nlines' });
    await directmq(['publish', '', 'q', '--lines', '--no-confirm'], { stdin: 'one\ntwo\n' });
    await directmq(['publish', '', 'q', 'thrice', '--count', '3', '--direct', '--no-confirm']);
    expect(await succeed('get', 'q', '--count', '100')).toBe(
      'argument\ntwo\nlines\none\ntwo\nthrice\nthrice\nthrice\n',
    );
  });

  it('takes as JSON what consume and get print as JSON', async () => {
    await succeed('declare', 'queue', 'q');
    const argv = ['publish', '', 'q', 'x', '-H', 'n=1', '-H', 's=text', '--content-type', 'a/b'];
    await succeed(...argv, '--persistent');
    const line = await succeed('get', 'q', '--json');
    expect(JSON.parse(line)).toMatchObject({
      routingKey: 'q',
      body: 'x',
      properties: { headers: { n: 1, s: 'text' }, contentType: 'a/b', deliveryMode: 2 },
    });
    await directmq(['publish', 'ignored', 'ignored', '--json'], { stdin: line });
    expect(await succeed('get', 'q', '--json')).toBe(line);
  });

  it('keeps octets that are not text', async () => {
    await succeed('declare', 'queue', 'q');
    const stdin = JSON.stringify({ bodyBase64: Buffer.from([0xff, 0]).toString('base64') });
    await directmq(['publish', '', 'q', '--json'], { stdin });
    expect(JSON.parse(await succeed('get', 'q', '--json'))).toMatchObject({ bodyBase64: '/wA=' });
  });

  it('has an exit status of its own for messages that could not be routed', async () => {
    const { exitCode, err } = await directmq(['publish', '', 'nowhere', 'x', '--mandatory']);
    expect({ exitCode, err }).toEqual({
      exitCode: 3,
      err: 'directmq: 1 messages could not be routed\n',
    });
  });

  it.each([['--confirm'], ['--no-confirm']])('fails if there is no exchange (%s)', async (flag) => {
    const argv = ['publish', 'no such exchange', 'k', 'x'];
    const { exitCode, err } = await directmq(flag === '--confirm' ? argv : [...argv, flag]);
    expect(exitCode).toBe(1);
    expect(err).toContain('404');
  });
});

describe('directmq publish --json', () => {
  it.each([
    ['nonsense', 'line 2: Unexpected token'],
    ['[1]', 'line 2: a message is an object'],
    ['{"body": 5}', 'line 2: body must be text'],
    ['{"properties": "persistent"}', 'line 2: properties must be an object'],
  ])('says which line is no message: %s', async (line, message) => {
    const stdin = `{"body": "first"}\n${line}\n`;
    const { exitCode, err } = await directmq(['publish', '', 'nowhere', '--json'], { stdin });
    expect(exitCode).toBe(1);
    expect(err).toContain(message);
  });
});

describe('directmq consume', () => {
  it('ends after as many messages as it was asked for, and takes no more', async () => {
    await succeed('declare', 'queue', 'q');
    await directmq(['publish', '', 'q', '--lines'], { stdin: '1\n2\n3\n' });
    expect(await succeed('consume', 'q', '--count', '2')).toBe('1\n2\n');
    expect(await succeed('get', 'q')).toBe('3\n');
  });

  it('can listen to an exchange until it is stopped', async () => {
    await succeed('declare', 'exchange', 'e', '--type', 'topic');
    const stop = new AbortController();
    const argv = ['consume', '--exchange', 'e', '--key', 'a.*', 'b.*'];
    const consuming = directmq(argv, { signal: stop.signal });
    await waitFor('somebody to listen', async () => {
      const run = await directmq(['publish', 'e', 'b.x', 'heard', '--mandatory']);
      return run.exitCode === 0;
    });
    stop.abort();
    expect(await consuming).toMatchObject({ exitCode: 0, err: '' });
    await succeed('delete', 'exchange', 'e');
  });

  it('wants a queue or an exchange', async () => {
    const { exitCode, err } = await directmq(['consume']);
    expect(exitCode).toBe(2);
    expect(err).toContain('--exchange');
  });
});

describe('directmq get', () => {
  it('has an exit status of its own for an empty queue', async () => {
    await succeed('declare', 'queue', 'q');
    expect(await directmq(['get', 'q'])).toEqual({ exitCode: 3, out: '', err: '' });
  });

  it('can put messages back', async () => {
    await succeed('declare', 'queue', 'q');
    await succeed('publish', '', 'q', 'x');
    expect(await succeed('get', 'q', '--requeue')).toBe('x\n');
    expect(await succeed('get', 'q')).toBe('x\n');
  });
});

describe('directmq ping', () => {
  it('tells who answers, and how fast', async () => {
    const lines = (await succeed('ping', '--count', '2', '--json')).trim().split('\n');
    const reports = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(reports.length).toBe(3);
    expect(reports[0]).toMatchObject({ product: expect.any(String), version: expect.any(String) });
    expect(reports[2]).toMatchObject({ sequence: 2, roundTripMs: expect.any(Number) });
  });

  it('fails if the login is refused', async () => {
    const { host } = new URL(broker.url);
    const { exitCode, err } = await directmq(['ping'], { url: `amqp://guest:wrong@${host}` });
    expect(exitCode).toBe(1);
    expect(err).toContain('ACCESS_REFUSED');
  });

  it('says what a URL looks like', async () => {
    const { exitCode, err } = await directmq(['ping'], { url: 'localhost' });
    expect(exitCode).toBe(2);
    expect(err).toContain("'localhost' is no URL such as amqp://");
  });

  it('fails if nobody answers', async () => {
    const { exitCode, err } = await directmq(['ping'], { url: 'amqp://127.0.0.1:1' });
    expect(exitCode).toBe(1);
    expect(err).toContain('ECONNREFUSED');
  });
});

describe('directmq bench', () => {
  it.each([
    ['--no-direct', false],
    ['--direct', true],
  ])('measures with %s', async (flag, direct) => {
    const line = await succeed('bench', '--duration', '1', '--size', '16', '--json', flag);
    const result = JSON.parse(line) as Record<string, number | boolean>;
    expect(result).toMatchObject({ direct: direct && !isOracle });
    expect(result.published).toBeGreaterThan(0);
    expect(result.delivered).toBeGreaterThan(0);
  });
});

describe('the command line', () => {
  it.each([...TOOL_NAMES])('explains %s', async (name) => {
    const { exitCode, out } = await directmq([name, '--help']);
    expect(exitCode).toBe(0);
    expect(out).toContain(`Usage: directmq ${name}`);
  });

  it.each([
    [['publish', 'e']],
    [['get', 'q', '--count', 'many']],
    [['declare', 'queue', 'q', '-a', 'nonsense']],
    [['ping', '--unknown']],
  ])('says what is wrong with %j', async (argv) => {
    const { exitCode, err } = await directmq(argv);
    expect(exitCode).toBe(2);
    expect(err).toContain('error:');
  });
});
