import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useManagedBroker } from '../support/management.ts';
import { runCommand } from './command.ts';

const EXPORT = new URL('../definitions/rabbitmq-3.10.json', import.meta.url).pathname;
const managed = useManagedBroker();
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'directmq-definitions-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('directmq definitions', () => {
  it('check says what a broker would import, and what otherwise', async () => {
    const { code, stdout, stderr } = await runCommand(['definitions', 'check', EXPORT]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^queue 'shop.stream' in vhost 'shop' is left out/m);
    expect(stdout).toMatch(/can be imported with \d+ remarks; 4 users, 2 vhosts, .* bindings\n$/);
  });

  it('check names the place that is wrong', async () => {
    const path = join(directory, 'wrong.json');
    const queue = { name: 'q', vhost: '/', arguments: { 'x-max-length': -1 } };
    writeFileSync(path, JSON.stringify({ queues: [queue] }));
    const { code, stdout, stderr } = await runCommand(['definitions', 'check', path]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^directmq: definitions \S+wrong.json: queues\[0\]: .*x-max-length/);
    const missing = await runCommand(['definitions', 'check', '/nowhere.json']);
    expect(missing.stderr).toMatch(/^directmq: cannot read definitions: ENOENT/);
  });

  it('export and import take a broker to what it was', async () => {
    await managed.put('/api/queues/%2F/orders', {
      durable: true,
      arguments: { 'x-max-length': 5 },
    });
    const url = managed.url.replace('://', '://guest:guest@');
    const path = join(directory, 'exported.json');
    const out = await runCommand(['definitions', 'export', path], { DIRECTMQ_MANAGEMENT_URL: url });
    expect(out).toEqual({ code: 0, stdout: `definitions written to ${path}\n`, stderr: '' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await managed.delete('/api/queues/%2F/orders');
    const back = await runCommand(['definitions', 'import', path, '--management', url]);
    expect(back).toEqual({ code: 0, stdout: `${path} imported\n`, stderr: '' });
    const { json } = await managed.get('/api/queues/%2F/orders');
    expect(json.arguments).toEqual({ 'x-max-length': 5 });
    const printed = await runCommand(['definitions', 'export', '-m', url, '--vhost', '/']);
    const whole = JSON.parse(readFileSync(path, 'utf8'));
    expect(JSON.parse(printed.stdout).queues).toEqual([
      { name: 'orders', durable: true, auto_delete: false, arguments: { 'x-max-length': 5 } },
    ]);
    expect(whole.queues[0].vhost).toBe('/');
  });

  it('say why they could not', async () => {
    const wrong = managed.url.replace('://', '://guest:wrong@');
    const refused = await runCommand(['definitions', 'export', '-m', wrong]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^directmq: 401: .*Login failed/);
    const nobody = await runCommand(['definitions', 'export', '-m', 'http://127.0.0.1:1']);
    expect(nobody.stderr).toMatch(/^directmq: cannot reach http:\/\/127.0.0.1:1: /);
    const nonsense = await runCommand(['definitions', 'export', '-m', 'amqp://localhost']);
    expect(nonsense.code).toBe(2);
  });
});
