import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { ensureRenderer } from '../../src/render/renderer/ensure.ts';
import { startDevServer } from '../support/servers/dev-server.ts';
import { guarded } from '../support/servers/temporal-guard.ts';

/** What all runs share: a dev server and the built product. */
export interface CrashRig {
  readonly address: string;
  readonly client: Client;
  readonly program: string;
  readonly bundle: string;
  readonly renderer: string;
  close(): Promise<void>;
}

/** Starts a dev server. Workers run the built product, as in the image: `npm run build` has made it. */
export async function startRig(): Promise<CrashRig> {
  const [program, bundle] = ['src/cli/main.js', 'workflows.js'].map((file) =>
    fileURLToPath(new URL(`../../dist/${file}`, import.meta.url)),
  );
  if (!program || !bundle || !existsSync(bundle)) throw new Error('There is no dist: run `npm run build` first.');
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-crash-'));
  const path = await guarded(await temporalDevServer(), { directory, name: 'temporal', cleansUp: true });
  const renderer = await ensureRenderer();
  // It complains of each query whose worker was killed.
  const server = await startDevServer({ path, log: 'never' });
  const connection = await Connection.connect({ address: server.address });
  return {
    address: server.address,
    client: new Client({ connection }),
    program,
    bundle,
    renderer,
    close: async () => {
      await connection.close();
      await server.teardown();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
