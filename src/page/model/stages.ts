/** The stages that messages are timed in, in words. */
export const STAGE_NAMES: Readonly<Record<string, string>> = {
  client: 'Client',
  network_in: 'Network in',
  broker: 'Broker',
  network_out: 'Network out',
};

/** From where to where each of them goes. */
export const STAGE_MEANINGS: Readonly<Record<string, string>> = {
  client: 'from when the publisher made it until it sends it',
  network_in: 'from the publisher until the broker reads it',
  broker: 'until it lies in a queue or is on its way',
  network_out: 'until the kernel has it',
};
