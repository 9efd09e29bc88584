// Entry of a writer thread: it never returns to its event loop before it is told to stop.
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import type { FeedEvents } from '../dmp-writer/feed-report.ts';
import { FeedWriter } from '../dmp-writer/feed-writer.ts';
import type { Producer } from '../dmp-writer/inlet.ts';
import { CounterPage, WRITER_COUNTERS } from '../ring/counters.ts';
import { LoanNote } from '../ring/loan-note.ts';
import { Parking } from '../ring/parking.ts';
import { RingConsumer } from '../ring/ring-consumer.ts';
import { SpscRing } from '../ring/spsc-ring.ts';
import { MailIn } from './control-mail.ts';
import { FdSink } from './fd-sink.ts';
import { osThreadId } from './os-thread.ts';
import type { RingLink } from './ring-link.ts';
import { RingReaderPort } from './ring-port.ts';
import type { FeedOrder, FromWriter, ToWriter, WriterStart } from './writer-messages.ts';

const start: WriterStart = workerData;
const counters = CounterPage.attach(start.counters).block(start.counterBlock);
const parking = Parking.attach(start.doorbells, start.doorbell);
const note = new LoanNote(start.note);
const mail = new MailIn<ToWriter>(start.control, start.mailCount);
const events: FeedEvents = {
  onFeedWarn: (report) => tell({ kind: 'feedWarn', report }),
  onFeedDropping: (report) => tell({ kind: 'feedDropping', report }),
  onFeedGone: (report, reason) => tell({ kind: 'feedGone', report, reason }),
  onFencePassed: (slot, fence) => tell({ kind: 'fencePassed', slot, fence }),
  onMarkReached: (slot, mark) => tell({ kind: 'markReached', slot, mark }),
  onBarrierOverdue: (slot) => tell({ kind: 'barrierOverdue', slot }),
};
const writer = new FeedWriter(start.settings, counters, events, readMail);
const sources = [mail, writer];
const ports = new Map<Producer, RingReaderPort>();
let isStopping = false;

tell({ kind: 'ready', osThread: osThreadId() });
while (!isStopping) {
  counters.beat();
  readMail();
  const nowMs = performance.now();
  if (isStopping || writer.pump(nowMs)) continue;
  const sleepsAtMs = performance.now();
  parking.sleepUnlessWork(sources, Math.max(0, writer.dueMs - nowMs), writer.canLend);
  const risesAtMs = performance.now();
  writer.finishLoan(note, risesAtMs);
  counters.add(WRITER_COUNTERS.wakeups, 1);
  counters.add(WRITER_COUNTERS.sleptMs, risesAtMs - sleepsAtMs);
}
for (const report of writer.finish()) {
  tell({ kind: 'feedReleased', slot: report.slot, report });
}
for (const port of ports.values()) port.close();
start.control.close();

function readMail(): void {
  for (let message = mail.receive(); message !== null; message = mail.receive()) obey(message);
}

function obey(message: ToWriter): void {
  switch (message.kind) {
    case 'addFeed':
      addFeed(message.feed);
      break;
    case 'setLimits':
      writer.setLimits(message.slot, message.limits);
      break;
    case 'removeFeed':
      tell({
        kind: 'feedReleased',
        slot: message.slot,
        report: writer.removeFeed(message.slot),
      });
      break;
    case 'loanBroken':
      writer.endBrokenLoans();
      break;
    case 'attachRing':
      attachRing(message.from, message.link);
      break;
    case 'stop':
      isStopping = true;
      break;
  }
}

function addFeed(feed: FeedOrder): void {
  writer.addFeed(feed.slot, new FdSink(feed.fd), feed, performance.now());
}

function attachRing(from: Producer, link: RingLink): void {
  const port = new RingReaderPort(link.port);
  writer.attachRing(from, new RingConsumer(SpscRing.attach(link.ring)), port);
  ports.set(from, port);
}

function tell(message: FromWriter): void {
  start.control.postMessage(message);
}
