import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/page/api/api-error.ts';
import { bindingPath, exchangePath, listPath, queuePath } from '../../src/page/api/paths.ts';
import { formatArguments, parseArguments } from '../../src/page/model/arguments.ts';
import { nameParts } from '../../src/page/model/name-parts.ts';
import { pageNumbers } from '../../src/page/model/paging.ts';
import { publishRequest } from '../../src/page/model/publish-request.ts';
import { chartOf } from '../../src/page/model/rate-series.ts';

describe('arguments in a text field', () => {
  it('are numbers, truths and texts, one a line', () => {
    expect(parseArguments('x-max-length = 10\n\nx-lazy = true\nname = a = b\nid = "7"')).toEqual({
      ok: true,
      value: { 'x-max-length': 10, 'x-lazy': true, name: 'a = b', id: '7' },
    });
  });

  it('are refused with the line that is wrong', () => {
    expect(parseArguments('a = 1\nb')).toEqual({
      ok: false,
      problem: 'Line 2: write it as name = value.',
    });
    expect(parseArguments(' = 1').ok).toBe(false);
  });

  it('are shown as they are written', () => {
    expect(formatArguments({ a: 1, b: 'x', c: [1] })).toBe('a = 1\nb = x\nc = [1]');
    expect(formatArguments(undefined)).toBe('');
  });
});

describe('a message to publish', () => {
  it('has the properties that were filled in, numbers as numbers', () => {
    expect(
      publishRequest({
        routingKey: 'a.b',
        payload: 'x',
        encoding: 'string',
        persistent: true,
        headers: { h: 1 },
        properties: { content_type: 'text/plain', message_id: '', priority: '4' },
      }),
    ).toEqual({
      properties: {
        delivery_mode: 2,
        headers: { h: 1 },
        content_type: 'text/plain',
        priority: 4,
      },
      routing_key: 'a.b',
      payload: 'x',
      payload_encoding: 'string',
    });
  });
});

describe('paths of the API', () => {
  it('hold any name', () => {
    expect(queuePath('/', 'a/b c', 'contents')).toBe('queues/%2F/a%2Fb%20c/contents');
    expect(bindingPath('/', 'ex', 'queue', 'q', 'a.%23')).toBe('bindings/%2F/e/ex/q/q/a.%2523');
  });

  it('name the default exchange as RabbitMQ does', () => {
    expect(exchangePath('/', '', 'publish')).toBe('exchanges/%2F/amq.default/publish');
  });

  it('are of the whole broker or of one virtual host', () => {
    expect(listPath('queues', undefined)).toBe('queues');
    expect(listPath('queues', '/')).toBe('queues/%2F');
  });
});

describe('a refusal', () => {
  it('is said in the words of the broker', () => {
    expect(
      describeFailure(400, '{"error":"bad_request","reason":"inequivalent arg \'durable\'"}'),
    ).toBe("Inequivalent arg 'durable'.");
  });

  it('without words has ours', () => {
    expect(describeFailure(503, '<html>')).toBe('The broker is busy or stopping.');
    expect(describeFailure(418, '')).toBe('The server answered with status 418.');
  });
});

describe('pages of a list', () => {
  it('are the first, the last and those near', () => {
    expect(pageNumbers(1, 1)).toEqual([1]);
    expect(pageNumbers(1, 200)).toEqual([1, 2, 0, 200]);
    expect(pageNumbers(100, 200)).toEqual([1, 0, 99, 100, 101, 0, 200]);
    expect(pageNumbers(3, 4)).toEqual([1, 2, 3, 4]);
  });
});

describe('a long name', () => {
  it('may break behind its separators, and is still itself', () => {
    expect(nameParts('orders.eu-west:1')).toEqual(['orders.', 'eu-', 'west:', '1']);
    expect(nameParts('127.0.0.1:5672 -> a')).toEqual(['127.0.0.1:5672 ->', ' a']);
  });
});

describe('samples of rates', () => {
  it('become seconds and two lines', () => {
    expect(
      chartOf('queue', [{ t: 2000, publish: 5, deliver: 3, deliver_no_ack: 4, ack: 9 }]),
    ).toEqual({ times: [2], incoming: [5], outgoing: [7] });
  });
});
