// Runs aedes, if it is installed, on the port given: `node aedes-server.js PORT`.
import { createServer, type Socket } from 'node:net';

/** What is used of aedes; it is not a dependency, so that its own types are not there. */
interface AedesModule {
  readonly Aedes: { createBroker(): Promise<{ readonly handle: (socket: Socket) => void }> };
}

const name = 'aedes';
const { Aedes } = (await import(name)) as AedesModule;
const { handle } = await Aedes.createBroker();
createServer(handle).listen(Number(process.argv[2]), '127.0.0.1');
