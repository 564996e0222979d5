/** What the worker's machine may lack, and how a person mends it, whoever found it out: git by its words, or Node by its code. */
export const machineRemedies = {
  diskSpace: "The worker's disk is full. Free space there, or move its cache with FAIRLEAD_CACHE.",
  diskQuota: "The worker's disk quota is used up. Raise it, or move its cache with FAIRLEAD_CACHE.",
  writableDisk: "The worker's disk is read-only. Mount it writable, or move its cache with FAIRLEAD_CACHE.",
  openFiles: 'The worker may open too few files. Raise the limit (ulimit -n).',
  openFilesOfAll: "The worker's machine has too many open files. Raise its limit.",
  memoryForGit: 'The worker has too little memory for git. Give it more.',
} as const;
