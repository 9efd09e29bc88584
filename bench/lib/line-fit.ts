/** A straight line. */
export interface Line {
  /** Where x is 0. */
  readonly fixed: number;
  readonly slope: number;
}

/**
 * The line that lies closest to the points in relative terms: a small y is fitted as closely as a
 * large one. All y must be greater than 0; one point makes a line without slope.
 */
export function lineThrough(points: readonly (readonly [x: number, y: number])[]): Line {
  let [weights, xs, ys, xxs, xys] = [0, 0, 0, 0, 0];
  for (const [x, y] of points) {
    const weight = 1 / (y * y);
    weights += weight;
    xs += weight * x;
    ys += weight * y;
    xxs += weight * x * x;
    xys += weight * x * y;
  }
  const spread = weights * xxs - xs * xs;
  if (spread === 0) return { fixed: ys / weights, slope: 0 };
  const slope = (weights * xys - xs * ys) / spread;
  return { fixed: (ys - slope * xs) / weights, slope };
}
