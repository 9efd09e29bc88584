/** One line of an .hgrm file. */
export interface PercentilePoint {
  /** 1 / (1 - percentile): 10 for p90, 100 for p99. */
  readonly oneIn: number;
  readonly latencyUs: number;
}

/** The percentiles of an .hgrm file, in microseconds, but the last, whose `oneIn` is infinite. */
export function parseHgrm(text: string): PercentilePoint[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*([\d.]+) [\d.]+\s+\d+\s+([\d.]+)\s*$/.exec(line);
    return match === null ? [] : [{ latencyUs: Number(match[1]), oneIn: Number(match[2]) }];
  });
}
