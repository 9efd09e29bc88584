import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import type { VhostInfo } from '../../api/types.ts';
import { SLOW_POLL_MS, usePoll } from '../../api/use-poll.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Field, textOf } from '../../components/form.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { PollNotice } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatCount } from '../../model/format.ts';
import { formatRoute } from '../../model/route.ts';

export function Vhosts() {
  const { api, announce, vhostsChanged } = usePage();
  const [adding, setAdding] = useState(false);
  const [doomed, setDoomed] = useState<string>();
  const poll = usePoll('vhosts', (get) => get<readonly VhostInfo[]>('vhosts'), SLOW_POLL_MS);
  return (
    <>
      <p class="bar">
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          Add a virtual host
        </button>
      </p>
      <PollNotice poll={poll} what="virtual hosts" />
      {poll.data !== undefined && (
        <Table
          caption="Virtual hosts"
          columns={columns(setDoomed)}
          rows={poll.data}
          rowKey={({ name }) => name}
        />
      )}
      {adding && <AddVhost onClose={() => setAdding(false)} onDone={poll.refresh} />}
      {doomed !== undefined && (
        <Confirm
          title={`Delete ${doomed}?`}
          text="All its exchanges, queues and messages will be lost, and its connections closed."
          submit="Delete"
          onClose={() => setDoomed(undefined)}
          perform={async () => {
            await api.request('DELETE', path('vhosts', doomed));
            announce(`Virtual host ${doomed} is deleted.`);
            vhostsChanged();
            poll.refresh();
          }}
        />
      )}
    </>
  );
}

interface AddVhostProps {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function AddVhost({ onClose, onDone }: AddVhostProps) {
  const { api, announce, vhostsChanged } = usePage();
  const save = async (values: FormData) => {
    const name = textOf(values, 'name');
    await api.request('PUT', path('vhosts', name), {});
    announce(`Virtual host ${name} is added.`);
    vhostsChanged();
    onDone();
  };
  return (
    <FormDialog title="Add a virtual host" submit="Add" perform={save} onClose={onClose}>
      <Field label="Name" name="name" required autoFocus />
    </FormDialog>
  );
}

function columns(onDelete: (name: string) => void): readonly Column<VhostInfo>[] {
  return [
    {
      title: 'Name',
      cell: ({ name }) => (
        <a class="name" href={formatRoute(['queues'], { vhost: name })}>
          {name}
        </a>
      ),
    },
    { title: 'Ready', figure: true, cell: ({ messages_ready: n }) => formatCount(n) },
    { title: 'Unacked', figure: true, cell: ({ messages_unacknowledged: n }) => formatCount(n) },
    {
      title: 'Actions',
      cell: ({ name }) => (
        <button
          type="button"
          class="quiet"
          aria-label={`Delete ${name}`}
          onClick={() => onDelete(name)}
        >
          Delete
        </button>
      ),
    },
  ];
}
