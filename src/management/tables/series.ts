/** Points that a series holds: five minutes at one a second. */
const POINTS_MAX = 300;

/** The last points of some figures that change together, the oldest first. */
export class Series {
  readonly names: readonly string[];
  private readonly width: number;
  private readonly points: Float64Array;
  private count = 0;
  private next = 0;

  constructor(names: readonly string[], pointsMax = POINTS_MAX) {
    this.names = names;
    this.width = 1 + names.length;
    this.points = new Float64Array(pointsMax * this.width);
  }

  /** @param atMs since the epoch */
  add(atMs: number, values: ArrayLike<number>): void {
    const at = this.next * this.width;
    this.points[at] = atMs;
    for (let i = 0; i < this.names.length; i++) this.points[at + 1 + i] = values[i];
    const pointsMax = this.points.length / this.width;
    this.next = (this.next + 1) % pointsMax;
    this.count = Math.min(this.count + 1, pointsMax);
  }

  /** `{t, name: value, …}`, `t` in milliseconds since the epoch. */
  toJson(): Record<string, number>[] {
    const pointsMax = this.points.length / this.width;
    const first = (this.next - this.count + pointsMax) % pointsMax;
    return Array.from({ length: this.count }, (_, i) => {
      const at = ((first + i) % pointsMax) * this.width;
      const point: Record<string, number> = { t: this.points[at] };
      this.names.forEach((name, index) => {
        point[name] = this.points[at + 1 + index];
      });
      return point;
    });
  }
}
