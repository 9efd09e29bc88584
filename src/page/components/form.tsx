import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly hint?: string;
  readonly value?: string;
  readonly type?: 'text' | 'password' | 'number';
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly autoComplete?: string;
  readonly min?: number;
  readonly max?: number;
}

/** A line of text with its label and, where it helps, what to write. */
export function Field({ label, name, hint, value = '', type = 'text', ...input }: FieldProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        defaultValue={value}
        spellcheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...input}
        // The types of the attributes want to know which kind of input it is.
        type={type as 'text'}
      />
      {hint !== undefined && (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
    </p>
  );
}

/** Several lines of text. */
export function TextField({
  label,
  name,
  hint,
  value = '',
  rows = 4,
}: Pick<FieldProps, 'label' | 'name' | 'hint' | 'value'> & { readonly rows?: number }) {
  const id = useId();
  return (
    <p class="field full">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        rows={rows}
        defaultValue={value}
        spellcheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      />
      {hint !== undefined && (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
    </p>
  );
}

/** A file of the user's. */
export function FileField({
  label,
  name,
  hint,
  accept,
}: Pick<FieldProps, 'label' | 'name' | 'hint'> & { readonly accept: string }) {
  const id = useId();
  return (
    <p class="field full">
      <label for={id}>{label}</label>
      <input
        type="file"
        id={id}
        name={name}
        accept={accept}
        required
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      />
      {hint !== undefined && (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
    </p>
  );
}

export interface Choice {
  readonly value: string;
  readonly text: string;
}

export function Select({
  label,
  name,
  choices,
  value,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name} onChange={({ currentTarget }) => onChange?.(currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === value}>
            {choice.text}
          </option>
        ))}
      </select>
    </p>
  );
}

export function Checkbox({
  label,
  name,
  checked = false,
}: {
  readonly label: string;
  readonly name: string;
  readonly checked?: boolean;
}) {
  const id = useId();
  return (
    <p class="field check">
      <input type="checkbox" id={id} name={name} defaultChecked={checked} />
      <label for={id}>{label}</label>
    </p>
  );
}

interface FormProps {
  readonly submit: string;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly danger?: boolean;
  readonly onSubmit: (values: FormData) => void;
  readonly children: ComponentChildren;
}

/** Fields, what went wrong, and the button that does what it says. */
export function Form({ submit, busy, error, danger = false, onSubmit, children }: FormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onSubmit(new FormData(event.currentTarget));
      }}
    >
      <div class="fields">{children}</div>
      {error !== undefined && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
      <p class="buttons">
        <button type="submit" class={danger ? 'danger' : 'primary'} aria-disabled={busy}>
          {submit}
        </button>
      </p>
    </form>
  );
}

/** The text of a field of a form. */
export function textOf(values: FormData, name: string): string {
  const value = values.get(name);
  return typeof value === 'string' ? value : '';
}

export function isChecked(values: FormData, name: string): boolean {
  return values.get(name) !== null;
}
