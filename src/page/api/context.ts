import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from './client.ts';

/** What every view needs of the whole page. */
export interface PageContext {
  readonly api: ApiClient;
  readonly user: string;
  readonly vhosts: readonly string[];
  /** Asks for `vhosts` again: one was added or deleted. */
  readonly vhostsChanged: () => void;
  /** The user may change users, policies and virtual hosts. */
  readonly administrator: boolean;
  /** Says what came of an action, on the screen and to screen readers. */
  readonly announce: (message: string) => void;
}

export const Page = createContext<PageContext | undefined>(undefined);

export function usePage(): PageContext {
  const page = useContext(Page);
  if (page === undefined) throw new Error('no page around this component');
  return page;
}
