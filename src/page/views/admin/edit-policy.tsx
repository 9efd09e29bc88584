import { usePage } from '../../api/context.ts';
import { path } from '../../api/paths.ts';
import type { PolicyInfo } from '../../api/types.ts';
import { Field, Select, TextField, textOf } from '../../components/form.tsx';
import { argumentsOf } from '../../components/form-arguments.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { VhostField } from '../../components/vhost-field.tsx';
import { formatArguments } from '../../model/arguments.ts';

interface EditPolicyProps {
  /** Absent for a new one. */
  readonly policy?: PolicyInfo;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const TARGETS = [
  { value: 'queues', text: 'Queues' },
  { value: 'exchanges', text: 'Exchanges' },
  { value: 'all', text: 'Queues and exchanges' },
];

export function EditPolicy({ policy, onClose, onDone }: EditPolicyProps) {
  const { api, announce } = usePage();
  const save = async (values: FormData) => {
    const name = policy?.name ?? textOf(values, 'name');
    const vhost = policy?.vhost ?? textOf(values, 'vhost');
    await api.request('PUT', path('policies', vhost, name), {
      pattern: textOf(values, 'pattern'),
      'apply-to': textOf(values, 'apply-to'),
      priority: Number(textOf(values, 'priority')),
      definition: argumentsOf(values, 'definition'),
    });
    announce(`Policy ${name} is saved.`);
    onDone();
  };
  return (
    <FormDialog
      title={policy === undefined ? 'Add a policy' : `Change ${policy.name}`}
      submit="Save"
      perform={save}
      onClose={onClose}
    >
      {policy === undefined && (
        <>
          <Field label="Name" name="name" required autoFocus />
          <VhostField />
        </>
      )}
      <Field
        label="Pattern, a regular expression"
        name="pattern"
        value={policy?.pattern ?? ''}
        required
        hint="Such as ^tmp\. for names that begin with tmp."
      />
      <Select
        label="Applies to"
        name="apply-to"
        choices={TARGETS}
        value={policy?.['apply-to'] ?? 'queues'}
      />
      <Field
        label="Priority"
        name="priority"
        type="number"
        value={String(policy?.priority ?? 0)}
        hint="Of those that match, the one with the highest applies"
      />
      <TextField
        label="Definition"
        name="definition"
        value={formatArguments(policy?.definition)}
        hint="One a line, such as max-length = 10000 or message-ttl = 60000"
      />
    </FormDialog>
  );
}
