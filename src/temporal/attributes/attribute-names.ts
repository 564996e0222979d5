/** The names of the search attributes, without the types that only Temporal's library knows. */
export const attributeNames = {
  platform: 'FairleadPlatform',
  commit: 'FairleadCommit',
  environment: 'FairleadEnvironment',
  state: 'FairleadState',
  trouble: 'FairleadTrouble',
} as const;
