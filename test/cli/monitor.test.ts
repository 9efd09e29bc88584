import { connect } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { RateMonitor } from '../../src/cli/rate-monitor.ts';
import { waitFor } from '../support/wait-for.ts';
import { RunningCommand } from './command.ts';

describe('the monitor', () => {
  it('shows rates, their mean over busy seconds, their peak, and iomean', () => {
    const monitor = new RateMonitor({ messagesIn: 0, messagesOut: 0 }, 0);
    expect(monitor.line({ messagesIn: 0, messagesOut: 0 }, 1000)).toBe(
      'in=0 mean=0 peak=0  out=0 mean=0 peak=0  iomean=0',
    );
    expect(monitor.line({ messagesIn: 100, messagesOut: 200 }, 2000)).toBe(
      'in=100 mean=100 peak=100  out=200 mean=200 peak=200  iomean=300',
    );
    expect(monitor.line({ messagesIn: 400, messagesOut: 200 }, 4000)).toBe(
      'in=150 mean=125 peak=150  out=0 mean=100 peak=200  iomean=225',
    );
    expect(monitor.line({ messagesIn: 400, messagesOut: 200 }, 5000)).toMatch(/^in=0 mean=125/);
  });
});

describe('the command with --monitor', () => {
  let command: RunningCommand | null = null;

  afterEach(async () => {
    command?.process.kill('SIGKILL');
    await command?.ended();
  });

  it('prints a line each second', async () => {
    command = new RunningCommand([
      ...['--port', '0', '--data-dir', 'none', '--management-port', '-1', '--monitor'],
    ]);
    const lines: string[] = [];
    command.process.stdout?.on('data', (octets: Buffer) => {
      lines.push(...octets.toString().trimEnd().split('\n'));
    });
    const ready = await command.firstLine();
    const [, port] = /amqp=127\.0\.0\.1:(\d+)/.exec(ready) ?? [];
    const connection = await connect(`amqp://guest:guest@127.0.0.1:${port}`);
    const channel = await connection.createChannel();
    await channel.assertQueue('q', { exclusive: true });
    await channel.consume('q', () => {}, { noAck: true });
    for (let i = 0; i < 50; i++) channel.sendToQueue('q', Buffer.from('x'));
    const line = await waitFor('a line with rates', () =>
      lines.find((text) => /^in=[1-9]\d* mean=[1-9]\d* peak=[1-9]\d* {2}out=[1-9]/.test(text)),
    );
    expect(line).toMatch(/iomean=[1-9]\d*$/);
    await connection.close();
  });
});
