import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { devServerOptions } from '../../programs/temporal/dev-server.ts';
import { type Child, startChild } from './child.ts';

/** Temporal's dev server while it runs. */
export interface RunningTemporal {
  readonly address: string;
  readonly uiUrl: string;
  readonly child: Child;
}

/** How the dev server is started. */
export interface TemporalStart {
  readonly program: string;
  readonly logFile: string;
  /** The file in which everything is kept. Default: nothing is. */
  readonly database?: string;
  /** Default: free ones. */
  readonly ports?: { readonly server: number; readonly ui: number };
}

/** Starts Temporal's dev server with its UI, on this machine only. */
export async function startTemporal({ program, logFile, database, ports }: TemporalStart): Promise<RunningTemporal> {
  const { server, ui } = ports ?? { server: await freePort(), ui: await freePort() };
  const address = `127.0.0.1:${server}`;
  const listening = ['--ip', '127.0.0.1', '--port', `${server}`, '--ui-port', `${ui}`];
  const kept = database === undefined ? [] : ['--db-filename', database];
  const command = [program, 'server', 'start-dev', ...listening, ...kept, '--log-level', 'error', ...devServerOptions];
  // It does not start for a user whom the machine does not know, as in a container, unless a variable names one.
  const env = { USER: 'fairlead', ...process.env };
  const child = startChild({ name: 'The Temporal dev server', command, env, logFile });
  try {
    await Promise.race([untilItAnswers(address), child.ended]);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { address, uiUrl: `http://127.0.0.1:${ui}`, child };
}

async function untilItAnswers(address: string): Promise<void> {
  for (const until = Date.now() + 60_000; ; await pause(200)) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      return await connection.close();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** Answers the wanted port of this machine if nobody has it, else any free one. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(wanted, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort();
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
