import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { checkInStages } from '../../platform/check-environments.ts';
import { createDiskCache } from '../../render/cache/disk.ts';
import { loadSettings, type Settings } from '../../settings/settings.ts';
import { type ExitCode, exitCodeOfFailure, exitCodes } from '../exit.ts';
import type { Io } from '../io.ts';
import { sourceUrl } from '../options.ts';
import { withRenderer } from '../renderer.ts';
import { printJson } from '../report.ts';
import { openRepositories } from '../repositories.ts';
import { appendSummary } from '../view/summary.ts';
import { type NamedSource, namedSource } from './checkout.ts';
import { requestComment } from './comment.ts';
import { compareEnvironment, type DiffOrder } from './compare.ts';
import { type DiffOptions, deployedWord } from './options.ts';
import { type PlatformNow, readPlatformNow } from './platform-now.ts';
import { type DiffReport, differs } from './report.ts';
import { jsonReport } from './view/json.ts';
import { markdownComment } from './view/markdown.ts';
import { textLines } from './view/text.ts';

/** Compares what was asked for, and prints it. Throws `Failure` where nothing could be compared. */
export async function showDifferences(options: DiffOptions, io: Io): Promise<ExitCode> {
  const settings = await loadSettings(io.env);
  const source = await namedSource(options.source, io);
  const comment = options.comment && requestComment(options.comment, { source: source.url, settings, io });
  const report = await compareAll(source, options, { settings, io });
  const format = options.json ? 'json' : options.format;
  if (format === 'json') printJson(io, jsonReport(report));
  else if (format === 'markdown') io.out(markdownComment(report));
  else for (const line of textLines(report)) io.out(`${line}\n`);
  await appendSummary(options, markdownComment(report), io);
  if (comment) await comment(markdownComment(report));
  return exitCodeOf(report);
}

/** Answers the code of the first environment that could not be compared, else whether there are differences. */
function exitCodeOf({ environments }: DiffReport): ExitCode {
  for (const diff of environments) if ('failure' in diff) return exitCodeOfFailure(diff.failure.type);
  return environments.some((diff) => !('failure' in diff) && differs(diff)) ? exitCodes.differences : exitCodes.ok;
}

async function compareAll(
  source: NamedSource,
  options: DiffOptions,
  { settings, io }: { readonly settings: Settings; readonly io: Io },
): Promise<DiffReport> {
  const { environment: environments = [], mainBranch } = options;
  const repositories = openRepositories(settings, io, options);
  const now = await readPlatformNow(source, repositories, { environments, mainBranch, io });
  const names = chosenEnvironments(now, options);
  const comparison = await comparisonOf(now, names, options);
  const cache = createDiskCache({ directory: join(settings.cacheDirectory, 'leaves') });
  const configured = io.env.FAIRLEAD_SOURCE;
  const sourceRepositories = [source.url, now.platform.sourceRepository, configured && sourceUrl(configured, io)];
  try {
    return await withRenderer(settings, io, async (renderer) => {
      const compared = {
        now,
        sourceRepositories: sourceRepositories.flatMap((url) => url || []),
        tools: { renderer, cache },
      };
      const found = [];
      // One after the other, so that the manifests of one are gone from memory before the next ones come.
      for (const name of names) found.push(await compareEnvironment(compared, name, comparison));
      return { source: now.repository.url, environments: found, remarks: remarksOn(now) };
    });
  } finally {
    await cache.settled();
  }
}

/** Lists the environments to compare. Throws `Failure` InvalidInput for one that there is not, with those that there are. */
function chosenEnvironments({ platform, checkedOut }: PlatformNow, { environment }: DiffOptions): readonly string[] {
  for (const name of environment ?? []) checkInStages(name, platform);
  if (checkedOut?.environment !== undefined) return [checkedOut.environment];
  const all = platform.stages.flat();
  return environment === undefined ? all : all.filter((name) => environment.includes(name));
}

async function comparisonOf(
  { platform, mainBranch, trees }: PlatformNow,
  [environment, ...more]: readonly string[],
  { main, to, against }: DiffOptions,
): Promise<DiffOrder> {
  const branches = [mainBranch, ...platform.stages.flat()];
  const commit = main === undefined ? undefined : await trees.resolve(main, branches);
  if (against === undefined) {
    const compared = to === deployedWord ? undefined : await trees.resolve(to, branches);
    return { main: commit, with: compared === undefined ? { kind: 'deployed' } : { kind: 'commit', commit: compared } };
  }
  checkInStages(against, platform);
  const problem =
    to !== deployedWord
      ? 'It compares at one commit of main, which --main names: leave out --to.'
      : environment === undefined || more.length > 0
        ? 'Name one environment that is compared with it: --environment prod --against qa.'
        : environment === against
          ? 'That is the same environment: name another one.'
          : undefined;
  if (problem !== undefined) throw new Failure('InvalidInput', `--against ${against}: ${problem}`);
  return { main: commit, with: { kind: 'environment', name: against } };
}

function remarksOn({ leaving }: PlatformNow): readonly string[] {
  return leaving.map(
    (name) =>
      `${name} is no longer in \`stages\` of fairlead.yaml: promotions pass it by, and what is deployed there stays as it is.`,
  );
}
