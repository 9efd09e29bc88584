import { type EChartsOption, init } from 'echarts';

const WIDTH_PIXELS = 960;
const HEIGHT_PIXELS = 560;

/** The SVG text of a chart, drawn on white so that it is legible on dark pages too. */
export function renderChart(title: string, option: EChartsOption): string {
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH_PIXELS,
    height: HEIGHT_PIXELS,
  });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, left: 'center', textStyle: { fontSize: 15 } },
    // Without a page there is no font to measure names with: leave them room.
    legend: { bottom: 0, type: 'plain', itemGap: 40 },
    grid: { left: 90, right: 30, top: 50, bottom: 90 },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
