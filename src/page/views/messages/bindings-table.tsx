import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { bindingPath } from '../../api/paths.ts';
import type { BindingInfo } from '../../api/types.ts';
import { Confirm } from '../../components/confirm.tsx';
import { ExchangeLink, QueueLink } from '../../components/links.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatArguments } from '../../model/arguments.ts';

/** Bindings shown at once: more than that, nobody reads; the API lists them all. */
const SHOWN_MAX = 200;

interface BindingsTableProps {
  readonly bindings: readonly BindingInfo[];
  readonly onChange: () => void;
}

export function BindingsTable({ bindings, onChange }: BindingsTableProps) {
  const { api, announce } = usePage();
  const [doomed, setDoomed] = useState<BindingInfo>();
  // Every queue is bound to the default exchange by its name, and that can't be undone.
  const own = bindings.filter(({ source }) => source !== '');
  if (own.length === 0) {
    return (
      <p class="muted">
        No bindings. Messages still get to a queue through the default exchange, by the queue's
        name.
      </p>
    );
  }
  return (
    <>
      <Table
        caption="Bindings"
        columns={columns(setDoomed)}
        rows={own.slice(0, SHOWN_MAX)}
        rowKey={(binding) =>
          [
            binding.source,
            binding.destination_type,
            binding.destination,
            binding.properties_key,
          ].join(' ')
        }
      />
      {own.length > SHOWN_MAX && (
        <p class="muted">
          The first {SHOWN_MAX} of {own.length} bindings.
        </p>
      )}
      {doomed !== undefined && (
        <Confirm
          title="Remove the binding?"
          text={`${doomed.source} will no longer send "${doomed.routing_key}" there.`}
          submit="Unbind"
          onClose={() => setDoomed(undefined)}
          perform={async () => {
            const { vhost, source, destination_type, destination, properties_key } = doomed;
            await api.request(
              'DELETE',
              bindingPath(vhost, source, destination_type, destination, properties_key),
            );
            announce('The binding is removed.');
            onChange();
          }}
        />
      )}
    </>
  );
}

function columns(onUnbind: (binding: BindingInfo) => void): readonly Column<BindingInfo>[] {
  return [
    {
      title: 'From',
      cell: ({ vhost, source }) => <ExchangeLink vhost={vhost} name={source} />,
    },
    {
      title: 'Routing key',
      cell: ({ routing_key }) => <code>{routing_key === '' ? '(empty)' : routing_key}</code>,
    },
    {
      title: 'To',
      cell: ({ vhost, destination, destination_type }) =>
        destination_type === 'queue' ? (
          <QueueLink vhost={vhost} name={destination} />
        ) : (
          <ExchangeLink vhost={vhost} name={destination} />
        ),
    },
    {
      title: 'Arguments',
      wide: true,
      cell: (binding) => <code>{formatArguments(binding.arguments)}</code>,
    },
    {
      title: 'Action',
      cell: (binding) => (
        <button
          type="button"
          class="quiet"
          aria-label={`Unbind ${binding.destination} from ${binding.source} ${binding.routing_key}`}
          onClick={() => onUnbind(binding)}
        >
          Unbind
        </button>
      ),
    },
  ];
}
