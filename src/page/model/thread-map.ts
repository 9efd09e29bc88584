import type { RingInfo, ThreadInfo } from '../api/direct-types.ts';

/** A thread's place in the drawing. */
export interface PlacedThread {
  readonly thread: ThreadInfo;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A ring as a pipe between two threads. */
export interface PlacedRing {
  readonly ring: RingInfo;
  /** An SVG path from its target back to its source: what waits in a ring waits at its target. */
  readonly path: string;
}

export interface ThreadMap {
  readonly width: number;
  readonly height: number;
  readonly threads: readonly PlacedThread[];
  readonly rings: readonly PlacedRing[];
}

const WIDTH = 760;
const STATION_WIDTH = 168;
const STATION_HEIGHT = 50;
const ROW_HEIGHT = 64;
const MARGIN = 12;

/**
 * Places threads as messages pass them: shards read on the left, writers write on the right, and
 * main stands below, between them, out of the way of the short one.
 */
export function layoutThreads(
  threads: readonly ThreadInfo[],
  rings: readonly RingInfo[],
): ThreadMap {
  const ofKind = (wanted: ThreadInfo['kind']) =>
    threads.filter(({ kind, in_main }) => kind === wanted && !in_main);
  const shards = ofKind('shard');
  const writers = ofKind('writer');
  const mains = ofKind('main');
  const rows = Math.max(shards.length, writers.length);
  const right = WIDTH - MARGIN - STATION_WIDTH;
  const placed = [
    ...column(shards, MARGIN, 0),
    ...column(writers, right, 0),
    ...column(mains, (MARGIN + right) / 2, rows),
  ];
  return {
    width: WIDTH,
    height: 2 * MARGIN + (rows + mains.length) * ROW_HEIGHT - (ROW_HEIGHT - STATION_HEIGHT),
    threads: placed,
    rings: connect(placed, rings),
  };
}

function column(threads: readonly ThreadInfo[], x: number, firstRow: number): PlacedThread[] {
  return threads.map((thread, index) => ({
    thread,
    x,
    y: MARGIN + (firstRow + index) * ROW_HEIGHT,
    width: STATION_WIDTH,
    height: STATION_HEIGHT,
  }));
}

/** Rings between threads that are shown, spread along the sides of both. */
function connect(placed: readonly PlacedThread[], rings: readonly RingInfo[]): PlacedRing[] {
  const byName = new Map(placed.map((place) => [place.thread.name, place]));
  const shown = rings.flatMap((ring) => {
    const source = byName.get(ring.source);
    const target = byName.get(ring.target);
    return source === undefined || target === undefined ? [] : [{ ring, source, target }];
  });
  return shown.map(({ ring, source, target }) => {
    const leaving = shown.filter((other) => other.source === source);
    const arriving = shown.filter((other) => other.target === target);
    const isThis = (other: { readonly ring: RingInfo }) => other.ring === ring;
    const fromY = sideY(source, leaving.findIndex(isThis), leaving.length);
    const toY = sideY(target, arriving.findIndex(isThis), arriving.length);
    const fromX = source.x + source.width;
    const bend = (fromX + target.x) / 2;
    return {
      ring,
      path: `M${target.x} ${toY}C${bend} ${toY} ${bend} ${fromY} ${fromX} ${fromY}`,
    };
  });
}

function sideY({ y, height }: PlacedThread, index: number, count: number): number {
  return Math.round(y + (height * (index + 1)) / (count + 1));
}
