import { checkGroups } from '../../fleet/groups.ts';
import { configFile } from '../../gitops/platform-file.ts';
import { missingEnvironmentFile, oversizedFile } from '../../platform/check-environments.ts';
import { parseEnvironment } from '../../platform/environment.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import { means, referenceText } from '../../platform/verify/verify-check.ts';
import { objectsIn } from '../../render/layout/objects.ts';
import {
  checkContents,
  type PlatformInputs,
  planPlatform,
  renderPlatform,
  withoutBranch,
} from '../../render/platform.ts';
import type { Renderer, SourceTree } from '../../render/types.ts';
import type { Findings } from './findings.ts';

/** The extent of what one environment would be rendered to. */
export interface EnvironmentReport {
  readonly environment: string;
  readonly groups: readonly string[];
  readonly leaves: number;
  /** The number of objects; undefined where nothing was rendered. */
  readonly objects?: number;
  readonly waiting: readonly string[];
  /** Where a placeholder stands for what the GitOps branch holds, in a sentence each; undefined: nothing was rendered. */
  readonly placeholders?: readonly string[];
  /** What a person should know of it, in a sentence; undefined: nothing. */
  readonly remark?: string;
}

/** A report, and what is told with those of the other environments. */
interface RenderingReport extends EnvironmentReport {
  /** Groups to which nothing goes any more. */
  readonly emptied: readonly string[];
  readonly warnings: readonly string[];
}

/** An environment that is checked: its two trees, and what is known of it. */
export interface CheckedEnvironment {
  readonly name: string;
  readonly main: SourceTree;
  readonly config: SourceTree;
  /** The Environment file; undefined where it cannot be used. */
  readonly policy: Environment | undefined;
  readonly mainBranch: string;
  readonly sourceRepositories: readonly string[];
  readonly alsoBases: ReadonlySet<string>;
}

/** Reads the Environment file of a config branch's tree. Throws `Failure` with its problems. */
export function environmentIn(
  config: SourceTree,
  name: string,
  platform: Pick<Platform, 'gitopsRepository'>,
): Environment {
  const file = config.files.get(configFile);
  if (file === undefined) throw missingEnvironmentFile(name);
  if (file.content === undefined) throw oversizedFile(`branch ${name}`);
  return parseEnvironment(file.content, { file: `${configFile} of branch ${name}`, name, platform });
}

/**
 * Checks the assignments and leaves of an environment, and its clusters against its groups. With a renderer everything
 * is rendered, too. Answers what would be rendered; undefined: it cannot be.
 */
export async function checkRendering(
  { name, policy, ...trees }: CheckedEnvironment,
  renderer: Renderer | undefined,
  findings: Findings,
): Promise<EnvironmentReport | undefined> {
  const inputs: PlatformInputs = { ...trees, environment: name };
  const warn = (text: string) => void findings.warn(`${name}: ${text}`);
  const rendering = await findings.attempt(() =>
    renderer ? renderReport(inputs, renderer, { policy, warn }) : planReport(inputs),
  );
  if (rendering === undefined) return undefined;
  const { warnings: ofRender, emptied, ...report } = rendering;
  ofRender.forEach(warn);
  for (const path of report.waiting) {
    findings.warn(`${name}: ${path} is assigned, but is no base here any more or yet: it would be left out.`);
  }
  if (policy) {
    const { errors, warnings } = checkGroups(report.groups, policy, emptied);
    errors.forEach((error) => void findings.error(error));
    warnings.forEach(warn);
  }
  return report;
}

function planReport(inputs: PlatformInputs): RenderingReport {
  const planned = planPlatform(inputs);
  checkContents(planned);
  const { leaves, waiting, emptied, warnings } = planned;
  return {
    environment: inputs.environment,
    groups: [...new Set(leaves.map(({ assignment }) => assignment.group))].sort(),
    leaves: leaves.length,
    waiting: waiting.map(({ group, path }) => `${group}/${path}`),
    emptied,
    warnings,
  };
}

async function renderReport(
  inputs: PlatformInputs,
  renderer: Renderer,
  { policy, warn }: { readonly policy: Environment | undefined; readonly warn: (text: string) => void },
): Promise<RenderingReport> {
  // What is kept is no warning: nothing is wrong, and the branch is not looked at here.
  const rendered = await renderPlatform(inputs, renderer, { held: withoutBranch });
  const { groups, leaves, objects, waiting, warnings, placeholders, files } = rendered;
  checksOfNothing(policy, files).forEach(warn);
  return {
    environment: inputs.environment,
    groups: [...groups].flatMap(([group, categories]) => (categories.length > 0 ? [group] : [])),
    emptied: [...groups].flatMap(([group, categories]) => (categories.length > 0 ? [] : [group])),
    leaves: [...leaves.values()].flat().length,
    objects,
    waiting: waiting.map(({ group, path }) => `${group}/${path}`),
    warnings,
    placeholders,
  };
}

/** Says which checks of `verify` name an object that no rendered leaf has. A later main commit may bring it. */
function checksOfNothing(policy: Environment | undefined, files: ReadonlyMap<string, string>): readonly string[] {
  const checks = policy?.verify.flatMap((check) => (check.kind === 'object' ? [check.object] : [])) ?? [];
  if (checks.length === 0) return [];
  const rendered = [...files.values()].flatMap(objectsIn);
  return checks
    .filter((reference) => !rendered.some(({ id }) => means(reference, id)))
    .map((reference) => `\`verify\` names the object ${referenceText(reference)}, but no leaf has one.`);
}
