// Runs an XSUB/XPUB proxy of zeromq, if that is installed: `node zeromq-server.js PORT`. Publishers
// connect to the port, subscribers to the one above it.

/** What is used of zeromq; it is not a dependency, so that its own types are not there. */
interface ZeromqModule {
  readonly XSubscriber: new () => ZeromqSocket;
  readonly XPublisher: new () => ZeromqSocket;
  readonly Proxy: new (front: ZeromqSocket, back: ZeromqSocket) => { run(): Promise<void> };
}

interface ZeromqSocket {
  bind(address: string): Promise<void>;
}

const name = 'zeromq';
const zeromq = (await import(name)) as ZeromqModule;
const port = Number(process.argv[2]);
const front = new zeromq.XSubscriber();
const back = new zeromq.XPublisher();
await back.bind(`tcp://127.0.0.1:${port + 1}`);
await front.bind(`tcp://127.0.0.1:${port}`);
await new zeromq.Proxy(front, back).run();
