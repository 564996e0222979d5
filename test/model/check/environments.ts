import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readRow } from '../../../src/cli/environments/row.ts';
import { readSource } from '../../../src/cli/environments/source.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { ObjectStore } from '../git/object-store.ts';
import { deployedIn } from '../oracle/deployed.ts';
import { type NoteLine, noteLines } from '../oracle/record-lines.ts';
import type { Sequence } from '../sequence/sequence.ts';
import { Violation } from './violation.ts';

/** Invariant 6: what `fairlead environments` says equals what a fresh clone shows. */
export async function compareWithClone(sequence: Sequence): Promise<void> {
  const { world, rig } = sequence;
  const clone = join(world.directory, 'clone');
  const mirrors = join(world.directory, 'fresh-mirrors');
  try {
    const [source, gitops] = await Promise.all(
      [world.sourceUrl, world.gitopsUrl].map(async (url, index) => {
        const directory = join(clone, String(index));
        await cloned(sequence, url, directory);
        return new ObjectStore(directory);
      }),
    );
    if (!source || !gitops) return;
    const parts = { ...sequence.parts, repositories: createGitRepositories({ cacheDir: mirrors, run: rig.git.run }) };
    const look = {
      parts,
      source: await readSource(parts.repositories.open(world.sourceUrl)),
      requests: async () => 'the model asks nobody',
      now: new Date(),
    };
    for (const [stage, names] of world.plan.stages.entries())
      for (const environment of names) {
        const row = await readRow(look, environment, stage);
        const deployed = await deployedIn({ source, gitops }, environment, rig.renders);
        const lines = noteLines(gitops, environment);
        const said = {
          error: row.error?.message,
          head: row.head,
          deployed: row.deployed && `${row.deployed.main}+${row.deployed.config}`,
          provenance: row.provenance && `${row.provenance.main}+${row.provenance.config}`,
          held: row.hold?.reason,
          heldConfig: row.hold?.config,
          promoted: row.promoted && `${row.promoted.main}+${row.promoted.config} ${row.promoted.at}`,
        };
        const held = heldBy(lines, look.now);
        const promoted = lastHealthy(lines);
        const shown = {
          error: undefined,
          head: gitops.ref(`refs/heads/${environment}`),
          deployed: deployed && `${deployed.main}+${deployed.config}`,
          provenance: deployed && `${deployed.provenance.main}+${deployed.provenance.config}`,
          held: held?.reason,
          heldConfig: held && (held.configHeld ?? false),
          promoted: promoted && `${promoted.main}+${promoted.config} ${promoted.time}`,
        };
        const [one, other] = [JSON.stringify(said), JSON.stringify(shown)];
        if (one === other) continue;
        throw new Violation(
          '6 environments equals a clone',
          `\`fairlead environments\` says of ${environment}\n${one}\n, and a fresh clone shows\n${other}\nremarks: ${JSON.stringify([row.remarks, row.ignored])}`,
        );
      }
  } finally {
    rig.git.forget(mirrors);
    for (const directory of [clone, mirrors]) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function cloned({ rig }: Sequence, url: string, directory: string): Promise<void> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1' };
  const args = ['clone', '--quiet', '--mirror', url, directory];
  const { exitCode, stderr } = await rig.git.run({ args, env, limitMs: 30_000 });
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
}

function heldBy(lines: readonly NoteLine[], now: Date): NoteLine | undefined {
  const last = lines.find(({ event }) => event === 'held' || event === 'resumed' || event === 'rolled back');
  if (last?.event === 'rolled back') return { ...last, reason: `rolled back: ${last.reason}` };
  if (last?.event !== 'held') return undefined;
  return last.until === undefined || new Date(last.until) > now ? last : undefined;
}

function lastHealthy(lines: readonly NoteLine[]): NoteLine | undefined {
  return lines.find(
    ({ event, clusters }) =>
      ['promoted', 'configured', 'rolled back'].includes(event) &&
      clusters !== undefined &&
      clusters.healthy === clusters.total,
  );
}
