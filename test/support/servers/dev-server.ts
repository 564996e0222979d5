import { type ClientOptionsForTestEnv, TestWorkflowEnvironment } from '@temporalio/testing';
import { devServerOptions } from '../../../src/programs/temporal/dev-server.ts';
import { searchAttributeKeys } from '../temporal-search-attributes.ts';
import { startPatiently } from './patient-start.ts';

/** How a dev server differs from the others of the tests. */
export interface DevServerOptions {
  /** The path of Temporal's program. */
  readonly path: string;
  /** The file of its database. Default: it has one in memory. */
  readonly database?: string;
  /** What it writes to the log. Default: errors. */
  readonly log?: 'error' | 'never';
  /** Arguments beside those that every dev server of ours has. */
  readonly more?: readonly string[];
  readonly client?: ClientOptionsForTestEnv;
}

/** Starts a dev server of a test's own, with the search attributes and the settings that the product asks for. */
export function startDevServer({ path, database, log = 'error', more = [], client }: DevServerOptions) {
  return startPatiently(() =>
    TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path },
        searchAttributes: searchAttributeKeys,
        ...(database !== undefined && { dbFilename: database }),
        log: { format: 'pretty', level: log },
        extraArgs: [...devServerOptions, ...more],
      },
      ...(client && { client }),
    }),
  );
}
