import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { shortSha } from '../src/short-names.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import { type Rig, withRig } from './rig/rig.ts';
import type { RegionCount } from './sample/environments.ts';
import type { Awaited } from './scenes/fix.ts';
import { tellStory } from './story.ts';

/** What is chosen on the command line. */
interface Choices {
  readonly keep?: boolean;
  readonly flux?: boolean;
  readonly gitea?: boolean;
  readonly regions: '1' | '2' | '3';
}

const {
  keep,
  flux = false,
  gitea = false,
  ...choices
} = new Command('npm run demo --')
  .description(
    'Fairlead on this machine: a forge, a fleet of nine clusters, Temporal and a worker, and a story of less than three minutes.',
  )
  .option('--keep', 'leave everything running afterwards, and print commands to try')
  .option(
    '--flux',
    'make the clusters of real parts (etcd, Kubernetes, Flux), which are built first, once; each takes 600 MB of memory',
  )
  .option('--gitea', 'make the forge a real Gitea, which is built first, once')
  .addOption(
    new Option('--regions <count>', 'the regions of the fleet, in each of which every environment has a cluster')
      .choices(['1', '2', '3'])
      .default('3'),
  )
  .parse()
  .opts<Choices>();
const regions = Number(choices.regions) as RegionCount;

const interrupt = new AbortController();
// A second signal, such as the one that tsx passes on, must not end what the first one began to clean up.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => interrupt.abort(new Error(`interrupted (${signal})`)));

const narrator = createNarrator();
try {
  const clusters = `${{ 1: 'three', 2: 'six', 3: 'nine' }[regions]} clusters${flux ? ' with real Kubernetes and Flux' : ''}`;
  narrator.scene(
    `Setting up: ${gitea ? 'a real Gitea' : 'a forge'}, ${clusters}, Temporal and a worker, all on this machine`,
  );
  await withRig({ flux, gitea, regions, signal: interrupt.signal }, async (rig) => {
    introduce(rig, narrator);
    const awaited = await tellStory(rig, narrator, (url) => approve(url, narrator, interrupt.signal));
    if (!keep) return;
    showCommands(rig, awaited, narrator);
    await once(interrupt.signal, 'abort');
  });
  narrator.tell('Done; nothing is left running.');
} catch (error) {
  if (interrupt.signal.aborted) narrator.tell('Stopped; nothing is left running.');
  else process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = interrupt.signal.aborted ? (keep ? 0 : 130) : 1;
}
// What was told to stop may still wait for answers that nobody gives any more.
process.exit();

function introduce({ temporal, world }: Rig, { tell }: Narrator): void {
  tell(`Temporal UI:   ${temporal.uiUrl}`);
  for (const repository of new Set(world.environments.map((each) => each.gitopsRepository)))
    tell(`Pull requests: ${world.forge.url}/${repository}/pulls`);
  tell(`Source:        ${world.source} (FAIRLEAD_SOURCE, so that no command must name it)`);
}

/** Asks for the approval on a terminal, and gives it by itself otherwise. Answers who approved. */
async function approve(url: string, { tell }: Narrator, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) {
    tell(`  prod waits for an approval of ${url}; the script gives it`);
    return 'ann';
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`\n  Look at ${url}\n  Press Enter to approve it: `, { signal });
    return answer.trim() || 'you';
  } finally {
    terminal.close();
  }
}

/** Prints commands to try while everything keeps running. */
function showCommands({ env, world, temporal }: Rig, { commit, prod }: Awaited, { scene, lines }: Narrator): void {
  scene('Everything keeps running. In another terminal, in this directory (the commands above work there, too):');
  const names = ['TEMPORAL_ADDRESS', 'FAIRLEAD_SETTINGS', 'FAIRLEAD_DEMO_TOKEN', 'FAIRLEAD_SOURCE'];
  lines([
    ...names.map((name) => `  export ${name}=${env[name]}`),
    '  fairlead() { npm run --silent fairlead -- "$@"; }',
    '',
    '  fairlead status',
    '  fairlead environments',
    '  fairlead history qa',
    `  fairlead approve ${shortSha(commit)} prod --head ${shortSha(prod.request?.head ?? '')}   # the fix, in prod`,
    '  fairlead hold dev --reason "let me look around"',
    '  fairlead resume dev',
    '  fairlead rollback dev --reason "let me see it go back"',
    `  fairlead render --source ${world.source} --main main --environment dev --out /tmp/dev`,
    `  git clone ${world.source}   # user x-access-token, password $FAIRLEAD_DEMO_TOKEN`,
    '',
    `  The Temporal UI is at ${temporal.uiUrl}.`,
    `  ${world.fleet.hint}`,
    '  Ctrl-C here ends it all.',
  ]);
}
