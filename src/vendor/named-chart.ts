import { posix } from 'node:path';
import { Failure } from '../failure.ts';
import type { HelmSettings } from '../render/leaf/helm-settings.ts';
import type { DirectoryNode } from '../render/source/nodes.ts';
import { placeOf } from '../render/source/sources.ts';
import type { Source } from '../render/source/tree.ts';
import { lockName, readLock } from './lock.ts';

/**
 * Says in sentences why the chart in a directory is not the one that its `helm.yaml` names; undefined: it is, or none is
 * named. Rendering takes what is in git, so a version that was changed and not fetched would be promoted in name alone.
 */
export function namedChartProblem(main: Source, directory: DirectoryNode, settings: HelmSettings): string | undefined {
  const { chart, version } = settings;
  if (chart === undefined && version === undefined) return undefined;
  if (chart === undefined) return 'version: it is that of `chart`, which is missing. Write both, or neither.';
  const remedy = `Run \`fairlead vendor ${directory.path}\`, and commit what it fetches.`;
  const file = directory.files.get(lockName);
  if (!file?.content) return `chart: ${chart} has not been fetched. ${remedy}`;
  const recorded = recordedChart(main, directory, file.content);
  if (recorded?.source === chart && recorded.version === version) return undefined;
  const fetched = recorded ? `${recorded.source} ${recorded.version}` : 'no chart';
  return `chart: it names ${chart} ${version ?? 'without a version'}, and ${lockName} says that ${fetched} was fetched. ${remedy}`;
}

function recordedChart(main: Source, directory: DirectoryNode, content: Buffer) {
  try {
    return readLock(lockName, content).chart;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('RenderFailed', `${placeOf(main, posix.join(directory.path, lockName))}: ${error.message}`);
  }
}
