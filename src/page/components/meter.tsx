import { formatShare } from '../model/format.ts';

/** A share of 0 to 1 as a bar with its figure. `high` is where it starts to be a reason to look. */
export function Meter({
  label,
  share,
  high = 0.8,
}: {
  readonly label: string;
  readonly share: number;
  readonly high?: number;
}) {
  return (
    <span class={share >= high ? 'meter high' : 'meter'}>
      <meter min={0} max={1} value={Math.min(1, Math.max(0, share))} aria-label={label} />
      <span class="figure">{formatShare(share)}</span>
    </span>
  );
}
