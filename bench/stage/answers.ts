import { createHash } from 'node:crypto';
import type { LaneOrder } from '../../src/activities/lane/contract.ts';
import type { EnvironmentSnapshot } from '../../src/activities/source/contract.ts';
import { type AdmissionMessage, laneSignals } from '../../src/lane/messages.ts';

/** Makes a commit id of its own for each text. */
export function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The commit that is promoted. */
export const commit = sha('the commit');

/** What is known of a step that was asked for. */
interface StepInput {
  readonly environment?: string;
  readonly gitops?: { readonly branch: string };
}

/** Answers a step at once, in the best case: everything is merged and healthy. */
export function answerOf(step: string, input: StepInput, names: readonly string[]): unknown {
  const name = input.environment ?? input.gitops?.branch ?? '';
  switch (step) {
    case 'readPlatform':
      return { name: 'acme', subject: 'Raise the limits', stages: [names] };
    case 'readEnvironment':
      return policyOf(name);
    case 'clearRequests':
      return { kind: 'clear' };
    case 'renderEnvironment':
      return rendered(name);
    case 'openPullRequest':
      return { kind: 'open', number: 7, url: `https://forge.test/acme/gitops/pull/${name}-7` };
    case 'awaitMerge':
      return { kind: 'merged', commit: sha(`merge of ${name}`) };
    case 'awaitRollout':
      return healthy;
    case 'record':
      return {};
    default:
      return undefined;
  }
}

/** Answers what the lane says to an entry: it is let in; undefined: this is none. */
export function admissionOf({ gitops, environment, message }: LaneOrder): AdmissionMessage | undefined {
  if (message.signal !== laneSignals.enter || message.payload.phase !== 'waiting') return undefined;
  return { gitops, environment, entry: message.payload.id, sequence: 1, admission: { kind: 'granted' } };
}

const revision = { main: commit, config: sha('config') };

function policyOf(name: string): EnvironmentSnapshot {
  return {
    ...{ merge: 'auto', soakMs: 0, rolloutTimeoutMs: 600_000, onFailure: 'wait', whenNewer: 'supersede' },
    ...{ config: revision.config, gitops: { repository: 'https://forge.test/acme/gitops', branch: name } },
  };
}

function rendered(name: string) {
  return {
    ...{ kind: 'changed', revision, base: sha(`head of ${name}`), waiting: [], ignoredNotes: [], lostEdits: [] },
    ...{ deployed: { ...revision, main: sha('before') }, takesOver: false },
    ...{ commit: sha(`render of ${name}`), branch: `deploy/${commit}/${name}` },
  };
}

const healthy = {
  ...{ kind: 'healthy', digest: sha('fleet'), at: '2027-01-15T08:00:00.000Z', mayRollBack: true },
  fleet: { total: 3, healthy: 3, others: [], groups: [], warnings: [] },
};
