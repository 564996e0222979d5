import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureRenderer } from '../src/render/renderer/ensure.ts';
import type { Order, Result } from './render/fairlead.ts';
import { commitFiles, git } from './render/files.ts';
import { prepareLoop } from './render/loop.ts';
import { watchMemory } from './render/memory.ts';
import { type GeneratedPlatform, generatePlatform, mainReference, oneBaseChange } from './render/platform.ts';
import { findLoopTools } from './render/tools.ts';

const targets = { coldRatio: 50, peakBytes: 600 * 2 ** 20, changeMs: 300 };
/** How often a base changes: a worker that has just started is slower than one that has done it before. */
const changeRuns = 6;
const sourceUrl = 'https://git.example.com/acme/platform-src';

const { values } = parseArgs({
  options: {
    bases: { type: 'string', default: '200' },
    groups: { type: 'string', default: '5' },
    'skip-loop': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

/** What stands for a worker is compiled as a worker is: the sources as they are take longer, and memory. */
const compiled = new URL('../dist/bench/render/fairlead.js', import.meta.url);
const profilingArgs = ['--cpu-prof', '--cpu-prof-dir=dist/profiles'];

const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
try {
  await bench(generatePlatform({ bases: Number(values.bases), groups: Number(values.groups) }));
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function bench(platform: GeneratedPlatform): Promise<void> {
  const { leaves } = platform;
  const renderer = await ensureRenderer();
  console.log(
    `${Number(values.bases)} bases, ${Number(values.groups)} groups, ${leaves.length} leaves; ${availableParallelism()} cores`,
  );
  const [source, gitops] = [await bareRepository('source.git'), await bareRepository('gitops.git')];
  const config = await commitFiles(source, 'dev', referringToMain(platform));
  const main = await commitFiles(source, 'main', platform.main);
  await commitFiles(gitops, 'dev', new Map([['README.md', 'GitOps\n']]));
  const order: Order = {
    source,
    gitops,
    mirrors: join(directory, 'mirrors'),
    leaves: join(directory, 'leaves'),
    renderer,
    main,
    config,
  };

  const loop = values['skip-loop'] ? undefined : await runLoop(platform);

  const worker = fork(compiled, { stdio: 'inherit', execArgv: values.profile ? profilingArgs : [] });
  const memory = watchMemory(worker.pid ?? 0);
  const cold = await renderOn(worker, order);
  printRow(`Fairlead, cold: ${cold.objects} objects, ${cold.changedFiles} files`, cold.totalMs, cold);
  if (loop) await checkAgainstLoop({ gitops, commit: cold.commit }, platform, loop);
  await git(gitops, 'update-ref', 'refs/heads/dev', cold.commit);
  const changes: number[] = [];
  for (let deployed = main, turn = 1; turn <= changeRuns; turn++) {
    const next = await commitFiles(source, 'main', oneBaseChange(platform, turn));
    const change = await renderOn(worker, { ...order, main: next, deployed });
    const nth = turn === 1 ? 'the first time' : `time ${turn}`;
    printRow(`Fairlead, one base changed, ${nth}: ${change.changedFiles} files`, change.totalMs, change);
    await git(gitops, 'update-ref', 'refs/heads/dev', change.commit);
    changes.push(change.totalMs);
    deployed = next;
  }
  const peak = await memory.stop();
  worker.disconnect();
  await once(worker, 'exit');

  if (loop)
    printVerdict(
      `cold is ${(loop.totalMs / cold.totalMs).toFixed(1)} times as fast as the loop`,
      loop.totalMs / cold.totalMs >= targets.coldRatio,
      `${targets.coldRatio} times`,
    );
  // The first one finds no plan of a promotion over a deployed commit yet.
  const changeMs = changes.slice(1).sort((a, b) => a - b)[(changes.length - 1) >> 1] ?? Number.POSITIVE_INFINITY;
  printVerdict(
    `one base changed took ${Math.round(changeMs)} ms, the median of all but the first`,
    changeMs < targets.changeMs,
    `${targets.changeMs} ms`,
  );
  printVerdict(
    `peak memory of all processes was ${Math.round(peak / 2 ** 20)} MiB`,
    peak > 0 && peak < targets.peakBytes,
    `${targets.peakBytes / 2 ** 20} MiB`,
  );
}

async function runLoop(platform: GeneratedPlatform) {
  const loop = await prepareLoop(join(directory, 'loop'), platform, await findLoopTools());
  const totalMs = await loop.run();
  printRow('shell loop: kustomize build / helm template, git add, commit', totalMs);
  return { ...loop, totalMs };
}

async function bareRepository(name: string): Promise<string> {
  const path = join(directory, name);
  await mkdir(path);
  await git(path, 'init', '--quiet', '--bare', '--initial-branch=main');
  return path;
}

function referringToMain({ config }: GeneratedPlatform): ReadonlyMap<string, string> {
  const url = (text: string) => text.replaceAll(new RegExp(`${mainReference}(\\S+)`, 'g'), `${sourceUrl}//$1?ref=main`);
  return new Map([...config].map(([path, text]) => [path, url(text)]));
}

async function renderOn(worker: ChildProcess, order: Order): Promise<Result> {
  const answer = once(worker, 'message');
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`The worker ended with exit code ${code}.`);
  });
  worker.send(order);
  const [result] = await Promise.race([answer, ended]);
  return result;
}

/**
 * Throws where both did not do the same work: equal bytes from kustomize, as many objects from a chart (whose form
 * differs).
 */
async function checkAgainstLoop(
  { gitops, commit }: { readonly gitops: string; readonly commit: string },
  { leaves }: GeneratedPlatform,
  loop: Pick<Awaited<ReturnType<typeof prepareLoop>>, 'outputOf'>,
): Promise<void> {
  const archive = join(directory, 'checked');
  await git(gitops, 'worktree', 'add', '--quiet', '--detach', archive, commit);
  for (const leaf of leaves) {
    const name = leaf.path.slice(leaf.path.lastIndexOf('/') + 1);
    const ours = await readFile(join(archive, leaf.group, leaf.path, `${name}.yaml`), 'utf8');
    const theirs = await loop.outputOf(leaf);
    const same = leaf.style === 'chart' ? kindLines(ours) === kindLines(theirs) : ours === theirs;
    if (!same)
      throw new Error(`${leaf.group}/${leaf.path} differs from what the loop printed:\n${ours}\n---\n${theirs}`);
  }
  await git(gitops, 'worktree', 'remove', '--force', archive);
}

function kindLines(text: string): string {
  return (text.match(/^kind: .*$/gm) ?? []).sort().join();
}

function printRow(what: string, totalMs: number, times?: Result): void {
  const detail = times ? `  (render ${Math.round(times.renderMs)}, commit and push ${Math.round(times.commitMs)})` : '';
  console.log(`${`${Math.round(totalMs)} ms`.padStart(10)}  ${what}${detail}`);
}

function printVerdict(what: string, reached: boolean, target: string): void {
  console.log(`${reached ? 'reached' : 'MISSED '}  ${what} (target ${target})`);
  if (!reached) process.exitCode = 1;
}
