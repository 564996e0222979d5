import { Failure } from '../../../failure.ts';
import type { ForgeAccess } from '../../../forge/access.ts';
import { orFailure } from '../../environments/source.ts';
import { type Asking, failed, notAsked } from '../finding.ts';
import type { DoctorParts } from '../platform.ts';
import type { Answer } from '../run-checks.ts';

/** Asks what the account on the forge may do in the repository that is asked about. Answers with a finding where that is not known. */
export async function askAccess(
  { forges }: Pick<DoctorParts, 'forges'>,
  { trouble, ...asking }: Required<Asking> & { readonly about: string; readonly trouble: Parameters<typeof failed>[0] },
  signal: AbortSignal,
): Promise<{ readonly access: ForgeAccess } | Answer> {
  const { about: url } = asking;
  const access = await orFailure(async () => forges.for(url, signal).access?.());
  if (access instanceof Failure) return { findings: [failed(trouble, access, url)] };
  return access === undefined ? { findings: [notAsked(asking, 'this kind of forge does not tell')] } : { access };
}
