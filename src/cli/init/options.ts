import { basename, resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { defaultGroup } from '../../init/platform-files.ts';
import { type CiForge, forgeKinds, type NewCluster } from '../../init/types.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { Io } from '../io.ts';
import { sourceUrl } from '../options.ts';

/** The options of `fairlead init`, as they are written. */
export interface InitOptions {
  readonly name?: string;
  readonly source?: string;
  readonly gitops?: string;
  readonly environments?: string;
  readonly cluster?: readonly string[];
  readonly forge?: CiForge;
  readonly from?: readonly string[];
  readonly environment?: string;
  readonly after?: string;
  readonly mainBranch?: string;
  readonly push?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Reads the clusters that `--cluster` names: environment → clusters. Throws `Failure` InvalidInput. */
export function clustersFrom(written: readonly string[] = []): ReadonlyMap<string, readonly NewCluster[]> {
  const found = new Map<string, NewCluster[]>();
  for (const each of written) {
    const [, environment = '', group = defaultGroup, name = ''] = /^([^/=]+)(?:\/([^=]+))?=(.+)$/.exec(each) ?? [];
    if (name === '')
      throw new Failure(
        'InvalidInput',
        `--cluster ${JSON.stringify(each)}: write ENVIRONMENT=CLUSTER, or ENVIRONMENT/GROUP=CLUSTER, such as dev/west-us=dev-west-us-1.`,
      );
    found.set(environment, [...(found.get(environment) ?? []), { name, group }]);
  }
  return found;
}

/** Reads a list that is parted by commas. */
export function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Answers the URL of the source repository as others reach it; undefined: it has none yet. */
export function publicUrl(url: string | undefined, io: Io): string | undefined {
  return url === undefined || url === '' ? undefined : sourceUrl(url, io);
}

/** A GitOps repository: the directory in which it is worked on, and how fairlead.yaml names it. */
export interface GitopsPlaces {
  readonly directory: string;
  readonly repository: string;
}

/** Answers where a GitOps repository is: a directory, or a URL, which is worked on in a directory beside the source. */
export function gitopsPlaces(written: string, directory: string, io: Io): GitopsPlaces {
  const { kind } = checkRepositoryUrl(written);
  if (kind === 'local') {
    const at = resolve(io.cwd, written.replace(/^file:\/\//, ''));
    return { directory: at, repository: at };
  }
  return { directory: `${directory}-gitops`, repository: sourceUrl(written, io) };
}

/** Proposes a GitOps repository: beside the source, on its forge or on this machine. */
export function usualGitops(source: string | undefined, directory: string): string {
  return source === undefined ? `${directory}-gitops` : `${source.replace(/\.git$/, '')}-gitops`;
}

/** Proposes the name of a platform. */
export function usualName(directory: string): string {
  return (
    basename(directory)
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'platform'
  );
}

/** Proposes a forge by the host of the source. */
export function usualForge(source: string | undefined): CiForge {
  if (source === undefined) return forgeKinds[0];
  const { kind, host } = checkRepositoryUrl(source);
  if (kind === 'local') return 'none';
  return /(^|\.)github\.com$/.test(host) ? 'github' : 'gitea';
}
