import type { Act } from './act-context.ts';
import type { Arguments } from './arguments.ts';

/** The user who makes a virtual host may do everything in it, as in RabbitMQ. */
const put: Act = ({ core, user }, given) => {
  const name = given.text('name');
  const created = !core.vhosts.has(name);
  core.vhostBook.put(name, {
    ...(given.has('description') ? { description: given.text('description') } : {}),
    ...(given.has('tags') ? { tags: readTags(given) } : {}),
    ...(given.has('default_queue_type')
      ? { defaultQueueType: given.text('default_queue_type') }
      : {}),
  });
  if (created) {
    const everything = { configure: '.*', write: '.*', read: '.*' };
    core.accounts.setPermissions(user.name, name, everything);
  }
  return { created };
};

const remove: Act = ({ core }, given) => {
  const name = given.text('name');
  if (!core.vhosts.has(name)) return { existed: false };
  core.deleteVhost(name);
  return { existed: true };
};

function readTags(given: Arguments): string[] {
  const tags = given.value('tags');
  if (Array.isArray(tags)) return tags.map(String);
  return given
    .text('tags')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

export const VHOST_ACTS = { 'vhost.put': put, 'vhost.delete': remove };
