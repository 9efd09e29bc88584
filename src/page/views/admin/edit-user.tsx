import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import type { UserInfo } from '../../api/types.ts';
import { useAction } from '../../api/use-action.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field, Form, textOf } from '../../components/form.tsx';

interface EditUserProps {
  /** Absent for a new one. */
  readonly user?: UserInfo;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function EditUser({ user, onClose, onDone }: EditUserProps) {
  const { api, announce } = usePage();
  const { run, busy, error } = useAction(async (values: FormData) => {
    const name = user?.name ?? textOf(values, 'name');
    await api.request('PUT', path('users', name), {
      password: textOf(values, 'password'),
      tags: textOf(values, 'tags'),
    });
    announce(`User ${name} is saved.`);
    onDone();
  });
  return (
    <Dialog title={user === undefined ? 'Add a user' : `Change ${user.name}`} onClose={onClose}>
      <Form
        submit="Save"
        busy={busy}
        error={error}
        onSubmit={async (values) => {
          if (await run(values)) onClose();
        }}
      >
        {user === undefined && <Field label="Name" name="name" required autoFocus />}
        <Field
          label={user === undefined ? 'Password' : 'New password'}
          name="password"
          type="password"
          required
          autoComplete="new-password"
        />
        <Field
          label="Tags"
          name="tags"
          value={user === undefined ? '' : String(user.tags)}
          hint="Separated by commas: administrator, monitoring, policymaker, management"
        />
      </Form>
    </Dialog>
  );
}
