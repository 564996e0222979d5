import { join } from 'node:path';
import { freePorts } from '../../support/network/free-ports.ts';
import type { RigDirectory } from './directory.ts';
import { type RunningProgram, startProgram, untilReady } from './program.ts';

/** An etcd that several API servers share, each below a prefix of its own. */
export interface RunningEtcd {
  readonly url: string;
  readonly program: RunningProgram;
}

/** Starts an etcd that never waits for a disk. */
export async function startEtcd(path: string, directory: RigDirectory): Promise<RunningEtcd> {
  const [client, peer] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
  const args = [
    `--data-dir=${join(directory.path, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  const program = startProgram(directory, { name: 'etcd', path, args });
  await untilReady({ name: 'etcd', program, directory }, async () => {
    const answer = await fetch(`${client}/health`).catch(() => undefined);
    return answer?.ok ?? false;
  });
  return { url: client ?? '', program };
}
