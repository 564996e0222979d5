/** What each step does, by name, after "could not": activities/contract.ts lists them. */
export const stepWords: Readonly<Record<string, string>> = {
  readPlatform: 'read fairlead.yaml at the commit',
  readConfig: 'find the config commit on its branch',
  readEnvironment: 'read the Environment file',
  renderEnvironment: 'render the environment',
  clearRequests: 'close what ended operations left open',
  openPullRequest: 'open the pull request',
  awaitMerge: 'see whether the request may be merged',
  awaitCarried: 'see whether open requests carry the same commits',
  record: 'write to the record',
  closePullRequest: 'close the pull request',
  requestReconciliation: 'ask Flux to look now',
  awaitRollout: 'see whether the clusters are healthy',
  awaitVerification: 'see whether the check has passed',
  tellLane: 'tell the lane of the environment',
  observeLane: 'see what runs, what is newer and what is frozen',
  hasEnded: 'see whether an operation has ended',
  admitPlatform: 'see whom the lane belongs to',
  announceLane: 'tell running operations that the lane has begun',
  recordedHold: 'read from the record what holds the lane',
  planRollback: 'find where to go back to',
  endPromotions: 'tell promotions that they are taken back',
  endPromotion: 'tell the promotion that it is taken back',
  awaitWithdrawn: 'see what the promotion has withdrawn',
  awaitRollback: 'see whether the rollback has ended',
  reachedBy: 'see where the commit is deployed',
  awaitLate: 'see whether git shows what is late',
  awaitTold: 'see whether the forge shows how it ended',
  lookAtMain: 'see which commit is the head of main',
  startPromotion: 'start the promotion',
};

/** Says what a step does, after "could not"; one of another release is named. */
export function doingWords(step: string): string {
  return stepWords[step] ?? `make the step ${step}`;
}

/** Tells whether a step looks again and again, until there is an answer. */
export function looksAgain(step: string): boolean {
  return step.startsWith('await');
}
