import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { ApiClient, WHO_AM_I } from './api/client.ts';
import { Page, type PageContext } from './api/context.ts';
import { type Session, storedSession, storeSession } from './api/session.ts';
import type { VhostInfo, WhoAmI } from './api/types.ts';
import { Shell } from './components/shell.tsx';
import { useRoute } from './components/use-route.ts';
import { Login } from './views/login.tsx';
import { View } from './views/view.tsx';

/** How long the word on an action stays on the screen, in milliseconds. */
const ANNOUNCEMENT_MS = 6000;

/** What is asked after the login. */
interface Account {
  readonly vhosts: readonly string[];
  readonly administrator: boolean;
}

export function App() {
  const [session, setSession] = useState(storedSession);
  const [reason, setReason] = useState<string>();
  const [account, setAccount] = useState<Account>({ vhosts: [], administrator: false });
  const [said, announce] = useAnnouncement();
  const route = useRoute();

  const logOut = useCallback((why?: string) => {
    storeSession(undefined);
    setSession(undefined);
    setReason(why);
  }, []);
  const logIn = useCallback((next: Session) => {
    storeSession(next);
    setSession(next);
    setReason(undefined);
  }, []);
  const api = useMemo(
    () =>
      session &&
      new ApiClient(session, () => logOut('You are logged out: the password is no longer valid.')),
    [session, logOut],
  );
  const loadAccount = useCallback(() => {
    // If this fails, the view that is shown says why.
    if (api !== undefined) void accountOf(api).then(setAccount, () => {});
  }, [api]);
  useEffect(loadAccount, [loadAccount]);
  const page = useMemo<PageContext | undefined>(
    () =>
      api &&
      session && { api, user: session.user, ...account, vhostsChanged: loadAccount, announce },
    [api, session, account, loadAccount, announce],
  );

  if (page === undefined) return <Login reason={reason} onLogin={logIn} />;
  return (
    <Page.Provider value={page}>
      <Shell route={route} said={said} onLogOut={() => logOut()}>
        <View route={route} />
      </Shell>
    </Page.Provider>
  );
}

async function accountOf(api: ApiClient): Promise<Account> {
  const { tags } = await api.get<WhoAmI>(WHO_AM_I);
  const vhosts = await api.get<readonly VhostInfo[]>('vhosts');
  return {
    vhosts: vhosts.map(({ name }) => name),
    administrator: (Array.isArray(tags) ? tags : String(tags).split(',')).includes('administrator'),
  };
}

/** The last word on an action, until it has been read. */
function useAnnouncement(): [string, (message: string) => void] {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), ANNOUNCEMENT_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}
