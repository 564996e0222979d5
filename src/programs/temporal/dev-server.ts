import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../find.ts';
import { goBuild } from '../go.ts';
import type { FindOptions } from '../recipe.ts';
import { officialDownload } from './official-download.ts';

/**
 * What temporal-server/go.mod pins: the newest version of the CLI that can be built from its published module alone, with server
 * 1.29.1 and the UI, and a newer SQLite. With the one that the CLI asks for, a request whose time is over while the database
 * answers can leave the database "interrupted (9)" for ever, and the server with it
 * (https://gitlab.com/cznic/sqlite/-/issues/196).
 */
export const devServerVersion = 'v1.5.1-sqlite-v1.53.0';

/**
 * Answers the path of Temporal's CLI, whose `server start-dev` is a whole server with UI: `TEMPORAL_CLI`, one on the PATH, one
 * kept from last time, the official download, or built here. Throws as `findProgram` does.
 */
export function temporalDevServer(options: FindOptions = {}): Promise<string> {
  const sources = serverSources();
  return findProgram(
    {
      name: 'temporal',
      environmentVariable: 'TEMPORAL_CLI',
      pathNames: ['temporal'],
      cacheKey: devServerVersion,
      executable: 'temporal',
      ways: [
        officialDownload('dev server', 'temporal'),
        ...(sources === undefined
          ? []
          : [
              goBuild({
                moduleDirectory: sources,
                package: 'github.com/temporalio/cli/cmd/temporal',
                output: 'temporal',
                duration: 'compiles a whole server once, 2 to 4 minutes',
              }),
            ]),
      ],
    },
    options,
  );
}

/** Finds temporal-server/ in a checkout, from the sources as well as from dist/; undefined: it is not there. */
function serverSources(): string | undefined {
  const roots = ['../../../', '../../../../'].map((up) => fileURLToPath(new URL(up, import.meta.url)));
  return roots.map((root) => join(root, 'temporal-server')).find((directory) => existsSync(join(directory, 'go.mod')));
}

/**
 * Options of `server start-dev`: a server asks each of its queues for tasks twenty times a second at most, for which
 * thousands of shards are meant. The dev server has one shard, where each step of a workflow would wait for that.
 */
export const devServerOptions = ['transfer', 'timer', 'visibility'].flatMap((queue) => [
  '--dynamic-config-value',
  `history.${queue}ProcessorMaxPollRPS=10000`,
]);
