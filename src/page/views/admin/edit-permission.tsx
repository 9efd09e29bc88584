import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import { Field, textOf } from '../../components/form.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { VhostField } from '../../components/vhost-field.tsx';

interface EditPermissionProps {
  readonly user: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const OPERATIONS = [
  ['Configure', 'configure', 'Names it may declare and delete'],
  ['Write', 'write', 'Names it may publish to, or bind'],
  ['Read', 'read', 'Names it may consume from, or bind to'],
] as const;

export function EditPermission({ user, onClose, onDone }: EditPermissionProps) {
  const { api, announce } = usePage();
  const save = async (values: FormData) => {
    const vhost = textOf(values, 'vhost');
    await api.request(
      'PUT',
      path('permissions', vhost, user),
      Object.fromEntries(OPERATIONS.map(([, name]) => [name, textOf(values, name)])),
    );
    announce(`${user} may now use ${vhost}.`);
    onDone();
  };
  return (
    <FormDialog title={`Permissions of ${user}`} submit="Set" perform={save} onClose={onClose}>
      <VhostField />
      {OPERATIONS.map(([label, name, hint]) => (
        <Field
          key={name}
          label={`${label}, a regular expression`}
          name={name}
          value=".*"
          hint={hint}
        />
      ))}
    </FormDialog>
  );
}
