import { compare } from '../model/compare.ts';
import { Ledger } from '../model/ledger.ts';
import { Topology } from '../model/topology.ts';
import { churn } from '../workload/churner.ts';
import { consume } from '../workload/consumer.ts';
import { declareFixtures } from '../workload/declare-fixtures.ts';
import { Dice } from '../workload/dice.ts';
import { type FullDiskTally, fillDisk } from '../workload/disk-filler.ts';
import { drain } from '../workload/drain.ts';
import { inspect } from '../workload/inspect.ts';
import { publish } from '../workload/publisher.ts';
import { pause, Run } from '../workload/run.ts';
import { transact } from '../workload/transactor.ts';
import { type BrokerCommand, BrokerProcess } from './broker-process.ts';
import type { PowerCut } from './power-cut.ts';
import type { SmallDisk } from './small-disk.ts';

/** Shortest and longest time of load before a kill, in milliseconds. */
const LOAD_MIN_MS = 200;
const LOAD_MAX_MS = 2500;
/** Longest time until clients have noticed the end of a broker, in milliseconds. */
const NOTICE_MS = 5000;
/** Longest wait for an answer at which a broker is to be killed, in milliseconds. */
const PROMISE_MS = 1000;
/** Longest time in which a broker must have done what it was asked for, in milliseconds. */
const STEP_MS = 90_000;
const POLL_MS = 5;
/** Longest time that a disk stays full after a start, in milliseconds. */
const FULL_START_MS = 2000;
/** How long a start is taken to be before one was measured, in milliseconds. */
const FIRST_START_MS = 600;
/** Longest time that a broker has before it is killed while it starts, as a share of its last start. */
const START_SHARE_MAX = 1.1;

/** So little that queues of some dozen messages are paged out. */
const LITTLE_MEMORY = ['--queue-memory', '16KiB'];

const PUBLISHERS = 4;
const CONSUMERS = 4;
const TRANSACTORS = 2;
const CHURNERS = 2;

/** No alarm before the disk is really full. */
const NO_DISK_ALARM = ['--disk-free-limit', '0'];

/** What happens to the disk beside what the broker does. */
export interface Calamities {
  /** What is done to the files after every kill, or null. */
  readonly powerCut: PowerCut | null;
  /** The disk that is filled, or null. */
  readonly smallDisk: SmallDisk | null;
}

/** What was done. */
export interface Tally extends FullDiskTally {
  /** Ends of a broker by kill -9, those while it started included. */
  kills: number;
  killsWhileStarting: number;
  killsWhileInspecting: number;
  killsAtPromise: number;
  /** Kills and stops while the disk was full. */
  endsWhileFull: number;
  stops: number;
  /** Starts with little memory for queues. */
  pagingStarts: number;
  /** Sectors that were put back after kills, as a power cut might have done. */
  sectors: number;
  /** Writes that a full disk has refused. */
  refusedWrites: number;
  messages: number;
  steps: number;
}

/** Loads a broker, ends it, starts it again and looks at what is left, again and again. */
export class Harness {
  readonly ledger = new Ledger();
  readonly tally: Tally = {
    kills: 0,
    killsWhileStarting: 0,
    killsWhileInspecting: 0,
    killsAtPromise: 0,
    fullPhases: 0,
    blockedPhases: 0,
    recoveries: 0,
    endsWhileFull: 0,
    stops: 0,
    pagingStarts: 0,
    sectors: 0,
    refusedWrites: 0,
    messages: 0,
    steps: 0,
  };
  private readonly topology = new Topology();
  private readonly command: BrokerCommand;
  private readonly calamities: Calamities;
  private startMs = FIRST_START_MS;
  private readonly dice: Dice;

  constructor(command: BrokerCommand, seed: number, calamities: Calamities) {
    this.command = command;
    this.calamities = calamities;
    this.dice = new Dice(seed);
  }

  /** Starts a broker; one in two pages out nearly all that is in its queues. */
  newBroker(): BrokerProcess {
    const { calamities, command, dice, tally } = this;
    const options = [...command.options];
    if (dice.chance(0.5)) {
      tally.pagingStarts++;
      options.push(...LITTLE_MEMORY);
    }
    if (calamities.smallDisk !== null && dice.chance(0.7)) options.push(...NO_DISK_ALARM);
    return new BrokerProcess({ ...command, options });
  }

  /**
   * One round: load, the end of the broker, what is left. What is wrong is in the ledger then.
   *
   * @throws Error if the broker doesn't start
   */
  async round(): Promise<void> {
    const { dice, ledger } = this;
    await this.killWhileStarting();
    const broker = this.newBroker();
    const run = await this.ready(broker);
    const isCut = dice.chance(0.1);
    if (isCut) {
      await this.killWhileInspecting(broker, run);
      return;
    }
    await step(broker, 'looking', this.look(run));
    if (ledger.findings.length > 0) {
      await this.kill(broker, run);
      return;
    }
    if (dice.chance(0.1)) await step(broker, 'draining', drain(run));
    await step(broker, 'declaring', declareFixtures(run));
    const actors = this.load(run);
    await pause(this.loadMs());
    if (this.calamities.smallDisk !== null && dice.chance(0.5)) await this.recovered(broker);
    if (broker.isGone) ledger.find('broker', `the broker has ended by itself: ${broker.output}`);
    if (dice.chance(0.1)) await this.stop(broker, run);
    else if (dice.chance(0.5)) await this.killAtPromise(broker, run);
    else await this.kill(broker, run);
    await atMost(NOTICE_MS, Promise.all(actors));
    this.crashed('the broker is ended');
  }

  /** One round in which nothing is ended and everything must be exact: it shows that the model is. */
  async calmRound(broker: BrokerProcess, port: number): Promise<void> {
    const { dice, ledger } = this;
    const run = new Run(ledger, this.topology, port, dice.seed());
    await declareFixtures(run);
    const actors = this.load(run);
    await pause(this.loadMs());
    if (broker.isGone) throw new Error(`the broker has ended: ${broker.output}`);
    await run.leave(actors);
    this.topology.disconnected(ledger);
    await this.look(run);
    this.tally.messages = ledger.messageCount;
    this.tally.steps = ledger.step;
  }

  /** Starts the broker a last time, compares, and has everything delivered and acknowledged. */
  async finish(): Promise<void> {
    const broker = this.newBroker();
    const run = await this.ready(broker);
    await step(broker, 'looking', this.look(run));
    if (this.ledger.findings.length === 0) await step(broker, 'draining', drain(run));
    await this.stop(broker, run);
  }

  private async look(run: Run): Promise<void> {
    const { snapshot, topology } = await inspect(run);
    compare(this.ledger, snapshot);
    this.topology.compare(topology, this.ledger);
  }

  /** A disk needs some time to be full and get space again. */
  private loadMs(): number {
    const { calamities, dice } = this;
    if (calamities.smallDisk === null) return dice.mostlySmall(LOAD_MIN_MS, LOAD_MAX_MS);
    return LOAD_MIN_MS + dice.below(LOAD_MAX_MS);
  }

  /** Lets a disk be full and get space again undisturbed: what takes too long is a finding then. */
  private async recovered(broker: BrokerProcess): Promise<void> {
    const { ledger, tally } = this;
    const { recoveries } = tally;
    const deadlineMs = Date.now() + STEP_MS;
    while (tally.recoveries === recoveries && ledger.findings.length === 0 && !broker.isGone) {
      if (Date.now() > deadlineMs)
        throw new Error(`no recovery in ${STEP_MS} ms: ${broker.output}`);
      await pause(POLL_MS);
    }
  }

  private load(run: Run): Promise<void>[] {
    const start = (count: number, act: (run: Run, name: string) => Promise<void>, name: string) =>
      Array.from({ length: count }, (_, i) =>
        act(run, `${name} ${i}`).catch((error) => run.report(`${name} ${i}`, error)),
      );
    const { smallDisk } = this.calamities;
    const fill = (run: Run, name: string) =>
      smallDisk === null ? Promise.resolve() : fillDisk(run, name, smallDisk, this.tally);
    return [
      ...start(1, fill, 'witness'),
      ...start(PUBLISHERS, publish, 'publisher'),
      ...start(this.dice.below(CONSUMERS + 1), consume, 'consumer'),
      ...start(TRANSACTORS, transact, 'transactor'),
      ...start(CHURNERS, churn, 'churner'),
    ];
  }

  private async killWhileStarting(): Promise<void> {
    while (this.dice.chance(0.3)) {
      const broker = this.newBroker();
      await pause(this.dice.below(START_SHARE_MAX * this.startMs));
      if (broker.isGone) throw new Error(`the broker has ended: ${broker.output}`);
      await this.killOne(broker);
      this.tally.killsWhileStarting++;
    }
  }

  private async killWhileInspecting(broker: BrokerProcess, run: Run): Promise<void> {
    const inspection = inspect(run).catch((error) => run.report('inspection', error));
    await pause(this.dice.below(100));
    this.tally.killsWhileInspecting++;
    await this.kill(broker, run);
    await atMost(NOTICE_MS, inspection);
    this.crashed('the broker is ended while it was looked at');
  }

  private async ready(broker: BrokerProcess): Promise<Run> {
    const sinceMs = Date.now();
    const port = await broker.ready();
    this.startMs = Date.now() - sinceMs;
    this.giveSpaceSoon();
    return new Run(this.ledger, this.topology, port, this.dice.seed());
  }

  /** A disk that is full at the start stays so for a time, in which the broker is looked at. */
  private giveSpaceSoon(): void {
    const { smallDisk } = this.calamities;
    if (smallDisk?.isFull !== true) return;
    setTimeout(() => smallDisk.giveSpace(), this.dice.below(FULL_START_MS));
  }

  private async kill(broker: BrokerProcess, run: Run): Promise<void> {
    run.end();
    await this.killOne(broker);
    await atMost(NOTICE_MS, run.disconnected());
  }

  /**
   * At the moment at which a client hears that something is done: what the broker still has to do for
   * it, it will not.
   */
  private async killAtPromise(broker: BrokerProcess, run: Run): Promise<void> {
    const { ledger, tally } = this;
    const promise = new Promise<void>((resolve) => {
      ledger.onPromise = () => {
        if (run.isOver) return;
        run.end();
        broker.strike();
        tally.killsAtPromise++;
        resolve();
      };
    });
    await atMost(PROMISE_MS, promise);
    ledger.onPromise = () => {};
    await this.kill(broker, run);
  }

  private async killOne(broker: BrokerProcess): Promise<void> {
    await broker.kill();
    this.tally.kills++;
    this.tally.sectors += this.calamities.powerCut?.cut(this.dice) ?? 0;
    this.ended();
  }

  private async stop(broker: BrokerProcess, run: Run): Promise<void> {
    run.end();
    await broker.stop();
    this.tally.stops++;
    this.ended();
    await atMost(NOTICE_MS, run.disconnected());
  }

  /** The disk stays full, or not, when a broker has ended. */
  private ended(): void {
    const { smallDisk } = this.calamities;
    if (smallDisk === null) return;
    this.tally.refusedWrites = smallDisk.refusedWrites;
    if (!smallDisk.isFull) return;
    this.tally.endsWhileFull++;
    if (this.dice.chance(0.5)) smallDisk.giveSpace();
  }

  private crashed(how: string): void {
    const { ledger, tally } = this;
    ledger.crashed(`${how} (kill ${tally.kills})`);
    this.topology.crashed();
    tally.messages = ledger.messageCount;
    tally.steps = ledger.step;
  }
}

/**
 * Something that the broker must outlive and have done in time.
 *
 * @throws Error if it doesn't
 */
async function step(broker: BrokerProcess, what: string, work: Promise<void>): Promise<void> {
  let isDone = false;
  const done = work.then(() => {
    isDone = true;
  });
  await broker.outlives(atMost(STEP_MS, done));
  if (!isDone) throw new Error(`${what} has taken more than ${STEP_MS} ms: ${broker.output}`);
}

/**
 * Waits for clients of a broker that is gone; amqplib forgets some of what was waiting for an answer,
 * which then waits for ever and does nothing any more.
 */
async function atMost(timeMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, timeMs);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
