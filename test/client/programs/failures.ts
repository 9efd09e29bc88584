import amqp from 'amqplib';

interface Failure extends Error {
  code?: number;
  classId?: number;
  methodId?: number;
}

function describe(failure: unknown): string {
  const { name, message, code, classId, methodId } = failure as Failure;
  return JSON.stringify({ name, message, code, classId, methodId });
}

async function failureOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'no failure';
  } catch (failure) {
    return describe(failure);
  }
}

async function messageOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'no failure';
  } catch (failure) {
    return (failure as Error).message;
  }
}

/** How things fail, in words and in numbers. */
export async function main(url: string): Promise<string[]> {
  const lines: string[] = [];
  const connection = await amqp.connect(url);
  connection.on('close', (error) => lines.push(`connection closed ${error}`));

  const refused = await connection.createChannel();
  refused.on('error', (error) => lines.push(`channel error ${describe(error)}`));
  refused.on('close', () => lines.push('channel closed'));
  const pending = failureOf(() => refused.checkExchange('amq.direct'));
  lines.push(await failureOf(() => refused.checkQueue('no such queue')), await pending);
  lines.push(await failureOf(() => refused.checkQueue('whatever')));
  lines.push(await failureOf(() => refused.publish('', 'x', Buffer.from('x'))));
  lines.push(await failureOf(() => refused.close()));

  const channel = await connection.createChannel();
  channel.on('error', (error) => lines.push(`channel error ${describe(error)}`));
  const wrong: unknown = 17;
  lines.push(await failureOf(() => channel.publish('', 'x', wrong as Buffer)));
  lines.push(await failureOf(() => channel.publish(wrong as string, 'x', Buffer.from('x'))));
  lines.push(
    await failureOf(() => channel.publish('', 'x', Buffer.from('x'), { type: wrong as string })),
  );
  lines.push(await failureOf(() => channel.assertQueue('x'.repeat(300))));
  // amqplib's channels are stuck after a request with a wrong argument.
  const stuck = await connection.createChannel();
  lines.push(await failureOf(() => stuck.bindQueue('q', wrong as string, '')));

  const throwing = await connection.createChannel();
  const { queue } = await throwing.assertQueue('', { exclusive: true });
  const thrown = new Promise((resolve) => throwing.on('error', resolve));
  await throwing.consume(queue, () => {
    throw new Error('my mistake');
  });
  throwing.sendToQueue(queue, Buffer.from('x'));
  lines.push(describe(await thrown));

  const closing = connection.close();
  lines.push(await failureOf(() => connection.createChannel()));
  await closing;
  lines.push(await failureOf(() => connection.close()));
  lines.push(await failureOf(() => channel.sendToQueue('x', Buffer.from('x'))));
  lines.push(await failureOf(() => amqp.connect('http://localhost')));
  const { host } = new URL(url);
  lines.push(await messageOf(() => amqp.connect(`amqp://guest:wrong@${host}`)));
  return lines;
}
