import { Failure } from '../failure.ts';
import { kustomizationNames } from '../render/source/kustomization.ts';
import { countOf } from '../text/count-of.ts';
import type { NewFiles } from './types.ts';

/** Lists the files of a group. */
export function filesOfGroup(files: NewFiles, group: string): NewFiles {
  return new Map([...files].filter(([path]) => path.startsWith(`${group}/`)));
}

/**
 * Copies the files of a group to another one. Throws `Failure` InvalidInput where references that lead out of it would lead
 * elsewhere, because the other one lies deeper or higher.
 */
export function copyGroup(files: NewFiles, from: string, to: string): NewFiles {
  const own = filesOfGroup(files, from);
  const isDeep = (group: string) => group.split('/').length;
  const leadsOut = [...own].find(
    ([path, content]) =>
      kustomizationNames.includes(path.slice(path.lastIndexOf('/') + 1)) && `${content}`.includes('../'),
  );
  if (isDeep(from) !== isDeep(to) && leadsOut !== undefined)
    throw new Failure(
      'InvalidInput',
      `The group ${to} would be a copy of ${from}, but lies at another depth, so that the references of ${leadsOut[0]} would lead elsewhere. Name a group of ${countOf(isDeep(from), 'part')}, or make its folder by hand.`,
    );
  return new Map([...own].map(([path, content]) => [`${to}${path.slice(from.length)}`, content]));
}
