import { useEffect, useState } from 'preact/hooks';
import { parseRoute, type Route } from '../model/route.ts';

/** The address behind the `#`, followed as it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** Goes to an address made by `formatRoute`; `replace` leaves no step for the back button. */
export function goTo(address: string, replace = false): void {
  if (replace) location.replace(address);
  else location.hash = address;
}
