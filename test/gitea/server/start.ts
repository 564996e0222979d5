import { execFile } from 'node:child_process';
import { chown, copyFile, cp, link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RigDirectory, rigDirectory } from '../../flux/cluster/directory.ts';
import { startProgram, untilReady } from '../../flux/cluster/program.ts';
import { freePorts } from '../../support/network/free-ports.ts';
import { type GiteaProgram, giteaProgram } from '../program/program.ts';
import { placeForAnyUser } from './place.ts';
import { serverSettings } from './settings.ts';

/** A Gitea while it runs on this machine. */
export interface RunningGitea {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A token of its administrator. */
  readonly adminToken: string;
  /** Rejects with the end of its log when it ends by itself. */
  readonly ended: Promise<never>;
  /** Ends it, and removes all that it kept. */
  close(): Promise<void>;
}

/** Gitea refuses to run as root; this user owns nothing on a machine. */
const nobody = { uid: 65_534, gid: 65_534 };
const run = promisify(execFile);

/**
 * Starts a Gitea with an empty database in a directory of its own, as a user that is not root. It is built first where it is not
 * there yet, which takes minutes, once.
 */
export async function startGitea(options: { readonly signal?: AbortSignal } = {}): Promise<RunningGitea> {
  const program = await giteaProgram(options);
  const directory = await rigDirectory('gitea', isRoot() ? await placeForAnyUser() : undefined);
  try {
    return await startIn(directory, program);
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

async function startIn(directory: RigDirectory, program: GiteaProgram): Promise<RunningGitea> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const { user, executable, staticRoot } = await readableBy(directory.path, program);
  const settings = join(directory.path, 'app.ini');
  await writeFile(settings, serverSettings({ directory: directory.path, staticRoot, port }));
  if (user) for (const path of [directory.path, settings]) await chown(path, user.uid, user.gid);
  const env = { USER: user ? 'nobody' : (process.env.USER ?? 'gitea'), GITEA_WORK_DIR: directory.path };
  const server = startProgram(directory, {
    name: 'gitea',
    path: executable,
    args: ['web', '--config', settings],
    env,
    ...(user && { user }),
  });
  const close = async () => {
    await server.stop();
    await directory.remove();
  };
  try {
    await untilReady({ name: 'gitea', program: server, directory }, () => isHealthy(url));
    const create = ['admin', 'user', 'create', '--admin', '--username', 'root', '--email', 'root@gitea.example'];
    const secret = [
      '--random-password',
      '--access-token',
      '--access-token-name',
      'rig',
      '--access-token-scopes',
      'all',
    ];
    const { stdout } = await run(executable, [...create, ...secret, '--config', settings], {
      cwd: directory.path,
      env: { ...env, HOME: directory.path, PATH: process.env.PATH },
      ...user,
    });
    const [adminToken] = /\b[0-9a-f]{40}\b/.exec(stdout) ?? [];
    if (adminToken === undefined) throw new Error(`Gitea gave its administrator no token: ${stdout}`);
    return { url, adminToken, ended: server.ended, close };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Where we are root, puts the program and what it reads to where another user may read it. */
async function readableBy(directory: string, { executable, staticRoot }: GiteaProgram) {
  if (!isRoot()) return { executable, staticRoot, user: undefined };
  const own = { executable: join(directory, 'gitea'), staticRoot: join(directory, 'static'), user: nobody };
  // A link costs nothing; it is not possible where the cache is on another disk.
  await link(executable, own.executable).catch(() => copyFile(executable, own.executable));
  await cp(staticRoot, own.staticRoot, { recursive: true });
  await run('chown', ['-R', `${nobody.uid}:${nobody.gid}`, own.staticRoot]);
  return own;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/healthz`)).ok;
  } catch {
    return false;
  }
}
