import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import { useAction } from '../../api/use-action.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Field, Form, textOf } from '../../components/form.tsx';
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
  const { run, busy, error } = useAction(async (values: FormData) => {
    const vhost = textOf(values, 'vhost');
    await api.request(
      'PUT',
      path('permissions', vhost, user),
      Object.fromEntries(OPERATIONS.map(([, name]) => [name, textOf(values, name)])),
    );
    announce(`${user} may now use ${vhost}.`);
    onDone();
  });
  return (
    <Dialog title={`Permissions of ${user}`} onClose={onClose}>
      <Form
        submit="Set"
        busy={busy}
        error={error}
        onSubmit={async (values) => {
          if (await run(values)) onClose();
        }}
      >
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
      </Form>
    </Dialog>
  );
}
