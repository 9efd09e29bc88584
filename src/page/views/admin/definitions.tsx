import { usePage } from '../../api/context.ts';
import { useAction } from '../../api/use-action.ts';

/** Exports and imports everything that is declared, as RabbitMQ's definitions JSON. */
export function Definitions() {
  const { api, announce } = usePage();
  const exporting = useAction(async () => {
    const definitions = await api.get<unknown>('definitions');
    save('definitions.json', JSON.stringify(definitions, null, 2));
    announce('The definitions are exported.');
  });
  const importing = useAction(async (file: File) => {
    await api.request('POST', 'definitions', JSON.parse(await file.text()));
    announce(`${file.name} is imported.`);
  });
  return (
    <div class="columns">
      <section>
        <h2>Export</h2>
        <p class="muted">
          Virtual hosts, users with their password hashes, permissions, policies, exchanges, queues
          and bindings, in one JSON file that RabbitMQ reads too. Messages are not in it.
        </p>
        <p class="buttons">
          <button type="button" class="primary" onClick={() => exporting.run()}>
            Export
          </button>
        </p>
        {exporting.error !== undefined && (
          <p class="problem" role="alert">
            {exporting.error}
          </p>
        )}
      </section>
      <section>
        <h2>Import</h2>
        <p class="muted">
          Adds what a file from here or from RabbitMQ holds. What exists already stays as it is.
        </p>
        <p class="field">
          <label for="definitions-file">Definitions file</label>
          <input
            id="definitions-file"
            type="file"
            accept="application/json,.json"
            onChange={async ({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) await importing.run(file);
              currentTarget.value = '';
            }}
          />
        </p>
        {importing.error !== undefined && (
          <p class="problem" role="alert">
            {importing.error}
          </p>
        )}
      </section>
    </div>
  );
}

/** Hands a file to the browser to be saved. */
function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
