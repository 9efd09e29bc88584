import { READINGS_MAX } from '../model/history.ts';
import { sparklinePath } from '../model/sparkline.ts';

const WIDTH = 64;
const HEIGHT = 18;

/** The course of a figure that is written beside it, so screen readers needn't hear of it. */
export function Sparkline({
  values,
  tone = 'in',
}: {
  readonly values: readonly number[];
  readonly tone?: 'in' | 'out' | 'alert';
}) {
  return (
    <svg
      class={`sparkline ${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
      focusable="false"
    >
      <path d={sparklinePath(values, READINGS_MAX, WIDTH, HEIGHT)} />
    </svg>
  );
}
