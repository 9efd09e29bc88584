// The relay for machines without a C compiler: `node node-relay.js PAIRS`. It says the same.
import { type AddressInfo, createServer, type Socket } from 'node:net';

const pairs = Number(process.argv[2]);
const sources: Socket[] = [];
const targets: Socket[] = [];

const ports = await Promise.all([listen(sources), listen(targets)]);
process.stdout.write(`ready source=${ports[0]} target=${ports[1]}\n`);

function listen(connections: Socket[]): Promise<number> {
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    const index = connections.push(socket) - 1;
    socket.on('error', () => process.exit(1));
    if (index === pairs - 1) server.close();
    if (sources.length > index && targets.length > index) sources[index].pipe(targets[index]);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
