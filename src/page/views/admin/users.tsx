import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import type { PermissionInfo, UserInfo } from '../../api/types.ts';
import { SLOW_POLL_MS, usePoll } from '../../api/use-poll.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Badge, PollNotice } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { EditPermission } from './edit-permission.tsx';
import { EditUser } from './edit-user.tsx';

type Open =
  | { readonly kind: 'user'; readonly user?: UserInfo }
  | { readonly kind: 'permission'; readonly user: string }
  | { readonly kind: 'delete'; readonly user: string }
  | undefined;

export function Users() {
  const { api, announce } = usePage();
  const [open, setOpen] = useState<Open>();
  const poll = usePoll(
    'users',
    async (get) => ({
      users: await get<readonly UserInfo[]>('users'),
      permissions: await get<readonly PermissionInfo[]>('permissions'),
    }),
    SLOW_POLL_MS,
  );
  const close = () => setOpen(undefined);
  return (
    <>
      <p class="bar">
        <button type="button" class="primary" onClick={() => setOpen({ kind: 'user' })}>
          Add a user
        </button>
      </p>
      <PollNotice poll={poll} what="users" />
      {poll.data !== undefined && (
        <Table
          caption="Users"
          columns={columns(poll.data.permissions, setOpen)}
          rows={poll.data.users}
          rowKey={({ name }) => name}
        />
      )}
      {open?.kind === 'user' && (
        <EditUser {...(open.user && { user: open.user })} onClose={close} onDone={poll.refresh} />
      )}
      {open?.kind === 'permission' && (
        <EditPermission user={open.user} onClose={close} onDone={poll.refresh} />
      )}
      {open?.kind === 'delete' && (
        <Confirm
          title={`Delete ${open.user}?`}
          text="The user can no longer log in, and loses all permissions."
          submit="Delete"
          onClose={close}
          perform={async () => {
            await api.request('DELETE', path('users', open.user));
            announce(`User ${open.user} is deleted.`);
            poll.refresh();
          }}
        />
      )}
    </>
  );
}

function columns(
  permissions: readonly PermissionInfo[],
  onOpen: (open: Open) => void,
): readonly Column<UserInfo>[] {
  return [
    { title: 'Name', cell: ({ name }) => <span class="name">{name}</span> },
    {
      title: 'Tags',
      cell: ({ tags }) =>
        (Array.isArray(tags) ? tags : String(tags).split(','))
          .filter((tag) => tag !== '')
          .map((tag) => <Badge key={tag}>{tag}</Badge>),
    },
    {
      title: 'May configure, write, read',
      cell: ({ name }) =>
        permissions
          .filter(({ user }) => user === name)
          .map(({ vhost, configure, write, read }) => (
            <div key={vhost}>
              <span class="muted">{vhost}</span>{' '}
              <code>
                {configure || '(nothing)'} {write || '(nothing)'} {read || '(nothing)'}
              </code>
            </div>
          )),
    },
    {
      title: 'Actions',
      cell: (user) => (
        <span class="buttons">
          <button
            type="button"
            class="quiet"
            aria-label={`Change ${user.name}`}
            onClick={() => onOpen({ kind: 'user', user })}
          >
            Change
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`Set permissions of ${user.name}`}
            onClick={() => onOpen({ kind: 'permission', user: user.name })}
          >
            Permissions
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`Delete ${user.name}`}
            onClick={() => onOpen({ kind: 'delete', user: user.name })}
          >
            Delete
          </button>
        </span>
      ),
    },
  ];
}
