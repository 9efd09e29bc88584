import type { ComponentChildren } from 'preact';
import type { RowHistory } from '../model/row-history.ts';
import { Sparkline } from './sparkline.tsx';
import type { Column } from './table.tsx';

interface RateColumn {
  readonly title: string;
  /** What the API sorts by. */
  readonly field: string;
  readonly format: (rate: number | undefined) => ComponentChildren;
}

/** Two columns: what goes in and out of a row now, and its course while the page watched. */
export function rateColumns<Row>(
  history: RowHistory<Row>,
  incoming: RateColumn,
  outgoing: RateColumn,
): readonly Column<Row>[] {
  const column = ({ title, field, format }: RateColumn, way: 'in' | 'out'): Column<Row> => ({
    title,
    field,
    figure: true,
    cell: (row) => {
      const readings = history.of(row, way);
      return (
        <span class="rate">
          <Sparkline values={readings} tone={way} />
          <span>{format(readings.at(-1))}</span>
        </span>
      );
    },
  });
  return [column(incoming, 'in'), column(outgoing, 'out')];
}
