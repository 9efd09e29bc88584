import { openAmqpWorkload } from './amqp-workload.js';
import { ServerProcess } from './server-process.js';
const HOST = '127.0.0.1';
/** What the user's publisher and consumer are: mode of the one, or of both alike. */
export const MODES = ['ordinary', 'direct', 'direct-ordinary', 'ordinary-direct'];
const PATHS = {
    ordinary: { publisher: 'ordinary', consumer: 'ordinary' },
    direct: { publisher: 'direct', consumer: 'direct' },
    'direct-ordinary': { publisher: 'direct', consumer: 'ordinary' },
    'ordinary-direct': { publisher: 'ordinary', consumer: 'direct' },
};
/** This broker, as a user runs it: `node dist/main.js`. */
export class DirectmqSubject {
    name;
    #mode;
    #options;
    /** @param options command-line options of the broker beside the port */
    constructor(mode, options = []) {
        this.name = `directmq ${mode}`;
        this.#mode = mode;
        this.#options = options;
    }
    refusal(workload) {
        const paths = PATHS[this.#mode];
        if (workload.confirmWindow > 0 && paths.publisher === 'direct')
            return 'sinks have no confirms';
        if (workload.prefetch > 0 && paths.consumer === 'direct') {
            return 'feeds have no acknowledgements';
        }
        return null;
    }
    async start() {
        const args = ['dist/main.js', '--port', '0', '--log-level', 'warn', ...this.#options];
        const server = new ServerProcess({ command: process.execPath, args });
        const [, port] = await server.waitForText(/^ready .*\bamqp=[^\s]*:(\d+)/m);
        return new RunningDirectmq(server, Number(port), PATHS[this.#mode]);
    }
}
class RunningDirectmq {
    processIds;
    mayDrop;
    #server;
    #port;
    #paths;
    constructor(server, port, paths) {
        this.processIds = [server.processId];
        this.mayDrop = paths.consumer === 'direct';
        this.#server = server;
        this.#port = port;
        this.#paths = paths;
    }
    open(workload) {
        return openAmqpWorkload(HOST, this.#port, workload, this.#paths);
    }
    stop() {
        return this.#server.stop();
    }
}
//# sourceMappingURL=directmq.js.map