import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import type { PolicyInfo } from '../../api/types.ts';
import { SLOW_POLL_MS, usePoll } from '../../api/use-poll.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Empty, PollNotice } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatArguments } from '../../model/arguments.ts';
import { EditPolicy } from './edit-policy.tsx';

export function Policies() {
  const { api, announce } = usePage();
  const [editing, setEditing] = useState<{ readonly policy?: PolicyInfo }>();
  const [doomed, setDoomed] = useState<PolicyInfo>();
  const poll = usePoll('policies', (get) => get<readonly PolicyInfo[]>('policies'), SLOW_POLL_MS);
  return (
    <>
      <p class="bar">
        <button type="button" class="primary" onClick={() => setEditing({})}>
          Add a policy
        </button>
      </p>
      <PollNotice poll={poll} what="policies" />
      {poll.data !== undefined && poll.data.length === 0 && (
        <Empty title="No policies">
          <p>
            A policy gives every queue or exchange whose name matches a pattern the same arguments,
            also those that exist already: a length limit for all queues that begin with{' '}
            <code>tmp.</code>, say.
          </p>
        </Empty>
      )}
      {poll.data !== undefined && poll.data.length > 0 && (
        <Table
          caption="Policies"
          columns={columns((policy) => setEditing({ policy }), setDoomed)}
          rows={poll.data}
          rowKey={({ vhost, name }) => `${vhost} ${name}`}
        />
      )}
      {editing !== undefined && (
        <EditPolicy {...editing} onClose={() => setEditing(undefined)} onDone={poll.refresh} />
      )}
      {doomed !== undefined && (
        <Confirm
          title={`Delete ${doomed.name}?`}
          text="What it applies to goes back to its own arguments, or to the next one that matches."
          submit="Delete"
          onClose={() => setDoomed(undefined)}
          perform={async () => {
            await api.request('DELETE', path('policies', doomed.vhost, doomed.name));
            announce(`Policy ${doomed.name} is deleted.`);
            poll.refresh();
          }}
        />
      )}
    </>
  );
}

function columns(
  onEdit: (policy: PolicyInfo) => void,
  onDelete: (policy: PolicyInfo) => void,
): readonly Column<PolicyInfo>[] {
  return [
    { title: 'Name', cell: ({ name }) => <span class="name">{name}</span> },
    { title: 'Pattern', cell: ({ pattern }) => <code>{pattern}</code> },
    { title: 'Applies to', cell: (policy) => policy['apply-to'] },
    { title: 'Definition', cell: ({ definition }) => <pre>{formatArguments(definition)}</pre> },
    { title: 'Priority', figure: true, cell: ({ priority }) => priority },
    { title: 'Virtual host', wide: true, cell: ({ vhost }) => vhost },
    {
      title: 'Actions',
      cell: (policy) => (
        <span class="buttons">
          <button
            type="button"
            class="quiet"
            aria-label={`Change ${policy.name}`}
            onClick={() => onEdit(policy)}
          >
            Change
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`Delete ${policy.name}`}
            onClick={() => onDelete(policy)}
          >
            Delete
          </button>
        </span>
      ),
    },
  ];
}
