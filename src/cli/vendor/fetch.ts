import { Failure } from '../../failure.ts';
import { loadSettings } from '../../settings/settings.ts';
import { countOf } from '../../text/count-of.ts';
import type { BasePlan } from '../../vendor/base-plan.ts';
import { vendorProblems } from '../../vendor/check.ts';
import { type WrittenHelmFiles, writeHelmFiles } from '../../vendor/helm-files.ts';
import { createFetchChart } from '../../vendor/program.ts';
import { kustomizationFiles } from '../../vendor/remote/references.ts';
import { type VendorInput, vendor } from '../../vendor/vendor.ts';
import { type Scope, scopeOf, vendoredBases } from '../../vendor/wanted.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import type { Io } from '../io.ts';
import { printJson, printLines } from '../report.ts';
import { openRepositories } from '../repositories.ts';
import { ignoredPaths, type NamedDirectories, namedDirectories } from './directories.ts';
import { ownAddresses } from './own-repository.ts';

/** What the command is asked for. */
export interface VendorOptions {
  readonly check?: boolean;
  readonly acceptDigest?: boolean;
  readonly force?: boolean;
  readonly helmCharts?: boolean;
  readonly plainHttp?: readonly string[];
  readonly json?: boolean;
}

/** Fetches or checks what the named directories want. Throws `Failure`. */
export async function vendorDirectories(named: readonly string[], options: VendorOptions, io: Io): Promise<ExitCode> {
  const place = await namedDirectories(named, io);
  const here = scopeOf(await place.checkout.readWorkingTree(), place.paths);
  const kustomizations = kustomizationFiles(here, ownAddresses(place.checkout, here.tree, io));
  const written = options.helmCharts ? writeHelmFiles(here, kustomizations) : undefined;
  const scope = written?.scope ?? here;
  const bases = vendoredBases(scope);
  if (bases.length === 0 && named.length > 0 && kustomizations.every(({ remote }) => remote.length === 0)) {
    throw new Failure(
      'InvalidInput',
      `${named.join(', ')}: no helm.yaml there names a chart, and no kustomization refers to another repository. docs/vendor.md has examples.`,
    );
  }
  const input = { bases, kustomizations };
  return options.check
    ? reportCheck(input, { scope, options, io })
    : fetchAll(input, { place, scope, options, io, written });
}

interface Call {
  readonly scope: Scope;
  readonly options: VendorOptions;
  readonly io: Io;
}

function reportCheck(input: VendorInput, { scope, options, io }: Call): ExitCode {
  const errors = vendorProblems(input, scope);
  const ok = errors.length === 0;
  if (options.json) printJson(io, { ok, bases: input.bases.map(({ path }) => path), errors });
  else {
    for (const error of errors) io.err(`error: ${error}\n`);
    io.out(`${ok ? 'As recorded' : 'Not as recorded'}: ${countOf(input.bases.length, 'base')}.\n`);
  }
  return ok ? exitCodes.ok : exitCodes.badInput;
}

async function fetchAll(
  input: VendorInput,
  {
    place,
    scope,
    options,
    io,
    written: helmFiles,
  }: Call & {
    readonly place: NamedDirectories;
    readonly written: WrittenHelmFiles | undefined;
  },
): Promise<ExitCode> {
  const progress = (line: string) => io.err(`${line}\n`);
  const plans = await vendor(input, {
    also: helmFiles?.files ?? new Map(),
    scope,
    directory: place.checkout.directory,
    fetch: createFetchChart({ env: io.env, progress }),
    repositories: openRepositories(await loadSettings(io.env), io),
    permits: {
      acceptDigest: options.acceptDigest ?? false,
      force: options.force ?? false,
      plainHttp: options.plainHttp ?? [],
    },
    progress,
  });
  const written = plans.flatMap(({ changes }) => [...changes].flatMap(([path, content]) => (content ? [path] : [])));
  const ignored = await ignoredPaths(place.checkout, written, io);
  const notes = helmFiles?.notes ?? [];
  if (options.json) printJson(io, { bases: plans.map((plan) => planReport(plan)), notes, ignored });
  else {
    printLines(io, [...plans.map(planLine), ...notes]);
    const more = ignored.length > 1 ? ` and ${ignored.length - 1} more` : '';
    if (ignored.length > 0)
      io.err(
        `warning: git ignores ${ignored[0]}${more}, so that a commit would not hold the whole chart. Add them with \`git add --force\`, or change .gitignore.\n`,
      );
  }
  return exitCodes.ok;
}

/** A base, as `--json` prints it. */
interface VendorReport {
  readonly path: string;
  readonly source: string;
  /** Of a chart its digest, of a repository the commit. */
  readonly digest: string;
  readonly before?: string;
  readonly written: number;
  readonly removed: number;
}

function planReport({ path, what, digest, before, changes }: BasePlan): VendorReport {
  const removed = [...changes.values()].filter((content) => content === null).length;
  return { path, source: what, digest, ...(before && { before }), written: changes.size - removed, removed };
}

function planLine(plan: BasePlan): string {
  const { path, source, digest, before, written, removed } = planReport(plan);
  const change = written + removed === 0 ? 'as it was' : `${countOf(written, 'file')} written, ${removed} removed`;
  const from = before !== undefined && before !== source ? ` (before: ${before})` : '';
  return `${path || '.'}: ${source}${from}, ${digest}: ${change}`;
}
