import { useState } from 'preact/hooks';
import { usePage } from '../../api/context.ts';
import { exchangePath } from '../../api/paths.ts';
import type { BindingInfo, ExchangeInfo } from '../../api/types.ts';
import { usePoll } from '../../api/use-poll.ts';
import { RateChart } from '../../charts/rate-chart.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Facts, Figure } from '../../components/facts.tsx';
import { PollNotice } from '../../components/notices.tsx';
import { ObjectLatency } from '../../components/object-latency.tsx';
import { goTo } from '../../components/use-route.ts';
import { formatArguments } from '../../model/arguments.ts';
import { formatRate } from '../../model/format.ts';
import { formatRoute } from '../../model/route.ts';
import { Bind } from '../messages/bind.tsx';
import { BindingsTable } from '../messages/bindings-table.tsx';
import { Publish } from '../messages/publish.tsx';

type Open = 'publish' | 'bind' | 'delete' | undefined;

const DEFAULT_EXCHANGE = 'amq.default';

/** `name` is as in the address: the default exchange goes by `amq.default`. */
export function ExchangeView({ vhost, name }: { readonly vhost: string; readonly name: string }) {
  const [open, setOpen] = useState<Open>();
  const { api, announce } = usePage();
  const isDefault = name === DEFAULT_EXCHANGE;
  const predefined = isDefault || name.startsWith('amq.');
  const poll = usePoll(`exchange ${vhost} ${name}`, async (get) => ({
    exchange: await get<ExchangeInfo>(exchangePath(vhost, name)),
    outgoing: isDefault
      ? []
      : await get<readonly BindingInfo[]>(exchangePath(vhost, name, 'bindings', 'source')),
    incoming: isDefault
      ? []
      : await get<readonly BindingInfo[]>(exchangePath(vhost, name, 'bindings', 'destination')),
  }));
  const { data } = poll;
  const close = () => setOpen(undefined);
  return (
    <>
      <header class="view-head">
        <div>
          <p class="trail">
            <a href={formatRoute(['exchanges'])}>Exchanges</a> in {vhost}
          </p>
          <h1 class="name">{isDefault ? '(default)' : name}</h1>
        </div>
        <div class="tools">
          <button type="button" class="primary" onClick={() => setOpen('publish')}>
            Publish
          </button>
          {!isDefault && (
            <button type="button" onClick={() => setOpen('bind')}>
              Bind
            </button>
          )}
          {!predefined && (
            <button type="button" class="danger" onClick={() => setOpen('delete')}>
              Delete
            </button>
          )}
        </div>
      </header>
      <PollNotice poll={poll} what="the exchange" />
      {data !== undefined && (
        <>
          <ExchangeFigures exchange={data.exchange} />
          <RateChart kind="exchange" vhost={vhost} name={isDefault ? '' : name} />
          <ObjectLatency kind="exchange" vhost={vhost} name={isDefault ? '' : name} />
          {isDefault ? (
            <p class="muted">
              Every queue is bound to the default exchange by its own name; that can't be changed.
            </p>
          ) : (
            <>
              <h2>Messages go to</h2>
              {data.outgoing.length === 0 ? (
                <p class="muted">
                  Nothing is bound to it: what is published here is dropped, or returned to
                  publishers that ask for it.
                </p>
              ) : (
                <BindingsTable bindings={data.outgoing} onChange={poll.refresh} />
              )}
              {data.incoming.length > 0 && (
                <>
                  <h2>Messages come from</h2>
                  <BindingsTable bindings={data.incoming} onChange={poll.refresh} />
                </>
              )}
            </>
          )}
          <h2>Details</h2>
          <ExchangeDetails exchange={data.exchange} />
        </>
      )}
      {open === 'publish' && (
        <Publish
          vhost={vhost}
          exchange={isDefault ? '' : name}
          onClose={close}
          onDone={poll.refresh}
        />
      )}
      {open === 'bind' && (
        <Bind vhost={vhost} source={name} onClose={close} onDone={poll.refresh} />
      )}
      {open === 'delete' && (
        <Confirm
          title={`Delete ${name}?`}
          text="Its bindings go with it. Who publishes to it afterwards loses the channel."
          submit="Delete"
          onClose={close}
          perform={async () => {
            await api.request('DELETE', exchangePath(vhost, name));
            announce(`Exchange ${name} is deleted.`);
            goTo(formatRoute(['exchanges']));
          }}
        />
      )}
    </>
  );
}

function ExchangeFigures({ exchange }: { readonly exchange: ExchangeInfo }) {
  const stats = exchange.message_stats;
  return (
    <dl class="figures">
      <Figure name="In" tone="in" value={formatRate(stats?.publish_in_details?.rate ?? 0)} />
      <Figure name="Out" tone="out" value={formatRate(stats?.publish_out_details?.rate ?? 0)} />
    </dl>
  );
}

function ExchangeDetails({ exchange }: { readonly exchange: ExchangeInfo }) {
  const args = formatArguments(exchange.arguments);
  return (
    <Facts
      facts={[
        ['Type', exchange.type],
        ['Durable', exchange.durable ? 'yes' : 'no'],
        ['Auto-delete', exchange.auto_delete ? 'yes' : 'no'],
        ['Internal', exchange.internal ? 'yes' : 'no'],
        ['Policy', exchange.policy || 'none'],
        ['Arguments', args === '' ? 'none' : <pre>{args}</pre>],
      ]}
    />
  );
}
