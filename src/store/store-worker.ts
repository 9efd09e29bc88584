// Entry of the store thread: it never returns to its event loop before it is told to stop.
import { statfsSync } from 'node:fs';
import { cpus } from 'node:os';
import { workerData } from 'node:worker_threads';
import { CounterPage, STORE_COUNTERS } from '../ring/counters.ts';
import { Parking } from '../ring/parking.ts';
import { RingConsumer } from '../ring/ring-consumer.ts';
import { SpscRing } from '../ring/spsc-ring.ts';
import { MailIn } from '../shards/control-mail.ts';
import { osThreadId } from '../shards/os-thread.ts';
import { MessageView } from '../wire/message-view.ts';
import { BATCH_MAX_OCTETS, Batch } from './batch.ts';
import { chunkSpan, NO_LOG, readChunk } from './chunk-format.ts';
import { ChunkIndex, isSettled } from './chunk-index.ts';
import { DiskRoom } from './disk-room.ts';
import { Gathering, type ProcessorTime } from './gathering.ts';
import { recall } from './recall.ts';
import {
  completeDirectory,
  DirectoryLock,
  DirectoryRefused,
  prepareDirectory,
} from './store-directory.ts';
import { StoreEngine } from './store-engine.ts';
import type { FromStore, StoreStart, ToStore } from './store-messages.ts';

/** Chunks that main is given before it has taken them: its memory for what it hasn't looked at. */
const CHUNKS_AHEAD_MAX = 64;

/** Time until a write that has failed is tried again, in milliseconds. */
const RETRY_MS = 250;

const MAX_SLEEP_MS = 1000;

const start: StoreStart = workerData;
const parking = Parking.attach(start.doorbells, start.doorbell);
const mail = new MailIn<ToStore>(start.control, start.mailCount);
const ring = new RingConsumer(SpscRing.attach(start.ring));
const counters = CounterPage.attach(start.counters).block(0);
const index = new ChunkIndex();
const batch = new Batch(index);
let chunksAhead = 0;
let isStopping = false;
/** Publishers have been told to stop. */
let isFailing = false;
/** The batch could not be written: nothing more is taken. */
let isStuck = false;
let durableGroup = 0;
const gathering = new Gathering(performance.now(), processorTime);
/** Nobody notifies it: what is to be gathered doesn't end the pause. */
const pausing = new Int32Array(new SharedArrayBuffer(4));
/** What is asked for, to be answered when there is an engine. */
const recalls: Extract<ToStore, { kind: 'recall' }>[] = [];

tell({ kind: 'started', osThread: osThreadId() });
try {
  const lock = openLock();
  const engine = openEngine();
  recover(engine);
  completeDirectory(start.directory);
  serve(engine);
  await engine.close();
  await lock.release();
} catch (error) {
  if (!(error instanceof DirectoryRefused)) throw error;
  tell({ kind: 'refused', reason: error.message });
}
start.control.close();

function openLock(): DirectoryLock {
  prepareDirectory(start.directory);
  return new DirectoryLock(start.directory);
}

function openEngine(): StoreEngine {
  try {
    return new StoreEngine(start.directory, false);
  } catch (error) {
    throw damaged(messageOf(error));
  }
}

/** Gives main everything that is stored. */
function recover(engine: StoreEngine): void {
  const entries = [...engine.allDefinitions()].map(([key, value]) => {
    if (value === null) throw damaged(`definition ${key}: its checksum is wrong`);
    return [key, value] as const;
  });
  tell({ kind: 'definitions', entries });
  const taken = new Map<number, number>();
  for (const [log, entry] of engine.allTaken()) {
    if (entry === null) throw damaged(`mark of queue ${log}: its checksum is wrong`);
    taken.set(log, entry);
  }
  tell({ kind: 'messages', taken, chunks: engine.chunkCount() });
  let lastEntry = Math.max(0, ...taken.values());
  for (const { first, octets, settled, fault } of engine.allChunks()) {
    if (fault !== null) throw damaged(`chunk ${first}: ${fault}`);
    index.add(first, livingLogs(first, octets, settled));
    lastEntry = Math.max(lastEntry, first + chunkSpan(octets) - 1);
    const copy = new Uint8Array(octets);
    const bits = settled === null ? null : new Uint8Array(settled);
    start.control.postMessage({ kind: 'chunk', octets: copy, settled: bits }, [copy.buffer]);
    chunksAhead++;
    readMail();
    while (chunksAhead >= CHUNKS_AHEAD_MAX && !isStopping) {
      parking.sleepUnlessWork([mail], MAX_SLEEP_MS);
      readMail();
    }
    if (isStopping) break;
  }
  tell({ kind: 'recovered', nextEntry: lastEntry + 1 });
}

function livingLogs(first: number, octets: Buffer, settled: Buffer | null): Int32Array {
  const logs = new Int32Array(chunkSpan(octets)).fill(NO_LOG);
  readChunk(octets, new MessageView(), false, {
    message: () => {},
    entry: (log, entry) => {
      if (settled === null || !isSettled(settled, entry - first)) logs[entry - first] = log;
    },
  });
  return logs;
}

function serve(engine: StoreEngine): void {
  const room = new DiskRoom({
    freeOctets: () => freeOctetsOf(start.directory) + engine.aheadOctets(),
    reusableOctets: () => engine.reusableOctets(),
  });
  for (;;) {
    counters.beat();
    readMail();
    for (const question of recalls.splice(0)) answer(engine, question);
    const maxOctets = room.batchMaxOctets(BATCH_MAX_OCTETS);
    const heldOctets = batch.messageOctets;
    if (!batch.isFull(maxOctets)) batch.take(ring, maxOctets);
    if (ring.release()) tell({ kind: 'spaceGranted' });
    room.look(performance.now(), batch.messageOctets - heldOctets);
    if (batch.isWhole && batch.group > durableGroup) commit(engine);
    if (!room.isAmple) fail(room.shortage);
    else if (!isStuck) goOn();
    if (isStopping && (isStuck || !ring.hasPublished())) return;
    if (isStuck) sleep([mail], RETRY_MS);
    else sleep([mail, ring], isFailing ? RETRY_MS : MAX_SLEEP_MS);
  }
}

function sleep(sources: Parameters<Parking['sleepUnlessWork']>[0], maxMs: number): void {
  const sleepsAtMs = performance.now();
  parking.sleepUnlessWork(sources, maxMs);
  countSleep(sleepsAtMs);
}

/** Sleeps whatever comes meanwhile. */
function pause(ms: number): void {
  const sleepsAtMs = performance.now();
  Atomics.wait(pausing, 0, 0, ms);
  countSleep(sleepsAtMs);
}

function countSleep(sinceMs: number): void {
  counters.add(STORE_COUNTERS.wakeups, 1);
  counters.add(STORE_COUNTERS.sleptMs, performance.now() - sinceMs);
}

function commit(engine: StoreEngine): void {
  const startedAtMs = performance.now();
  const { messageCount } = batch;
  const isAwaited = batch.definitions.length > 0;
  try {
    engine.commit(batch, index);
    counters.add(STORE_COUNTERS.commits, 1);
    counters.add(STORE_COUNTERS.commitMs, performance.now() - startedAtMs);
  } catch (error) {
    isStuck = true;
    fail(messageOf(error));
    return;
  }
  isStuck = false;
  durableGroup = batch.group;
  tell({ kind: 'durable', group: durableGroup });
  const pauseMs = gathering.committed(messageCount, performance.now());
  // Who changes one definition after the other waits for each.
  if (pauseMs > 0 && !isAwaited) pause(pauseMs);
}

/** Free space on the disk of a directory; Infinity if it doesn't say: writing will show. */
function freeOctetsOf(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

function processorTime(): ProcessorTime {
  let idle = 0;
  let total = 0;
  const processors = cpus();
  for (const { times } of processors) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { processors: processors.length, idle, total };
}

function fail(reason: string): void {
  if (!isFailing) tell({ kind: 'failing', reason });
  isFailing = true;
}

function goOn(): void {
  if (isFailing) tell({ kind: 'writingAgain' });
  isFailing = false;
}

function answer(engine: StoreEngine, { id, range }: (typeof recalls)[number]): void {
  try {
    tell({ kind: 'recalled', id, chunk: recall(engine, index, range) });
  } catch (error) {
    tell({ kind: 'recalled', id, chunk: messageOf(error) });
  }
}

function readMail(): void {
  for (let message = mail.receive(); message !== null; message = mail.receive()) {
    if (message.kind === 'stop') isStopping = true;
    else if (message.kind === 'recall') recalls.push(message);
    else chunksAhead -= message.count;
  }
}

function damaged(what: string): DirectoryRefused {
  return new DirectoryRefused(
    `the data directory ${start.directory} is damaged (${what}); ` +
      'restore a backup, or choose another directory with --data-dir',
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tell(message: FromStore): void {
  start.control.postMessage(message);
}
