import { describe, expect, it } from 'vitest';
import { LoanNote } from '../../src/ring/loan-note.ts';
import { FEED_METER, Meter } from '../../src/ring/meter.ts';
import { content, contents, readStream } from './contents.ts';
import { GENEROUS, HEARTBEAT_MS, Rig } from './rig.ts';

const SLOT = 1;
const SENT = contents(0, 5);
const RECORD = Buffer.concat(SENT);

interface Lent {
  readonly rig: Rig;
  readonly sink: ReturnType<Rig['feed']>;
  readonly meter: Meter;
  readonly note: LoanNote;
}

function lentFeed(settings: Parameters<Rig['feed']>[1] = {}): Lent {
  const rig = new Rig();
  const meter = Meter.create('feed');
  const sink = rig.feed(SLOT, { ...settings, meter: meter.buffer });
  return { rig, sink, meter, note: new LoanNote(LoanNote.create()) };
}

/** As a borrower does whose record the socket has taken `written` octets of. */
function leave({ note }: Lent, written: number): void {
  note.leave(SLOT, SENT.length, RECORD, 0, RECORD.length, written);
}

function isLendable({ meter }: Lent): boolean {
  return meter.get(FEED_METER.lendable) !== 0;
}

describe('a writer whose place was borrowed', () => {
  it('writes what the socket did not take, whatever the octet', () => {
    for (let written = 1; written < RECORD.length; written++) {
      const lent = lentFeed();
      const { rig, sink, note } = lent;
      leave(lent, written);
      rig.writer.finishLoan(note, rig.nowMs);
      expect(sink.stream.equals(RECORD.subarray(written)), `from octet ${written}`).toBe(true);
      expect(rig.counters).toMatchObject({ contentsOut: SENT.length, octetsOut: RECORD.length });
      expect(note.isEmpty).toBe(true);
    }
  });

  it('does so before anything that has come through its rings', () => {
    const lent = lentFeed();
    const { rig, sink, note } = lent;
    const ring = rig.ring();
    leave(lent, 1);
    ring.send(SLOT, contents(5, 5));
    rig.writer.finishLoan(note, rig.nowMs);
    rig.pump();
    const whole = Buffer.concat([RECORD.subarray(0, 1), sink.stream]);
    expect(readStream(whole).serials).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keeps the rest as long as the socket is full, and lends the feed again when it is written', () => {
    for (let room = 0; room < RECORD.length - 1; room++) {
      const lent = lentFeed();
      const { rig, sink, note } = lent;
      leave(lent, 1);
      sink.room = room;
      rig.writer.finishLoan(note, rig.nowMs);
      rig.pump();
      expect(isLendable(lent)).toBe(false);
      expect(sink.stream.length).toBe(room);
      sink.room = Infinity;
      rig.pass(1);
      expect(sink.stream.equals(RECORD.subarray(1)), `full at octet ${room}`).toBe(true);
      expect(isLendable(lent)).toBe(true);
    }
  });

  it('accounts for what is left when the socket has failed', () => {
    const lent = lentFeed();
    const { rig, sink, note } = lent;
    leave(lent, SENT[0].length + 1);
    sink.breakPipe();
    rig.writer.finishLoan(note, rig.nowMs);
    rig.pass(1);
    const [{ reason, report }] = rig.heard.gone;
    expect(reason).toBe('EPIPE');
    expect(report).toMatchObject({ contentsOut: 1, contentsDropped: SENT.length - 1 });
    expect(isLendable(lent)).toBe(false);
  });

  it('has nothing to do if all was written', () => {
    const { rig, sink, note } = lentFeed();
    rig.writer.finishLoan(note, rig.nowMs);
    expect(sink.stream.length).toBe(0);
  });

  it('sends no heartbeat while others write for it', () => {
    const lent = lentFeed();
    const { rig, sink, meter } = lent;
    for (let i = 0; i < 10; i++) {
      meter.add(FEED_METER.octetsOut, 100);
      rig.pass(HEARTBEAT_MS / 2);
    }
    expect(sink.stream.length).toBe(0);
    rig.pass(2 * HEARTBEAT_MS);
    expect(readStream(sink.stream).heartbeats).toBeGreaterThan(0);
  });

  it('ends the feed that was being written to when the borrower died, and no other', () => {
    const lent = lentFeed();
    const { rig, meter } = lent;
    const other = rig.feed(2);
    meter.set(FEED_METER.lent, 1);
    rig.writer.endBrokenLoans();
    rig.pump();
    expect(rig.heard.gone.map(({ report, reason }) => [report.slot, reason])).toEqual([
      [SLOT, 'the thread that was writing to it has ended'],
    ]);
    expect(isLendable(lent)).toBe(false);
    const ring = rig.ring();
    ring.send(2, [content(0)]);
    rig.pump();
    expect(readStream(other.stream).serials).toEqual([0]);
  });
});

describe('a writer lends', () => {
  it('no feed with a backlog, and none whose contents it pads', () => {
    const lent = lentFeed();
    expect(isLendable(lent)).toBe(true);
    lent.sink.room = 0;
    lent.rig.ring().send(SLOT, SENT);
    lent.rig.pump();
    expect(isLendable(lent)).toBe(false);
    lent.sink.room = Infinity;
    lent.rig.pass(1);
    expect(isLendable(lent)).toBe(true);
    expect(isLendable(lentFeed({ padShort: true }))).toBe(false);
  });

  it('no feed that it has let go', () => {
    const lent = lentFeed();
    lent.rig.writer.removeFeed(SLOT);
    expect(isLendable(lent)).toBe(false);
  });

  it('no place while a ring stands at a barrier', () => {
    const { rig } = lentFeed({ limits: GENEROUS });
    const fromMain = rig.ring('main');
    const fromShard = rig.ring(0);
    expect(rig.writer.canLend).toBe(true);
    fromShard.sendBarrier(SLOT, 1);
    rig.pump();
    expect(rig.writer.canLend).toBe(false);
    fromMain.sendBarrier(SLOT, 1);
    rig.pump();
    expect(rig.writer.canLend).toBe(true);
  });

  it('no place if every content is to be written singly', () => {
    expect(new Rig({ batchOctets: 0 }).writer.canLend).toBe(false);
  });
});
