import { spawn } from 'node:child_process';
/** A pump in a process of its own, seen from the bench. */
export class PumpChild {
    #child;
    #failure;
    /**
     * Starts the pump and hands it the socket, which is not ours from then on. Nothing may be on
     * its way to us on that socket: what we had read would be lost.
     * @param entry the file of the pump's process, beside this one
     */
    constructor(entry, socket) {
        const file = new URL(entry, import.meta.url).pathname;
        this.#child = spawn(process.execPath, [file], {
            stdio: [socket, 'ignore', 'inherit', 'ipc'],
            serialization: 'advanced',
        });
        socket.destroy();
        this.#failure = new Promise((_, reject) => {
            this.#child.once('exit', (code, signal) => {
                reject(new Error(`${entry} ended early (${signal ?? `exit code ${code}`})`));
            });
        });
        // A pump that ends when nobody waits for an answer of it has done its work.
        this.#failure.catch(() => { });
    }
    get processId() {
        return this.#child.pid ?? 0;
    }
    /**
     * Sends a request and waits for the next message of the pump.
     * @throws Error if the pump ends before it answers, or does not answer in time
     */
    async ask(request, timeoutMs) {
        const answer = new Promise((resolve) => {
            this.#child.once('message', (message) => resolve(message));
        });
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => reject(new Error('A load generator does not answer')), timeoutMs);
        });
        this.#child.send(request);
        try {
            return await Promise.race([answer, this.#failure, late]);
        }
        finally {
            clearTimeout(timer);
        }
    }
    /** Ends the process at once, whatever it does. */
    kill() {
        this.#child.kill('SIGKILL');
    }
}
//# sourceMappingURL=child.js.map