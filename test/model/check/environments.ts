import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { oursFor } from '../../../src/cli/environments/requests.ts';
import { type EnvironmentRow, type RowContext, readRow } from '../../../src/cli/environments/row.ts';
import { readSource } from '../../../src/cli/environments/source.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { ObjectStore } from '../git/object-store.ts';
import { deployedIn, placesIn, type Repositories } from '../oracle/deployed.ts';
import { type NoteLine, noteLines } from '../oracle/record-lines.ts';
import type { Pair, Renders } from '../oracle/renders.ts';
import type { Sequence } from '../sequence/sequence.ts';
import type { World } from '../world/world.ts';
import { Violation } from './violation.ts';

/** Checks invariant 6 while nothing moves: what `fairlead environments` says equals what the repositories show. */
export function compareWithRepositories({ world, dependencies, rig }: Sequence): Promise<void> {
  const repositories = { source: world.source.store, gitops: world.gitops };
  return compareRows({ world, renders: rig.renders, repositories }, dependencies);
}

/** Checks the same of fresh clones, and with empty mirrors. */
export async function compareWithClone(sequence: Sequence): Promise<void> {
  const { world, rig } = sequence;
  const clone = join(world.directory, 'clone');
  const mirrors = join(world.directory, 'fresh-mirrors');
  try {
    const [source, gitops] = await Promise.all(
      [world.sourceUrl, world.gitopsUrl].map(async (url, index) => {
        const directory = join(clone, String(index));
        await cloneInto(sequence, url, directory);
        return new ObjectStore(directory);
      }),
    );
    if (!source || !gitops) return;
    const repositories = createGitRepositories({ cacheDir: mirrors, run: rig.git.run });
    const shown = { world, renders: rig.renders, repositories: { source, gitops } };
    await compareRows(shown, { ...sequence.dependencies, repositories });
  } finally {
    rig.git.forget(mirrors);
    for (const directory of [clone, mirrors]) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Where the truth about environments is read: the world, the oracle's renders, and both repositories. */
interface Truth {
  readonly world: World;
  readonly renders: Renders;
  readonly repositories: Repositories;
}

async function compareRows(truth: Truth, dependencies: Dependencies): Promise<void> {
  const { world } = truth;
  const look: RowContext = {
    dependencies,
    source: await readSource(dependencies.repositories.open(world.sourceUrl)),
    requests: async ({ name: environment, gitops }) => {
      const open = (await world.forge.requests()).filter(
        ({ state, base }) => state === 'open' && base === gitops.branch,
      );
      return open.flatMap((request) => oursFor({ source: world.sourceUrl, environment, gitops }, request));
    },
    now: new Date(),
  };
  for (const [stage, names] of world.plan.stages.entries())
    for (const environment of names) {
      const row = await readRow(look, environment, stage);
      const [said, shown] = [saidBy(row), await shownBy(truth, environment, look.now)];
      const [one, other] = [JSON.stringify(said), JSON.stringify(shown)];
      if (one === other) continue;
      throw new Violation(
        '6 environments equals a clone',
        `\`fairlead environments\` says of ${environment}\n${one}\n, and a fresh clone shows\n${other}\nremarks: ${JSON.stringify([row.remarks, row.ignored])}`,
      );
    }
}

/** What the command and the repositories must agree about. */
interface Picture {
  readonly error: string | undefined;
  readonly head: string | undefined;
  readonly deployed: string | undefined;
  readonly provenance: string | undefined;
  readonly behind: readonly (number | undefined)[] | undefined;
  readonly health: string | undefined;
  readonly held: string | undefined;
  readonly heldConfig: boolean | undefined;
  readonly promoted: string | undefined;
  readonly requests: readonly number[] | undefined;
}

function saidBy(row: EnvironmentRow): Picture {
  const { deployed, provenance, health, hold, promoted, requests } = row;
  return {
    error: row.error?.message,
    head: row.head,
    deployed: deployed && pairText(deployed),
    provenance: provenance && pairText(provenance),
    behind: deployed && [deployed.behind?.main, deployed.behind?.config],
    health: health && `${health.event} ${health.at}`,
    held: hold?.reason,
    heldConfig: hold?.config,
    promoted: promoted && `${pairText(promoted)} ${promoted.at}`,
    requests: requests?.map(({ number }) => number),
  };
}

async function shownBy({ world, renders, repositories }: Truth, environment: string, now: Date): Promise<Picture> {
  const { source, gitops } = repositories;
  const deployed = await deployedIn(repositories, environment, renders);
  const lines = noteLines(gitops, environment);
  const held = heldBy(lines, now);
  const promoted = lastHealthy(lines);
  const health = deployed && lastOutcome(lines, deployed);
  const [main, config] = [placesIn(source, 'main'), placesIn(source, environment)];
  const behind = (places: ReadonlyMap<string, number>, sha: string) =>
    places.size - 1 - (places.get(sha) ?? Number.NaN);
  const open = (await world.forge.requests()).filter(({ state, base, head }) => {
    return state === 'open' && base === environment && ownBranches(environment).test(head.branch);
  });
  return {
    error: undefined,
    head: gitops.ref(`refs/heads/${environment}`),
    deployed: deployed && pairText(deployed),
    provenance: deployed && pairText(deployed.provenance),
    behind: deployed && [behind(main, deployed.main), behind(config, deployed.config)],
    health: health && `${health.event} ${health.time}`,
    held: held?.reason,
    heldConfig: held && (held.configHeld ?? false),
    promoted: promoted && `${promoted.main}+${promoted.config} ${promoted.time}`,
    requests: open.map(({ number }) => number),
  };
}

function ownBranches(environment: string): RegExp {
  return new RegExp(`^((deploy|rollback)/[0-9a-f]{40}|configure)/${environment}$`);
}

function pairText({ main, config }: Pair): string {
  return `${main}+${config}`;
}

async function cloneInto({ rig }: Sequence, url: string, directory: string): Promise<void> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1' };
  const args = ['clone', '--quiet', '--mirror', url, directory];
  const { exitCode, stderr } = await rig.git.run({ args, env, limitMs: 30_000 });
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
}

function heldBy(lines: readonly NoteLine[], now: Date): NoteLine | undefined {
  const isBack = ({ event, operation }: NoteLine) =>
    event === 'rolled back' || (event === 'deployed' && operation === 'rollback');
  const last = lines.find((line) => line.event === 'held' || line.event === 'resumed' || isBack(line));
  if (last && isBack(last)) return { ...last, reason: `rolled back: ${last.reason}` };
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

function lastOutcome(lines: readonly NoteLine[], { main, config }: Pair): NoteLine | undefined {
  return lines.find(
    (line) =>
      ['promoted', 'configured', 'rolled back', 'accepted', 'given up'].includes(line.event) &&
      line.main === main &&
      line.config === config,
  );
}
