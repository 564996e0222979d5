import { sameRepository } from '../../../platform/repository/unchecked-url.ts';
import { commitOfRevision } from '../../revision.ts';
import type { KustomizationEvidence } from '../../types.ts';
import { commitIn, evidenceOf, type FollowedSource, REQUESTED_AT } from '../evidence.ts';
import type { KustomizationObject } from '../schemas.ts';
import type { OciRepositoryObject } from './schemas.ts';
import { sourceTroubleOf } from './source-trouble.ts';

/** Where `flux push artifact` writes what an artifact was made of; Flux copies it to `status.artifact.metadata`. */
const ORIGIN = 'org.opencontainers.image.source';
const ORIGIN_REVISION = 'org.opencontainers.image.revision';

/**
 * Answers whether an OCIRepository holds a commit of this branch: its artifact says of which repository and commit it
 * was made. A revision that names no branch (`sha1:…`) is one of any branch.
 */
export function holdsCommitOf(
  { status }: OciRepositoryObject,
  { repository, branch, aliases }: FollowedSource,
): boolean {
  const { [ORIGIN]: url, [ORIGIN_REVISION]: revision } = status?.artifact?.metadata ?? {};
  if (url === undefined || revision === undefined || commitOfRevision(revision) === undefined) return false;
  const named = branchIn(revision);
  return sameRepository(url, repository, aliases) && (named === '' || named === branch);
}

/** Answers what a Kustomization says whose source is this OCIRepository, in terms of the commits that it was made of. */
export function ociEvidence(
  kustomization: KustomizationObject,
  repository: OciRepositoryObject,
): KustomizationEvidence {
  const { status } = kustomization;
  const artifact = repository.status?.artifact;
  const origins = new Map<string, string | null | undefined>();
  for (const { metadata } of status?.history ?? [])
    if (metadata?.revision) origins.set(metadata.revision, metadata.originRevision);
  if (status?.lastAppliedRevision) origins.set(status.lastAppliedRevision, status.lastAppliedOriginRevision);
  if (artifact && !origins.get(artifact.revision)) origins.set(artifact.revision, artifact.metadata?.[ORIGIN_REVISION]);
  return evidenceOf(kustomization, {
    commitOf: (revision) => (revision ? commitIn(origins.get(revision)) : undefined),
    requestedAt: repository.metadata.annotations?.[REQUESTED_AT],
    trouble: sourceTroubleOf('OCIRepository', repository),
  });
}

/** Reads the branch in a revision: `dev` of `dev@sha1:…` and of `dev/…`; '' where it names none. */
function branchIn(revision: string): string {
  const end = revision.includes('@') ? revision.lastIndexOf('@') : Math.max(0, revision.lastIndexOf('/'));
  return revision.slice(0, end).replace(/^refs\/heads\//, '');
}
