import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { type BoundedServer, type ServerBounds, serveBounded } from '../http/bounded-server.ts';

/** The path of the metrics, here as at the SDK. */
const path = '/metrics';
/** How long the SDK may take to write its metrics down, in milliseconds. */
const readMs = 10_000;

/** Finds a port of this machine's own address that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Where metrics are served, and where they come from. */
export interface MetricsPlace {
  /** `host:port`, as the settings name it. */
  readonly address: string;
  /** The port of this machine's own address on which the SDK serves them to whoever connects, without bounds. */
  readonly sdkPort: number;
}

/**
 * Serves the metrics of the SDK, within bounds. Who asks at the same moment gets the same answer: the SDK is asked once.
 * Throws `Failure` `InvalidConfig` where the address cannot be listened on.
 */
export function serveMetrics({ address, sdkPort }: MetricsPlace, bounds?: ServerBounds): Promise<BoundedServer> {
  let reading: Promise<Metrics> | undefined;
  const read = (): Promise<Metrics> => {
    reading ??= readMetrics(sdkPort).finally(() => {
      reading = undefined;
    });
    return reading;
  };
  return serveBounded(
    async ({ method, url }, response) => {
      if (url?.replace(/\?.*$/s, '') !== path) return void response.writeHead(404).end(`There is ${path} here.\n`);
      if (method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end('Use GET.\n');
      const { status, type, text } = await read().catch(unread);
      response.writeHead(status, { 'content-type': type }).end(text);
    },
    { address, what: 'The metrics', setting: 'metrics.address' },
    bounds,
  );
}

interface Metrics {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function readMetrics(port: number): Promise<Metrics> {
  // An agent of its own: no proxy of the environment stands between the worker and itself.
  const request = get({ host: '127.0.0.1', port, path, agent: false, signal: AbortSignal.timeout(readMs) });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  const { statusCode: status = 502, headers } = answer;
  return { status, type: headers['content-type'] ?? 'text/plain', text: Buffer.concat(chunks).toString('utf8') };
}

function unread(error: unknown): Metrics {
  const why = error instanceof Error ? error.message : String(error);
  return { status: 502, type: 'text/plain', text: `The metrics cannot be read: ${why}\n` };
}
