import { usePage } from '../api/context.ts';
import { Select } from './form.tsx';

/** The virtual host that something is made in. */
export function VhostField({ value }: { readonly value?: string | undefined }) {
  const { vhosts } = usePage();
  const names = vhosts.length === 0 ? ['/'] : vhosts;
  return (
    <Select
      label="Virtual host"
      name="vhost"
      value={value ?? names[0]}
      choices={names.map((name) => ({ value: name, text: name }))}
    />
  );
}
