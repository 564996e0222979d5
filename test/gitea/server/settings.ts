import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** Where a server keeps things, and where it listens. */
export interface ServerPlace {
  readonly directory: string;
  readonly staticRoot: string;
  readonly port: number;
}

/** Writes app.ini: a server for this machine alone, which mails nobody, asks nobody, and keeps everything in its directory. */
export function serverSettings({ directory, staticRoot, port }: ServerPlace): string {
  const sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
    '': { APP_NAME: 'Gitea', RUN_MODE: 'prod', WORK_PATH: directory },
    server: {
      PROTOCOL: 'http',
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: port,
      ROOT_URL: `http://127.0.0.1:${port}/`,
      STATIC_ROOT_PATH: staticRoot,
      APP_DATA_PATH: join(directory, 'data'),
      OFFLINE_MODE: true,
      DISABLE_SSH: true,
      LFS_START_SERVER: false,
    },
    database: { DB_TYPE: 'sqlite3', PATH: join(directory, 'gitea.db'), SQLITE_JOURNAL_MODE: 'WAL' },
    repository: { ROOT: join(directory, 'repositories'), DEFAULT_BRANCH: 'main', DISABLE_STARS: true },
    security: { INSTALL_LOCK: true, SECRET_KEY: randomBytes(32).toString('hex'), PASSWORD_HASH_ALGO: 'pbkdf2_v1' },
    service: { DISABLE_REGISTRATION: true, ENABLE_NOTIFY_MAIL: false },
    log: { MODE: 'console', LEVEL: 'Warn' },
    indexer: { ISSUE_INDEXER_TYPE: 'db' },
    session: { PROVIDER: 'memory' },
    picture: { DISABLE_GRAVATAR: true, ENABLE_FEDERATED_AVATAR: false },
    cron: { ENABLED: false },
    // Nobody runs anything: a run that is made waits. Where a repository has no workflow, none is made.
    actions: { ENABLED: true },
    packages: { ENABLED: false },
    mailer: { ENABLED: false },
  };
  return Object.entries(sections)
    .map(([name, keys]) => [
      ...(name === '' ? [] : [`[${name}]`]),
      ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`),
    ])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}
