/** All labels that Fairlead gives and takes by itself; a request of its own has one of them. */
export const ownLabels = [
  'promotion',
  'deployed',
  'promoted',
  'configuration',
  'configured',
  'rollback',
  'rolled-back',
] as const;
