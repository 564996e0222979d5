import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../failure.ts';

/** What others may take of a worker by connecting to it, whoever they are. */
export interface ServerBounds {
  /** How many connections there may be at once: each is an open file, of which the worker needs some for git and clusters. */
  readonly connections: number;
  /** How long a connection may take to say what it asks for, in milliseconds. */
  readonly headersMs: number;
  /** How long a whole request may take, and how long a connection may be silent, in milliseconds. */
  readonly requestMs: number;
}

const usualBounds: ServerBounds = { connections: 64, headersMs: 10_000, requestMs: 30_000 };

/** Where a server listens, and what for. */
export interface ServerPlace {
  /** `host:port`, or `[address]:port`. */
  readonly address: string;
  /** What is served, as a subject: `The codec endpoint`. */
  readonly what: string;
  /** The setting that names the address. */
  readonly setting: string;
}

/** A server that listens. */
export interface BoundedServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves HTTP to whoever connects, within bounds: connections beyond them are closed at once, and those that take too long are
 * ended. Throws `Failure` `InvalidConfig` where the address cannot be listened on.
 */
export async function serveBounded(
  listener: RequestListener,
  { address, what, setting }: ServerPlace,
  { connections, headersMs, requestMs }: ServerBounds = usualBounds,
): Promise<BoundedServer> {
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.ceil(headersMs / 10),
      maxHeaderSize: 16 * 1024,
    },
    listener,
  );
  server.maxConnections = connections;
  // Ends those that do not take their answer, too.
  server.setTimeout(requestMs);
  const { host, port } = splitAddress(address);
  server.listen(port, host);
  await Promise.race([once(server, 'listening'), once(server, 'error').then(([error]) => Promise.reject(error))]).catch(
    (error: unknown) => {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new Failure(
        'InvalidConfig',
        `${what} cannot listen on ${address} (${why}). Name another address in \`${setting}\`.`,
        { cause: error },
      );
    },
  );
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
