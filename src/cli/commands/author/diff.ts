import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { Failure } from '../../../failure.ts';
import { checkInStages } from '../../../platform/check-environments.ts';
import { createDiskCache } from '../../../render/cache/disk.ts';
import { loadSettings, type Settings } from '../../../settings/settings.ts';
import { type NamedSource, namedSource } from '../../diff/checkout.ts';
import { requestComment } from '../../diff/comment.ts';
import { compareEnvironment, type DiffOrder } from '../../diff/compare.ts';
import { type PlatformNow, readPlatformNow } from '../../diff/platform-now.ts';
import { type DiffReport, differs } from '../../diff/report.ts';
import { jsonReport } from '../../diff/view/json.ts';
import { markdownComment } from '../../diff/view/markdown.ts';
import { textLines } from '../../diff/view/text.ts';
import { type ExitCode, exitCodeOfFailure, exitCodes, exitCodeWords } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption, type MainBranchOption } from '../../main-branch.ts';
import { addJsonOption, addSummaryOption, collectValues, type SummaryOption, sourceUrl } from '../../options.ts';
import { withRenderer } from '../../renderer.ts';
import { printJson } from '../../report.ts';
import { openRepositories } from '../../repositories.ts';
import { appendSummary } from '../../view/summary.ts';

interface DiffOptions extends MainBranchOption, SummaryOption {
  readonly source?: string;
  readonly main?: string;
  readonly environment?: readonly string[];
  readonly to: string;
  readonly against?: string;
  readonly format: 'text' | 'markdown' | 'json';
  readonly json?: boolean;
  /** The number of a pull request; true: the one of the CI job. */
  readonly comment?: string | true;
}

/** The word of `--to` for what the GitOps branches hold. */
const deployedWord = 'deployed';

/** Adds `fairlead diff`. */
export function addDiff(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addSummaryOption(addMainBranchOption(addJsonOption(program.command('diff'))))
    .summary('show what would change')
    .description(
      'Shows for every environment the objects that would be added, changed and removed, field by field, removals first. In a checkout of main or of a config branch its files are what is looked at, whether they are committed or not; everything else is read from the remote. Needs no Temporal. Values of Secrets are never shown.',
    )
    .option(
      '--source <url|dir>',
      'the platform source repository, or a checkout of it (default: this directory, else FAIRLEAD_SOURCE)',
    )
    .option(
      '--main <rev>',
      "commit, branch or tag with the bases (default: the checkout; main's head; for a config branch, what is deployed)",
    )
    .option('--environment <name>', 'only this environment; may be repeated (default: all)', collectValues)
    .option(
      '--to <deployed|rev>',
      'what it is compared with: the GitOps branches, or another commit of main',
      deployedWord,
    )
    .option('--against <environment>', 'compare with another environment, at the same commit of main')
    .addOption(new Option('--format <format>', 'how it is shown').choices(['text', 'markdown', 'json']).default('text'))
    .option(
      '--comment [number]',
      'write it on a pull request of the source, once, and edit it later (default: of the CI job)',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead diff                                   in a checkout: what would change where
  $ fairlead diff --main v1.4.0 --to v1.3.0         two commits of main
  $ fairlead diff --environment prod --against qa   two environments
  $ fairlead diff --format markdown > comment.md    for a pull request
  $ fairlead diff --comment                         on the pull request of a job of GitHub Actions or Gitea

Exit codes: ${exitCodeWords(0)}: there is no difference; ${exitCodeWords(exitCodes.differences, 2, 3)}.`,
    )
    .action(async (options: DiffOptions) => done(await showDifferences(options, io)));
}

async function showDifferences(options: DiffOptions, io: Io): Promise<ExitCode> {
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
