import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { composeEnvironment } from '../../gitops/compose-environment.ts';
import { configFile, platformAt } from '../../gitops/platform-file.ts';
import { checkInStages } from '../../platform/check-environments.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { BranchChanges } from '../../render/layout/compose.ts';
import type { HeldFiles } from '../../render/platform.ts';
import type { SourceTree } from '../../render/types.ts';
import { loadSettings } from '../../settings/settings.ts';
import { shortSha } from '../../short-names.ts';
import { countOf } from '../../text/count-of.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import type { Io } from '../io.ts';
import type { MainBranchOption } from '../main-branch.ts';
import { sourceFrom, sourceUrl } from '../options.ts';
import { readOutDirectory, writeChanges } from '../out-directory.ts';
import { withRenderer } from '../renderer.ts';
import { printJson, printLines } from '../report.ts';
import { openRepositories } from '../repositories.ts';
import { openCheckout } from '../validate/checkout.ts';

/** What the command is asked for. */
export interface RenderCommandOptions extends MainBranchOption {
  readonly source?: string;
  readonly main: string;
  readonly environment: string;
  readonly config?: string;
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** The result of a render, as `--json` prints it. */
interface RenderReport {
  readonly environment: string;
  readonly main: Sha;
  readonly config: Sha;
  readonly out: string;
  /** Group → the folders of its leaves. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly leaves: number;
  readonly objects: number;
  /** The paths of assignments whose base is not in this commit of main. */
  readonly waiting: readonly string[];
  /** What is wrong and stops nothing, in a sentence each. */
  readonly warnings: readonly string[];
  /** Where a placeholder stands for what the GitOps branch holds, in a sentence each. */
  readonly placeholders: readonly string[];
  readonly written: number;
  readonly removed: number;
}

/** Renders an environment, writes it to the directory, and prints what it holds. Throws `Failure`. */
export async function renderToDirectory(options: RenderCommandOptions, io: Io): Promise<ExitCode> {
  const settings = await loadSettings(io.env);
  const url = sourceFrom(options, io);
  const source = openRepositories(settings, io, options).open(url);
  const out = resolve(io.cwd, options.out);
  const branch = await readOutDirectory(out, options.force === true);
  const main = await commitAt(source, options.main);
  const config = await configCommit(source, options, main);
  const { environment } = options;
  const alsoKnownAs = await otherAddresses(url, io);
  const { rendered, changes } = await withRenderer(settings, io, (renderer) =>
    composeEnvironment({ source, alsoKnownAs, environment, main, config, renderer, branch, held: heldIn(branch) }),
  );
  await writeChanges(out, changes);
  const leaves = [...rendered.leaves.values()].flat();
  const report: RenderReport = {
    environment,
    main,
    config,
    out,
    groups: Object.fromEntries(rendered.leaves),
    leaves: leaves.length,
    objects: rendered.objects,
    waiting: rendered.waiting.map(({ group, path }) => `${group}/${path}`),
    warnings: rendered.warnings,
    placeholders: rendered.placeholders,
    ...changeCounts(changes),
  };
  if (options.json) printJson(io, report);
  else printLines(io, reportLines(report));
  return exitCodes.ok;
}

/** Answers what the directory holds, which may be a checkout of the GitOps branch: that is kept. */
function heldIn(branch: SourceTree | undefined): HeldFiles {
  return { read: async (path) => branch?.files.get(path)?.content?.toString('utf8'), placeholders: true };
}

/** Lists other URLs of a clone's repository. References to these mean the platform itself, too. */
async function otherAddresses(source: string, io: Io): Promise<readonly string[]> {
  if (checkRepositoryUrl(source).kind !== 'local') return [];
  const isDirectory = (await stat(source).catch(() => undefined))?.isDirectory();
  const origin = isDirectory ? (await openCheckout(source, io)).origin : undefined;
  const configured = io.env.FAIRLEAD_SOURCE;
  return [origin, configured ? sourceUrl(configured, io) : undefined].filter((url) => url !== undefined);
}

async function commitAt(source: GitRepository, revision: string): Promise<Sha> {
  const commit = await source.resolveCommit(revision);
  if (commit !== undefined) return commit;
  throw new Failure(
    'NotFound',
    `${source.url} has no commit ${JSON.stringify(revision)}. Push it first, or check the spelling.`,
  );
}

async function configCommit(
  source: GitRepository,
  { config, environment }: RenderCommandOptions,
  main: Sha,
): Promise<Sha> {
  if (config !== undefined) return commitAt(source, config);
  const head = await source.branchHead(environment);
  if (head !== undefined) return head;
  // A name that main does not list is a misspelt one, most often.
  if (await source.readFile(main, configFile)) checkInStages(environment, await platformAt(source, main));
  throw new Failure(
    'NotFound',
    `${source.url} has no config branch ${environment}. Create it, or name a commit with --config.`,
  );
}

function changeCounts(changes: BranchChanges): { readonly written: number; readonly removed: number } {
  const removed = [...changes.values()].filter((text) => text === null).length;
  return { written: changes.size - removed, removed };
}

function reportLines(report: RenderReport): readonly string[] {
  const { environment, main, config, groups, leaves, objects, out, waiting, warnings, placeholders, written, removed } =
    report;
  const names = Object.entries(groups);
  return [
    `${environment} at main ${shortSha(main)} with config ${shortSha(config)}: ${countOf(objects, 'object')} in ${countOf(leaves, 'leaf', 'leaves')}, ${countOf(names.length, 'group')}`,
    ...names.map(
      ([group, folders]) => `  ${group}: ${folders.map((folder) => folder.slice(group.length + 1)).join(', ')}`,
    ),
    ...waiting.map((path) => `  waiting for its base on main: ${path}`),
    ...warnings.map((sentence) => `  warning: ${sentence}`),
    ...placeholders.map((sentence) => `  ${sentence}`),
    `${out}: ${countOf(written, 'file')} written, ${removed} removed`,
  ];
}
