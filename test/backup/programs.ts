import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../src/programs/find.ts';
import { goBuild } from '../../src/programs/go.ts';

const moduleDirectory = fileURLToPath(new URL('./programs', import.meta.url));

/** Finds or builds one of Temporal's programs, at the version that programs/go.mod pins. */
function temporalProgram(name: string, variable: string, path: string): Promise<string> {
  const sources = ['go.mod', 'go.sum'].map((file) => readFileSync(join(moduleDirectory, file)));
  return findProgram({
    name,
    environmentVariable: variable,
    pathNames: [name],
    cacheKey: createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 20),
    executable: name,
    ways: [
      goBuild({
        moduleDirectory,
        package: path,
        output: name,
        duration: 'compiles a whole server once, 2 to 4 minutes',
      }),
    ],
  });
}

/** The server as it is deployed: services that keep everything in a database. */
export const temporalServer = () =>
  temporalProgram('temporal-server', 'TEMPORAL_SERVER', 'go.temporal.io/server/cmd/server');

/** Makes the schema of the server's databases. */
export const temporalSqlTool = () =>
  temporalProgram('temporal-sql-tool', 'TEMPORAL_SQL_TOOL', 'go.temporal.io/server/cmd/tools/sql');

/** Answers the directory of PostgreSQL's programs: `POSTGRES_BIN`, or where `pg_config` says. */
export function postgresPrograms(): string {
  return process.env.POSTGRES_BIN ?? execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim();
}
