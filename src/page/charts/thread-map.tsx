import type { RingInfo, ThreadInfo } from '../api/direct-types.ts';
import { formatShare } from '../model/format.ts';
import { layoutThreads, type PlacedRing, type PlacedThread } from '../model/thread-map.ts';

/** Utilisation from which a thread is close to being what holds everything up. */
const BUSY = 0.85;

/**
 * Threads as stations, rings as pipes that fill up. The tables beside it say the same in words, so
 * screen readers get one sentence.
 */
export function ThreadMap({
  threads,
  rings,
}: {
  readonly threads: readonly ThreadInfo[];
  readonly rings: readonly RingInfo[];
}) {
  const map = layoutThreads(threads, rings);
  const blocked = rings.filter((ring) => ring.blocked).length;
  const summary = `${threads.length} threads and ${rings.length} rings, ${blocked} of them full`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="thread-map" aria-label="Drawing of threads and rings" tabIndex={0}>
      <svg viewBox={`0 0 ${map.width} ${map.height}`} role="img" aria-label={summary}>
        {map.rings.map((placed) => (
          <Pipe key={`${placed.ring.source} ${placed.ring.target}`} {...placed} />
        ))}
        {map.threads.map((placed) => (
          <Station key={placed.thread.name} {...placed} />
        ))}
      </svg>
    </section>
  );
}

function Pipe({ ring, path }: PlacedRing) {
  // A path counts as 100 long, so that the dash is the fill in per cent.
  const fill = Math.round(Math.min(1, Math.max(0, ring.fill)) * 100);
  return (
    <g class={ring.blocked ? 'pipe blocked' : 'pipe'}>
      <title>{`${ring.source} to ${ring.target}: ${formatShare(ring.fill)} full`}</title>
      <path class="pipe-wall" d={path} />
      {fill > 0 && (
        <path class="pipe-fill" d={path} pathLength={100} stroke-dasharray={`${fill} 100`} />
      )}
    </g>
  );
}

function Station({ thread, x, y, width, height }: PlacedThread) {
  const share = Math.min(1, Math.max(0, thread.utilisation));
  return (
    <g
      class={share >= BUSY ? `station ${thread.kind} busy` : `station ${thread.kind}`}
      transform={`translate(${x} ${y})`}
    >
      <rect class="station-body" width={width} height={height} rx="6" />
      <text x="12" y="22" class="station-name">
        {thread.name}
      </text>
      <text x={width - 12} y="22" class="station-share">
        {formatShare(thread.utilisation)}
      </text>
      <rect class="station-track" x="12" y={height - 17} width={width - 24} height="5" rx="2.500" />
      <rect
        class="station-use"
        x="12"
        y={height - 17}
        width={(width - 24) * share}
        height="5"
        rx="2.500"
      />
    </g>
  );
}
