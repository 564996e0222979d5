import type { Admission, LaneRef } from '../../../lane/types.ts';
import { asGiven } from '../../../operation/claim.ts';
import { claimedHold, holdWords } from '../../../operation/hold.ts';
import { shortSha } from '../../../short-names.ts';

/** Says why an environment does not let an operation in. */
export function admissionWords(environment: string, admission: Admission): string {
  switch (admission.kind) {
    case 'held':
      return `held by ${holdWords(claimedHold(admission.hold))}`;
    case 'refused':
      return admission.why;
    case 'unobservable':
      return `the lane of ${environment} lets nobody in: ${admission.why}`;
    case 'waiting':
      return `waits for ${refWords(admission.behind)}`;
    case 'superseded':
      return `superseded by ${refWords(admission.by)}`;
    case 'granted':
      return 'it is let in';
  }
}

/** Names another operation: `main 1a2b3c4d (promote/github.com/acme/platform/1a2b…)`. */
export function refWords({ operation, main, workflowId, by, reason }: LaneRef): string {
  if (operation === 'rollback')
    return `the rollback to main ${shortSha(main)} (${workflowId}) asked by ${by === undefined ? 'a person' : asGiven(by)}${reason ? `: ${reason}` : ''}`;
  return `main ${shortSha(main)} (${workflowId})`;
}
