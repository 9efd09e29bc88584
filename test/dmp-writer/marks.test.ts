import { describe, expect, it } from 'vitest';
import { contents } from './contents.ts';
import { Rig } from './rig.ts';

const SLOT = 1;
const OTHER_SLOT = 2;
const MARK = 7;

describe('a mark from main', () => {
  it('is reported at once when the socket has taken all that came before', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    rig.feed(SLOT);
    main.send(SLOT, contents(0, 3));
    main.sendMark(SLOT, MARK);
    rig.pump();
    expect(rig.heard.marks).toEqual([{ slot: SLOT, mark: MARK }]);
  });

  it('is not reported while something waits for the socket', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    const sink = rig.feed(SLOT);
    sink.room = 10;
    main.send(SLOT, contents(0, 3));
    main.sendMark(SLOT, MARK);
    main.sendMark(SLOT, MARK + 1);
    rig.pass(100);
    expect(rig.heard.marks).toEqual([]);
    sink.room = Infinity;
    rig.pass(100);
    expect(rig.heard.marks).toEqual([
      { slot: SLOT, mark: MARK },
      { slot: SLOT, mark: MARK + 1 },
    ]);
  });

  it('does not wait for other feeds', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    rig.feed(SLOT);
    rig.feed(OTHER_SLOT).room = 0;
    main.send(OTHER_SLOT, contents(0, 3));
    main.sendMark(OTHER_SLOT, MARK);
    main.send(SLOT, contents(0, 3));
    main.sendMark(SLOT, MARK + 1);
    rig.pass(100);
    expect(rig.heard.marks).toEqual([{ slot: SLOT, mark: MARK + 1 }]);
  });

  it('is forgotten with its feed, whether that fails or is removed', () => {
    const rig = new Rig();
    const main = rig.ring('main');
    const failing = rig.feed(SLOT);
    failing.room = 0;
    rig.feed(OTHER_SLOT).room = 0;
    for (const slot of [SLOT, OTHER_SLOT]) {
      main.send(slot, contents(0, 3));
      main.sendMark(slot, MARK);
    }
    rig.pump();
    failing.breakPipe();
    rig.writer.removeFeed(OTHER_SLOT);
    rig.pass(100);
    main.sendMark(SLOT, MARK + 1);
    rig.pass(100);
    expect(rig.heard.marks).toEqual([]);
  });
});
