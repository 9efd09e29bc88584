import { useEffect } from 'preact/hooks';
import { Empty } from '../components/notices.tsx';
import { formatRoute, type Route } from '../model/route.ts';
import { AdminView } from './admin/admin.tsx';
import { ConnectionView } from './connections/connection.tsx';
import { ConnectionsView } from './connections/connections.tsx';
import { DirectView } from './direct/direct.tsx';
import { EventsView } from './events.tsx';
import { ExchangeView } from './exchanges/exchange.tsx';
import { ExchangesView } from './exchanges/exchanges.tsx';
import { LatencyView } from './latency.tsx';
import { OverviewView } from './overview/overview.tsx';
import { QueueView } from './queues/queue.tsx';
import { QueuesView } from './queues/queues.tsx';
import { ThreadsView } from './threads.tsx';

/** The view an address names. */
export function View({ route }: { readonly route: Route }) {
  const [place = 'overview', ...names] = route.segments;
  useEffect(() => {
    document.title = [names.at(-1), capitalised(place), 'DirectMQ'].filter(Boolean).join(' · ');
  });
  const [first, second] = names;
  switch (place) {
    case 'overview':
      return <OverviewView />;
    case 'queues':
      return first !== undefined && second !== undefined ? (
        <QueueView key={names.join('/')} vhost={first} name={second} />
      ) : (
        <QueuesView route={route} />
      );
    case 'exchanges':
      return first !== undefined && second !== undefined ? (
        <ExchangeView key={names.join('/')} vhost={first} name={second} />
      ) : (
        <ExchangesView route={route} />
      );
    case 'connections':
      return first !== undefined ? (
        <ConnectionView key={first} name={first} />
      ) : (
        <ConnectionsView route={route} />
      );
    case 'direct':
      return <DirectView />;
    case 'threads':
      return <ThreadsView />;
    case 'latency':
      return <LatencyView />;
    case 'events':
      return <EventsView />;
    case 'admin':
      return <AdminView section={first} />;
    default:
      return (
        <Empty title="There is no such view">
          <p>
            <a href={formatRoute([])}>Go to the overview</a>
          </p>
        </Empty>
      );
  }
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
