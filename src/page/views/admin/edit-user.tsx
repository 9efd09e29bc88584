import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import type { UserInfo } from '../../api/types.ts';
import { Field, textOf } from '../../components/form.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';

interface EditUserProps {
  /** Absent for a new one. */
  readonly user?: UserInfo;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function EditUser({ user, onClose, onDone }: EditUserProps) {
  const { api, announce } = usePage();
  const save = async (values: FormData) => {
    const name = user?.name ?? textOf(values, 'name');
    await api.request('PUT', path('users', name), {
      password: textOf(values, 'password'),
      tags: textOf(values, 'tags'),
    });
    announce(`User ${name} is saved.`);
    onDone();
  };
  return (
    <FormDialog
      title={user === undefined ? 'Add a user' : `Change ${user.name}`}
      submit="Save"
      perform={save}
      onClose={onClose}
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
    </FormDialog>
  );
}
