import type { Server } from 'node:http';

/** Listens on this machine only, and answers the address. */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('not listening on a port'));
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** Stops at once, whatever is still being answered. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
