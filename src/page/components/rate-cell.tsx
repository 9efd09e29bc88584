import { formatRate } from '../model/format.ts';
import { Sparkline } from './sparkline.tsx';

/** A rate with its course while the page has been watching. */
export function RateCell({
  rate,
  readings,
  tone,
}: {
  readonly rate: number | undefined;
  readonly readings: readonly number[];
  readonly tone: 'in' | 'out';
}) {
  return (
    <span class="rate">
      <Sparkline values={readings} tone={tone} />
      <span>{formatRate(rate)}</span>
    </span>
  );
}
