import type { Channel, ConfirmChannel } from 'amqplib';
import { queueRule } from '../model/queue-rule.ts';
import type { Dice } from './dice.ts';
import type { Disk } from './disk.ts';
import type { Target } from './fixtures.ts';
import { sealingPublication, sendConfirmed } from './publishing.ts';
import { receive } from './receiving.ts';
import { pause, type Run } from './run.ts';
import { TopologyClient } from './topology-client.ts';

/** Longest time with space between two times without, in milliseconds. */
const SPACE_MAX_MS = 400;
/** Shortest and longest time without, in milliseconds. */
const FULL_MIN_MS = 20;
const FULL_MAX_MS = 1500;
/** What is left of a full disk at most: more than the broker wants to have. */
const LEFT_MAX_OCTETS = 40 * 1024 * 1024;
/** Longest time until what must go on does, in milliseconds: the machine may be busy. */
const PATIENCE_MS = 15_000;
const POLL_MS = 5;

const QUEUE = 'crash.full-disk';

const TARGET: Target = {
  exchange: '',
  key: QUEUE,
  queues: [queueRule(QUEUE)],
  isForTransactions: false,
};

/** What came of it. */
export interface FullDiskTally {
  /** Times at which the disk was full. */
  fullPhases: number;
  /** Those in which publishers were blocked. */
  blockedPhases: number;
  /** Times at which everybody was served again afterwards. */
  recoveries: number;
}

/**
 * Fills the disk and gives space back, and has witnesses: one that only consumes must be served all
 * the time, and one that publishes when there is space again, and so must everybody who was blocked.
 */
export async function fillDisk(
  run: Run,
  name: string,
  disk: Disk,
  tally: FullDiskTally,
): Promise<void> {
  const publisher = await run.confirmChannel(await run.connect());
  const consumer = await run.connect();
  const client = new TopologyClient(run.topology, run.ledger, publisher);
  await client.declareQueue(QUEUE, {
    type: '',
    durable: true,
    autoDelete: false,
    exclusive: false,
    arguments: {},
  });
  const witness = new Witness(run, name, publisher);
  await run.play(name, async (dice) => {
    await witness.isServed();
    await pause(dice.mostlySmall(0, SPACE_MAX_MS));
    if (run.isOver) return;
    disk.fill(dice.chance(0.3) ? 0 : dice.mostlySmall(0, LEFT_MAX_OCTETS));
    tally.fullPhases++;
    await fullPhase(run, dice, tally);
    await witness.consumes(await run.channel(consumer));
    if (run.isEnded) return;
    disk.giveSpace();
    await witness.isServed();
    await within(run, 'publishers are still blocked', () => run.blockedConnections === 0);
    if (!run.isEnded) tally.recoveries++;
  });
  if (!run.isEnded) disk.giveSpace();
  await run.close(publisher);
}

async function fullPhase(run: Run, dice: Dice, tally: FullDiskTally): Promise<void> {
  const untilMs = Date.now() + dice.mostlySmall(FULL_MIN_MS, FULL_MAX_MS);
  let isBlocked = false;
  while (Date.now() < untilMs && !run.isOver) {
    await pause(POLL_MS);
    if (isBlocked || run.blockedConnections === 0) continue;
    isBlocked = true;
    tally.blockedPhases++;
  }
}

class Witness {
  private readonly run: Run;
  private readonly name: string;
  private readonly publisher: ConfirmChannel;

  constructor(run: Run, name: string, publisher: ConfirmChannel) {
    this.run = run;
    this.name = name;
    this.publisher = publisher;
  }

  /** There is space: a persistent message is confirmed. */
  async isServed(): Promise<void> {
    const { run, name, publisher } = this;
    let isConfirmed = false;
    sendConfirmed(run.ledger, publisher, sealingPublication(name, TARGET), () => {
      isConfirmed = true;
    });
    await within(run, 'there is space, and nothing is confirmed', () => isConfirmed);
  }

  /** Space or not: what was confirmed is delivered, and its acknowledgement taken. */
  async consumes(channel: Channel): Promise<void> {
    const { run } = this;
    let isDone = false;
    const done = this.takeOne(channel).then(() => {
      isDone = true;
    });
    done.catch(() => {});
    await within(run, 'the disk is full, and a consumer waits', () => isDone);
    if (isDone) await run.close(channel);
  }

  private async takeOne(channel: Channel): Promise<void> {
    const { run, name } = this;
    const { ledger } = run;
    ledger.consuming(QUEUE);
    const delivery = await channel.get(QUEUE);
    if (delivery === false) {
      if (!run.isOver) ledger.find('lost', `${QUEUE} is empty, and its message was confirmed`);
      return;
    }
    const sighting = receive(run, QUEUE, delivery);
    if (sighting !== null) ledger.settling(sighting, 'ack', `${name}.get`);
    channel.ack(delivery);
    // Answered behind the acknowledgement; a declaration would wait for those of others, on disk.
    await channel.prefetch(1);
    ledger.consumed(QUEUE);
  }
}

/** Waits until something holds or the broker is ended; what takes too long is a finding. */
async function within(run: Run, fault: string, holds: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  while (!holds() && !run.isEnded) {
    if (Date.now() > deadlineMs) {
      run.ledger.find('stalled', `${fault} after ${PATIENCE_MS} ms`);
      return;
    }
    await pause(POLL_MS);
  }
}
