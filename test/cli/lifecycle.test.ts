import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { RawClient } from '../support/raw-client.ts';
import { waitFor, within } from '../support/wait-for.ts';
import { RunningCommand, runCommand } from './command.ts';

const TLS_FILES = new URL('../client/tls-files/', import.meta.url).pathname;

const running: RunningCommand[] = [];

function start(...args: string[]): RunningCommand {
  const command = new RunningCommand(['--port', '0', ...args]);
  running.push(command);
  return command;
}

/** The port in `ready amqp=127.0.0.1:5672`. */
function portOf(line: string): number {
  return Number(/^ready amqp=127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
}

/** The common name in the certificate that is served. */
async function servedName(port: string): Promise<unknown> {
  const socket = connectTls({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false });
  await within('a handshake', once(socket, 'secureConnect'));
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

afterEach(async () => {
  for (const command of running.splice(0)) {
    command.process.kill('SIGKILL');
    await command.ended();
  }
});

describe('the running command', () => {
  it('prints one line that names its listeners, at which it can be reached', async () => {
    const command = start();
    const port = portOf(await command.firstLine());
    const socket = connect(port, '127.0.0.1');
    await within('a connection', once(socket, 'connect'));
    socket.destroy();
    command.process.kill('SIGTERM');
    expect((await command.ended()).stdout).toMatch(/^ready amqp=127\.0\.0\.1:\d+[^\n]*\n$/);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`exits with 0 after ${signal}, with its log on standard error`, async () => {
      const command = start();
      await command.firstLine();
      command.process.kill(signal);
      const { code, stderr } = await command.ended();
      expect(code).toBe(0);
      const records = stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(records).toContainEqual(expect.objectContaining({ msg: 'stopping', signal }));
    });
  }

  it('logs nothing when silent', async () => {
    const command = start('--log-level', 'silent');
    await command.firstLine();
    command.process.kill('SIGTERM');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  it('stops while a client is connected that never says a word', async () => {
    const command = start('--shutdown-timeout', '100ms');
    const socket = connect(portOf(await command.firstLine()), '127.0.0.1');
    socket.on('error', () => {});
    await within('a connection', once(socket, 'connect'));
    command.process.kill('SIGTERM');
    expect((await command.ended()).code).toBe(0);
    socket.destroy();
  });

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    it(`exits with ${code} at once after a second ${signal}`, async () => {
      const command = start('--shutdown-timeout', '10m');
      const client = await RawClient.connect(portOf(await command.firstLine()), '127.0.0.1');
      await client.login();
      command.process.kill('SIGTERM');
      // Not answered, so that the broker goes on waiting.
      expect((await client.expectMethod(0, 'connection.close')).replyCode).toBe(320);
      command.process.kill(signal);
      expect((await command.ended()).code).toBe(code);
      client.destroy();
    });
  }

  it('stops within its time although a client does not answer', async () => {
    const command = start('--shutdown-timeout', '100ms');
    const client = await RawClient.connect(portOf(await command.firstLine()), '127.0.0.1');
    await client.login();
    command.process.kill('SIGTERM');
    expect((await command.ended()).code).toBe(0);
    client.destroy();
  });

  it('reads its certificates anew after SIGHUP, and goes on', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'directmq-tls-'));
    const install = (name: string) => {
      for (const kind of ['pem', 'key']) {
        copyFileSync(join(TLS_FILES, `${name}.${kind}`), join(directory, `served.${kind}`));
      }
    };
    install('server');
    const served = ['--tls-cert', join(directory, 'served.pem')];
    served.push('--tls-key', join(directory, 'served.key'), '--management-tls');
    const command = start('--tls-port', String(await freePort()), ...served);
    const ports = [...(await command.firstLine()).matchAll(/(?:amqps|management)=\S+:(\d+)/g)];
    expect(ports).toHaveLength(2);
    install('client');
    command.process.kill('SIGHUP');
    for (const [, port] of ports) {
      await waitFor('the new certificate', async () => (await servedName(port)) === 'client');
    }
    rmSync(directory, { recursive: true });
    command.process.kill('SIGTERM');
    expect((await command.ended()).code).toBe(0);
  });

  it('says that a port is in use and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await runCommand(['--port', String(port)]);
    other.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `directmq: cannot listen on 127.0.0.1:${port}: ` +
        'the port is in use; choose another one with --port\n',
    );
  });

  it('says that an address is not its own and exits with 1', async () => {
    const { code, stderr } = await runCommand(['--host', '192.0.2.1', '--port', '0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^directmq: cannot listen on 192\.0\.2\.1:0: [^\n]+\n$/);
  });
});
