/**
 * What the management API of this broker answers to GET, as text.
 * @param address host, port and path
 * @throws Error unless the answer is 2xx
 */
export async function managementText(address: string): Promise<string> {
  const response = await fetch(`http://${address}`, {
    headers: { authorization: `Basic ${btoa('guest:guest')}` },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${address}: ${response.status} ${text}`);
  return text;
}

/**
 * Messages that the broker says it dropped for the open feeds of these queues, since each was opened.
 * @param api host and port
 */
export async function droppedByFeeds(api: string, queues: readonly string[]): Promise<number> {
  const feeds = JSON.parse(await managementText(`${api}/api/directmq/feeds`)) as readonly {
    readonly queue: string;
    readonly dropped: number;
  }[];
  return feeds
    .filter(({ queue }) => queues.includes(queue))
    .reduce((sum, { dropped }) => sum + dropped, 0);
}
