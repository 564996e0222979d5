import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { promotionId } from '../../src/operation/messages.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { shortSha } from '../../src/short-names.ts';
import { createNarrator } from '../narrator.ts';
import { cliCommand } from '../rig/cli.ts';
import { type Rig, withRig } from '../rig/rig.ts';
import { firstCommit } from '../scenes/first-commit.ts';
import { withStage } from '../scenes/stage.ts';
import { takeScreenshot } from './screenshot.ts';
import { terminalSvg } from './terminal-svg.ts';

/** Makes the pictures of README.md, from the demo while its first commit waits in prod: `npm run docs:images`. */

/** The columns of the terminal: what is longer would make a README's picture too small to be read. */
const columns = 112;

const title = 'fairlead status and fairlead environments, while a promotion waits in prod';
const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort(new Error(signal)));

await withRig({ flux: false, gitea: false, regions: 3, signal: interrupt.signal }, (rig) =>
  withStage(rig, createNarrator(), async (stage) => {
    await firstCommit(stage);
    const { firstCommit: commit } = rig.world;
    await writeFile(`${images}status.svg`, terminalSvg(title, await terminal(rig, commit)));
    const url = stage.page(promotionId(platformId(rig.world.source), commit));
    await takeScreenshot({
      url,
      tab: 'User Metadata',
      text: 'awaiting approval',
      file: `${images}temporal-ui.png`,
      width: 1600,
      height: 860,
    });
  }),
);
// What was told to stop may still wait for answers that nobody gives any more.
process.exit();

/** What a person sees who has set FAIRLEAD_SOURCE: the promotion, and what is deployed where. */
async function terminal(rig: Rig, commit: string): Promise<readonly string[]> {
  const lines = [];
  for (const args of [['status', shortSha(commit)], ['environments']]) {
    const [program, ...script] = cliCommand;
    // The promotion waits for a person, which is the code 4.
    const { stdout } = await execa(program, [...script, ...args], { env: rig.env, extendEnv: false, reject: false });
    if (stdout === '') throw new Error(`fairlead ${args.join(' ')} says nothing`);
    lines.push(`$ fairlead ${args.join(' ')}`, ...stdout.split('\n').map(shownAs(rig)), '');
  }
  return lines.slice(0, -1).map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line));
}

/** The stand-ins have other ports each time. */
function shownAs({ world, temporal }: Rig): (line: string) => string {
  const { host } = new URL(world.forge.url);
  const names = [
    [world.forge.url, 'https://git.example.com'],
    [temporal.uiUrl, 'https://temporal.example.com'],
    [host, 'git.example.com'],
    [encodeURIComponent(host), 'git.example.com'],
  ] as const;
  return (line) => names.reduce((text, [name, shown]) => text.replaceAll(name, shown), line);
}
