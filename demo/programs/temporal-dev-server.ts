import { findProgram } from '../../src/programs/find.ts';
import type { FindOptions } from '../../src/programs/recipe.ts';
import { goInstall } from './go-install.ts';
import { officialDownload } from './official-download.ts';

/**
 * The newest version of the CLI that can be built from its published module alone. It carries server 1.29.1 and the UI.
 */
const version = 'v1.5.1';

/**
 * Answers the path of Temporal's CLI, whose `server start-dev` is a whole server with UI: `TEMPORAL_CLI`, one on the PATH, one
 * kept from last time, the official download, or built here. Throws as `findProgram` does.
 */
export function temporalDevServer(options: FindOptions = {}): Promise<string> {
  return findProgram(
    {
      name: 'temporal',
      environmentVariable: 'TEMPORAL_CLI',
      pathNames: ['temporal'],
      cacheKey: version,
      executable: 'temporal',
      ways: [
        officialDownload('dev server', 'temporal'),
        goInstall({
          package: 'github.com/temporalio/cli/cmd/temporal',
          version,
          duration: 'compiles a whole server once, 2 to 4 minutes',
        }),
      ],
    },
    options,
  );
}

/**
 * Options of `server start-dev`: a server asks each of its queues for tasks twenty times a second at most, for which
 * thousands of shards are meant. The dev server has one shard, where each step of a workflow would wait for that.
 */
export const devServerOptions = ['transfer', 'timer', 'visibility'].flatMap((queue) => [
  '--dynamic-config-value',
  `history.${queue}ProcessorMaxPollRPS=10000`,
]);
