import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { listPath, withSearch } from '../../api/paths.ts';
import { useAction } from '../../api/use-action.ts';
import { FileField, Select, textOf } from '../../components/form.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { saveFile } from '../../components/save-file.ts';
import { definitionsFileName } from '../../model/definitions-file.ts';

/** The choice of all virtual hosts, with users and permissions. */
const WHOLE = '';

/** What the broker says of an import. */
interface ImportReport {
  /** What is otherwise than the file says. */
  readonly notes: readonly string[];
}

/** Takes the definitions of the broker out, and puts others in. */
export function Definitions() {
  const { api, vhosts } = usePage();
  const [scope, setScope] = useState(WHOLE);
  const [importing, setImporting] = useState(false);
  const [notes, setNotes] = useState<readonly string[]>();
  const { run, busy, error } = useAction(async () => {
    const definitions = await api.get<object>(listPath('definitions', scope));
    saveFile(definitionsFileName(scope, new Date()), JSON.stringify(definitions, null, 2));
  });
  return (
    <>
      <p class="muted lead">
        Exchanges, queues, bindings and policies, of the whole broker with its users and their
        permissions, in RabbitMQ's format and without messages: to make another broker the same, or
        to take over what a RabbitMQ had.
      </p>
      <p class="bar">
        <select
          aria-label="What to export"
          value={scope}
          onChange={({ currentTarget }) => setScope(currentTarget.value)}
        >
          <option value={WHOLE}>The whole broker</option>
          {vhosts.map((name) => (
            <option key={name} value={name}>
              Virtual host {name}
            </option>
          ))}
        </select>
        <button type="button" class="primary" aria-disabled={busy} onClick={() => void run()}>
          Export
        </button>
        <button type="button" onClick={() => setImporting(true)}>
          Import a file
        </button>
      </p>
      {error !== undefined && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
      {notes !== undefined && <Notes notes={notes} />}
      {importing && <Import onClose={() => setImporting(false)} onDone={setNotes} />}
    </>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return <p role="status">Everything is imported as the file says.</p>;
  return (
    <section role="status">
      <h2>Imported, but</h2>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}

interface ImportProps {
  readonly onClose: () => void;
  readonly onDone: (notes: readonly string[]) => void;
}

function Import({ onClose, onDone }: ImportProps) {
  const { api, announce, vhosts, vhostsChanged } = usePage();
  const load = async (values: FormData) => {
    const file = values.get('file');
    if (!(file instanceof File) || file.size === 0) throw new Error('Choose a file first.');
    const to = withSearch(listPath('definitions', textOf(values, 'vhost')), { report: 'true' });
    const definitions = parse(await file.text());
    const { notes } = await api.request<ImportReport>('POST', to, definitions);
    announce(`${file.name} is imported.`);
    vhostsChanged();
    onDone(notes);
  };
  const choices = [
    { value: WHOLE, text: 'Where the file says' },
    ...vhosts.map((name) => ({ value: name, text: `Virtual host ${name}` })),
  ];
  return (
    <FormDialog title="Import definitions" submit="Import" perform={load} onClose={onClose}>
      <FileField
        label="File"
        name="file"
        accept=".json,application/json"
        hint="What exists stays as it is, but for users, permissions and policies."
      />
      <Select label="Into" name="vhost" choices={choices} value={WHOLE} />
    </FormDialog>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The file is no JSON.');
  }
}
