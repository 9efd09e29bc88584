/**
 * The path of a line through values, oldest first, in a box of `width` by `height` with room for
 * the line's own thickness. The scale starts at 0, so that a flat line says that nothing changes.
 * Fewer readings than `slots` fill the box from the right: the newest is always at the edge.
 */
export function sparklinePath(
  values: readonly number[],
  slots: number,
  width: number,
  height: number,
): string {
  if (values.length < 2) return '';
  const largest = Math.max(...values);
  const stepX = width / (slots - 1);
  const left = width - (values.length - 1) * stepX;
  const bottom = height - 1;
  return values
    .map((value, index) => {
      const x = left + index * stepX;
      const y = largest <= 0 ? bottom : bottom - (Math.max(0, value) / largest) * (height - 2);
      return `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
