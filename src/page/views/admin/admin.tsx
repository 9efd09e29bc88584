import { usePage } from '../../api/context.ts';
import { formatRoute } from '../../model/route.ts';
import { Definitions } from './definitions.tsx';
import { Policies } from './policies.tsx';
import { Users } from './users.tsx';
import { Vhosts } from './vhosts.tsx';

const SECTIONS = [
  { name: 'users', title: 'Users' },
  { name: 'vhosts', title: 'Virtual hosts' },
  { name: 'policies', title: 'Policies' },
  { name: 'definitions', title: 'Definitions' },
] as const;

export function AdminView({ section = 'users' }: { readonly section: string | undefined }) {
  const { administrator } = usePage();
  return (
    <>
      <header class="view-head">
        <h1>Admin</h1>
        <nav class="tabs" aria-label="Parts of Admin">
          {SECTIONS.map(({ name, title }) => (
            <a
              key={name}
              href={formatRoute(['admin', name])}
              aria-current={name === section ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
      </header>
      {!administrator && (
        <p class="muted lead">
          You lack the tag administrator, so the broker may refuse to show or change what is here.
        </p>
      )}
      {section === 'users' && <Users />}
      {section === 'vhosts' && <Vhosts />}
      {section === 'policies' && <Policies />}
      {section === 'definitions' && <Definitions />}
    </>
  );
}
