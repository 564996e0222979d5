import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresPrograms } from './programs.ts';

/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const databases = ['temporal', 'temporal_visibility'] as const;

/** A PostgreSQL of this test's own, with the databases of Temporal. */
export interface Postgres {
  readonly port: number;
  /** Creates both databases, empty. */
  create(): Promise<void>;
  /** Dumps both as docs/deployment.md says, one after the other, while the server works. */
  dump(name: string): Promise<void>;
  /** Loses both. */
  drop(): Promise<void>;
  /** Creates both databases as a dump has them. */
  restore(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server below `directory`, which trusts whoever connects from this machine. */
export async function startPostgres(directory: string, port: number): Promise<Postgres> {
  const bin = postgresPrograms();
  const run = async (program: string, ...args: readonly string[]) =>
    (await promisify(execFile)(join(bin, program), [...args], nobody)).stdout.trim();
  const data = join(directory, 'data');
  await mkdir(data);
  if (nobody.uid !== undefined) for (const path of [directory, data]) await chown(path, nobody.uid, nobody.gid);
  await run('initdb', '--pgdata', data, '--username', 'temporal', '--auth', 'trust', '--no-sync');
  const server: ChildProcess = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', `${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${directory}`],
    { ...nobody, stdio: 'ignore' },
  );
  const exited = once(server, 'exit');
  const at = ['--host', '127.0.0.1', '--port', `${port}`, '--username', 'temporal'];
  for (let left = 100; ; left -= 1)
    try {
      await run('pg_isready', ...at);
      break;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  const each = async (use: (database: string) => Promise<unknown>) => {
    for (const database of databases) await use(database);
  };
  const create = () => each((database) => run('createdb', ...at, database));
  return {
    port,
    create,
    dump: async (name) => {
      const to = join(directory, name);
      await mkdir(to);
      if (nobody.uid !== undefined) await chown(to, nobody.uid, nobody.gid);
      await each((database) => run('pg_dump', ...at, '--format=custom', `--file=${join(to, database)}`, database));
    },
    drop: () => each((database) => run('dropdb', ...at, '--force', database)),
    restore: async (name) => {
      await create();
      await each((database) =>
        run('pg_restore', ...at, '--exit-on-error', `--dbname=${database}`, join(directory, name, database)),
      );
    },
    stop: async () => {
      server.kill('SIGINT');
      await exited;
    },
  };
}
