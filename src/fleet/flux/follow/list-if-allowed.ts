import type { ClusterApi, PageReader } from '../cluster-api.ts';
import { statusOf } from '../http.ts';
import { type ResourceFor, resourceName, ruleFor } from '../resources.ts';

/** The objects of a kind that not every cluster needs to show, or why they could not be read. */
export interface Listed<T> {
  readonly objects: readonly T[];
  /** A clause with the remedy; undefined: they were read. */
  readonly unread?: string;
}

/**
 * Lists a kind that something of the branch names. A cluster that does not serve it, or does not show it, is told and
 * keeps nobody from what else there is; every other error is thrown.
 */
export async function listIfAllowed<T, R>(
  api: ClusterApi,
  resource: ResourceFor<'list'>,
  page: PageReader<T, R>,
): Promise<Listed<R>> {
  try {
    return { objects: await api.list(resource, page) };
  } catch (error) {
    const status = statusOf(error);
    const { plural } = resource;
    if (status === 404) return { objects: [], unread: `the cluster does not serve ${resourceName(resource)}` };
    if (status !== 403) throw error;
    const rule = ruleFor({ verb: 'list', resource });
    return {
      objects: [],
      unread: `the cluster does not allow Fairlead to list ${plural} (403): add the rule \`${rule}\` to its ClusterRole (docs/fleet.md)`,
    };
  }
}
