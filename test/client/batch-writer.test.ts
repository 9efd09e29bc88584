import { describe, expect, it } from 'vitest';
import { BatchWriter, type OctetSink } from '../../src/client/net/batch-writer.ts';

/** Records what is written; takes it at once unless `busy`. */
class RecordingSink implements OctetSink {
  readonly writes: string[] = [];
  busy = false;

  write(octets: Buffer): boolean {
    this.writes.push(octets.toString());
    return !this.busy;
  }
}

function writerOf(batchOctets = 8, unwrittenMax = 1000) {
  const sink = new RecordingSink();
  const calls: string[] = [];
  const writer = new BatchWriter(
    batchOctets,
    unwrittenMax,
    () => calls.push('turn'),
    () => calls.push('drained'),
  );
  return { sink, writer, calls };
}

function append(writer: BatchWriter, ...texts: string[]): void {
  for (const text of texts) {
    writer.append(Buffer.from(text));
    writer.end();
  }
}

describe('BatchWriter', () => {
  it('writes once what one turn appended', () => {
    const { sink, writer, calls } = writerOf();
    writer.attach(sink);
    append(writer, 'ab', 'cd');
    expect(sink.writes).toEqual([]);
    writer.flush();
    expect(sink.writes).toEqual(['abcd']);
    expect(calls).toEqual(['turn']);
  });

  it('writes no batch larger than it may be, and tears no message', () => {
    const { sink, writer } = writerOf();
    writer.attach(sink);
    append(writer, 'abcde', 'fgh', 'ijk');
    writer.flush();
    expect(sink.writes).toEqual(['abcdefgh', 'ijk']);
  });

  it('writes a message larger than a batch by itself', () => {
    const { sink, writer } = writerOf();
    writer.attach(sink);
    append(writer, 'a', '0123456789', 'b');
    writer.flush();
    expect(sink.writes).toEqual(['a', '0123456789', 'b']);
  });

  it('writes each message by itself when batching is off', () => {
    const { sink, writer } = writerOf(0);
    writer.attach(sink);
    append(writer, 'ab', 'cd');
    expect(sink.writes).toEqual(['ab', 'cd']);
  });

  it('keeps one batch with a busy sink, and the rest until that is written', () => {
    const { sink, writer, calls } = writerOf();
    writer.attach(sink);
    sink.busy = true;
    append(writer, '01234567', '89abcdef', 'gh');
    writer.flush();
    expect(sink.writes).toEqual(['01234567']);
    expect(writer.unwrittenOctets).toBe(18);
    writer.written();
    expect(sink.writes).toEqual(['01234567', '89abcdef']);
    sink.busy = false;
    writer.written();
    expect(sink.writes).toEqual(['01234567', '89abcdef', 'gh']);
    expect(writer.unwrittenOctets).toBe(0);
    expect(calls).toEqual(['turn', 'drained']);
  });

  it('leaves nothing behind when a busy sink takes everything at last', () => {
    const { sink, writer } = writerOf();
    writer.attach(sink);
    sink.busy = true;
    append(writer, '01234567', '89abcdef', 'gh');
    writer.flush();
    sink.busy = false;
    writer.written();
    expect(sink.writes).toEqual(['01234567', '89abcdef', 'gh']);
  });

  it('does not change octets that the sink has not taken', () => {
    const { sink, writer } = writerOf();
    const kept: Buffer[] = [];
    writer.attach({
      write: (octets) => {
        kept.push(octets);
        return false;
      },
    });
    append(writer, 'first');
    writer.flush();
    append(writer, 'second');
    writer.flush();
    expect(kept.map(String)).toEqual(['first']);
    expect(sink.writes).toEqual([]);
  });

  it('sends what a broken sink did not take entirely to the next one, in order', () => {
    const { sink, writer } = writerOf();
    sink.busy = true;
    writer.attach(sink);
    append(writer, '01234567', '89abcdef', 'gh');
    writer.flush();
    writer.detach();
    const next = new RecordingSink();
    writer.attach(next);
    expect(next.writes).toEqual(['01234567', '89abcdef', 'gh']);
  });

  it('hands over everything unwritten, and holds nothing then', () => {
    const { sink, writer } = writerOf();
    sink.busy = true;
    writer.attach(sink);
    append(writer, '01234567', '89abcdef', 'gh');
    writer.flush();
    expect(writer.takeUnwritten().map(String)).toEqual(['01234567', '89abcdef', 'gh']);
    expect(writer.unwrittenOctets).toBe(0);
  });

  it('writes nothing while it is paused', () => {
    const { sink, writer } = writerOf();
    writer.attach(sink);
    writer.paused = true;
    append(writer, '01234567', '89abcdef');
    writer.flush();
    expect(sink.writes).toEqual([]);
    writer.paused = false;
    expect(sink.writes).toEqual(['01234567', '89abcdef']);
  });

  it('refuses more when too much waits', () => {
    const { writer } = writerOf(8, 16);
    append(writer, '01234567', '01234567');
    writer.checkRoom();
    append(writer, '01234567', '01234567');
    expect(() => writer.checkRoom()).toThrow(expect.objectContaining({ code: 'ENOBUFS' }));
  });
});
