import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface ChartSeries {
  readonly name: string;
  readonly tone: 'in' | 'out' | 'alert' | 'calm';
  /** One for each time. */
  readonly values: readonly number[];
}

interface TimeChartProps {
  readonly title: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number | undefined) => string;
  readonly height?: number;
}

const HEIGHT = 180;
/** Two lines that lie on each other are told apart by their strokes too, not by colour alone. */
const DASHES: Readonly<Record<ChartSeries['tone'], number[]>> = {
  in: [],
  out: [6, 3],
  alert: [2, 2],
  calm: [],
};

/** The course of some figures over the last minutes. */
export function TimeChart({ title, times, series, format, height = HEIGHT }: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data = [times, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const shape = series.map(({ name, tone }) => `${tone} ${name}`).join();

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const draw = () => {
      chart.current?.destroy();
      chart.current = new uPlot(
        optionsFor(element, series, format, height),
        latest.current,
        element,
      );
    };
    const resize = new ResizeObserver(() => {
      chart.current?.setSize({ width: element.clientWidth, height });
    });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    draw();
    resize.observe(element);
    addEventListener('themechange', draw);
    dark.addEventListener('change', draw);
    return () => {
      resize.disconnect();
      removeEventListener('themechange', draw);
      dark.removeEventListener('change', draw);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape, height]);

  useEffect(() => {
    chart.current?.setData(latest.current);
  });

  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        {series.map(({ name, tone, values }) => (
          <span key={name} class={`legend ${tone}`}>
            {name} <b>{format(values.at(-1))}</b>
          </span>
        ))}
      </figcaption>
      <div ref={host} class="chart-area" aria-hidden="true" />
    </figure>
  );
}

function optionsFor(
  element: HTMLElement,
  series: readonly ChartSeries[],
  format: TimeChartProps['format'],
  height: number,
): uPlot.Options {
  const colour = (name: string) => resolved(element, name);
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis, space: 80, size: 26, values: timesOf },
      { ...axis, size: 62, space: 36, values: (_plot, values) => values.map((v) => format(v)) },
    ],
    series: [
      {},
      ...series.map(({ name, tone }) => ({
        label: name,
        stroke: colour(tone),
        width: 1.75,
        dash: DASHES[tone],
        points: { show: false },
      })),
    ],
  };
}

/** What a token comes to in the present theme: a canvas knows no custom properties. */
function resolved(element: HTMLElement, token: string): string {
  element.style.color = `var(--${token})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}

/** Clock times in the reader's own way, 24 hours. */
function timesOf(_plot: uPlot, values: readonly number[]): string[] {
  return values.map((seconds) =>
    new Date(seconds * 1000).toLocaleTimeString(undefined, { hour12: false }),
  );
}
