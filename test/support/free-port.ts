import { type AddressInfo, createServer } from 'node:net';

/** A port on which nobody listens now, for options that take no 0. Somebody else may be faster. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
