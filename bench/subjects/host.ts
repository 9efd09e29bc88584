/** Where the servers of a bench listen: nothing leaves the machine. */
export const HOST = '127.0.0.1';
