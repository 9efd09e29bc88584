/** Where a connection is in its life (specification 2.2.4). */
export type Phase = 'handshake' | 'open' | 'closing' | 'closed';
