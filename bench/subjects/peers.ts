import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { aedesSubject, mosquittoSubject } from './mqtt.ts';
import { natsSubject } from './nats.ts';
import { RabbitmqSubject } from './rabbitmq.ts';
import { redisSubject } from './redis.ts';
import type { Subject } from './subject.ts';
import { zeromqSubject } from './zeromq.ts';

/** A broker that users would pick instead, if it is on this machine. */
export interface Peer {
  readonly name: string;
  /** How to get it. */
  readonly install: string;
  isFound(): boolean;
  readonly subject: Subject;
}

export const PEERS: readonly Peer[] = [
  debianPeer('rabbitmq', 'rabbitmq-server', new RabbitmqSubject()),
  debianPeer('nats', 'nats-server', natsSubject),
  debianPeer('redis', 'redis-server', redisSubject),
  debianPeer('mosquitto', 'mosquitto', mosquittoSubject),
  npmPeer('zeromq', zeromqSubject),
  npmPeer('aedes', aedesSubject),
];

function debianPeer(name: string, command: string, subject: Subject): Peer {
  return {
    name,
    install: `apt-get install ${command}`,
    isFound: () => isCommand(command),
    subject,
  };
}

function npmPeer(name: string, subject: Subject): Peer {
  return { name, install: `npm install --no-save ${name}`, isFound: () => isModule(name), subject };
}

/** Servers are often where only root's path leads. */
function isCommand(command: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => existsSync(join(folder, command)));
}

function isModule(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
