import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as client from '../../src/client/index.ts';
import { isOracle, type RunningBroker, startBroker } from '../support/broker.ts';

const page = readFileSync(new URL('../../docs/client.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code);

let broker: RunningBroker;

beforeAll(async () => {
  broker = await startBroker();
});

afterAll(() => broker.stop());

/** Runs an example as a module, with the broker of the test for that on localhost. */
async function run(code: string): Promise<unknown[][]> {
  const { host } = new URL(broker.url);
  const body = code
    .replace(/^import (\{.*\}) from 'directmq\/client';$/m, 'const $1 = client;')
    .replaceAll(/amqp:\/\/(localhost|127\.0\.0\.1)/g, `amqp://${host}`);
  const printed: unknown[][] = [];
  const console = { log: (...values: unknown[]) => printed.push(values) };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction('client', 'console', body)(client, console);
  return printed;
}

describe('the examples of docs/client.md', () => {
  it('are found', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(
    examples.map((code) => [code.split('\n').find((line) => line.includes('connect(')), code]),
  )('run: %s', async (_line, code) => {
    const printed = await run(code ?? '');
    // What a comment says is printed, is, if the broker has Direct Mode.
    if (isOracle) return;
    if (code?.includes('direct: 1')) expect(printed.at(-1)).toEqual([{ direct: 1, ordinary: 0 }]);
    if (code?.includes("'directMax'")) {
      expect(printed.at(-1)).toMatchObject([[{}, { reason: 'directMax' }]]);
    }
  });
});
