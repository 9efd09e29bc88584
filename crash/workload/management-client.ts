const LOGIN = `Basic ${btoa('guest:guest')}`;

/** Asks the management API. */
export class ManagementClient {
  private readonly url: string;

  /** @param address `HOST:PORT` */
  constructor(address: string) {
    this.url = `http://${address}/api/`;
  }

  /** @throws Error if the broker refuses, or is gone */
  async put(path: readonly string[], body: object): Promise<void> {
    await this.ask('PUT', path, body);
  }

  /** @throws Error if the broker refuses, or is gone */
  async delete(path: readonly string[]): Promise<void> {
    await this.ask('DELETE', path);
  }

  /** @throws Error if the broker refuses, or is gone */
  async list(what: string): Promise<Record<string, unknown>[]> {
    return JSON.parse(await this.ask('GET', [what]));
  }

  private async ask(method: string, path: readonly string[], body?: object): Promise<string> {
    const response = await fetch(this.url + path.map(encodeURIComponent).join('/'), {
      method,
      headers: { authorization: LOGIN },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new Error(`${method} ${path.join('/')}: ${response.status} ${text}`);
  }
}
