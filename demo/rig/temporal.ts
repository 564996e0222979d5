import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { devServerOptions } from '../programs/temporal-dev-server.ts';
import { type Child, startChild } from './child.ts';

/** Temporal's dev server while it runs. */
export interface RunningTemporal {
  readonly address: string;
  readonly uiUrl: string;
  readonly child: Child;
}

/** Starts Temporal's dev server with its UI, in memory, on free ports. */
export async function startTemporal(program: string, logFile: string): Promise<RunningTemporal> {
  const [port, uiPort] = await Promise.all([freePort(), freePort()]);
  const address = `127.0.0.1:${port}`;
  const ports = ['--ip', '127.0.0.1', '--port', `${port}`, '--ui-port', `${uiPort}`];
  const command = [program, 'server', 'start-dev', ...ports, '--log-level', 'error', ...devServerOptions];
  const child = startChild({ name: 'The Temporal dev server', command, env: process.env, logFile });
  try {
    await Promise.race([untilItAnswers(address), child.ended]);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { address, uiUrl: `http://127.0.0.1:${uiPort}`, child };
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
