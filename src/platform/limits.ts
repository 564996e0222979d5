const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/**
 * What people's files may cost a worker that serves others, too. What exceeds one of these is told with its name, its
 * size and the remedy, and a person is needed: it is not tried again by itself.
 */
export const limits = {
  /** A kustomization: it lists and patches, and a real one has a few kilobytes. */
  kustomizationBytes: 256 * kibibyte,
  /** The aliases of a kustomization: each is looked for in the whole file. */
  kustomizationAliases: 1_000,
  /** How deep lists and maps of YAML may be nested: the schema of a large resource has some sixty levels. */
  yamlLevels: 300,
  /** A file of values or of settings: `values.yaml`, `helm.yaml`, `fairlead.yaml`. */
  settingsBytes: mebibyte,
  /** Any other file of a leaf. */
  fileBytes: 4 * mebibyte,
  /** What one leaf is rendered to. */
  leafOutputBytes: 32 * mebibyte,
  /** What all leaves of one environment are rendered to, together: the worker has it in memory until it is written. */
  environmentOutputBytes: 128 * mebibyte,
  /** The objects of all leaves of one environment: each is looked at on its own, where everything else waits meanwhile. */
  environmentObjects: 250_000,
  /** The leaves of one environment: five hundred groups with forty bases each. */
  environmentLeaves: 20_000,
  /** All files together that one environment reads. */
  environmentBytes: 64 * mebibyte,
  /** The files and directories of one commit. */
  commitFiles: 250_000,
  /** How deep a file may lie: each level is one more call for whatever walks there. */
  directoryLevels: 500,
  /** What one run of git may print. */
  gitOutputBytes: 256 * mebibyte,
  /** The memory of one run of git, with all that it starts. */
  gitMemoryBytes: 2048 * mebibyte,
  /** Small files of many commits that are read together, because they are wanted next. */
  aheadBytes: 32 * mebibyte,
  /** What git lists of one commit: some hundred bytes for each file. */
  listingBytes: 40 * mebibyte,
  /** All notes of the record of one environment: a line has some 400 bytes. */
  recordBytes: 64 * mebibyte,
  /** The lines of the record of one environment: years of promotions. */
  recordLines: 200_000,
  /** The lines of a record that name a listed key which did not sign them: checking one takes a fifth of a millisecond. */
  wrongSignatures: 1_000,
  /** All kustomizations together that are read of main's head or of the deployed commit, while another is rendered. */
  otherCommitBytes: 4 * mebibyte,
  /** What is parsed where it is asked for, because that takes no longer than asking a process. */
  parsedHereBytes: 4 * kibibyte,
  /** The files that a request changes, before and after, whose objects are compared for its text. */
  comparedBytes: 64 * mebibyte,
  /** What is compared where it is asked for: some ten milliseconds. */
  comparedHereBytes: 64 * kibibyte,
  /** The time in which they are compared. */
  compareMs: 20_000,
  /** The time in which one file of settings is parsed. */
  settingsMs: 10_000,
  /** The time in which the files of one environment are read and planned. */
  planMs: 60_000,
  /**
   * What of one cluster is judged where it is asked for, some ten milliseconds: the pairs of what is there and what is expected, and
   * the values that it answers.
   */
  judgedHere: 100_000,
  /** The steps along the paths of Kustomizations through a branch that are followed there, for all clusters of a look together. */
  stepsHere: 50_000,
  /** The time in which what one cluster answers is judged. */
  judgeMs: 10_000,
  /** The memory that a process may take which plans, parses, compares or judges. */
  processMiB: 384,
  /** What such a process may answer. */
  taskAnswerBytes: 128 * mebibyte,
  /** What a failure says, in UTF-8. */
  failureBytes: 4_000,
  /**
   * What a failure says that is tried again: Temporal keeps 4 KiB of it, encrypted and encoded, and throws away all of
   * a larger one.
   */
  retriedFailureBytes: 2_400,
  /** One text in what a step answers, in UTF-8. */
  answerTextBytes: 4_000,
  /** All that a step answers. Temporal refuses 2 MB. */
  answerBytes: mebibyte,
  /** What all environments of an operation say together, in an answer and in a result: encrypted and encoded it is a third more. */
  statusBytes: mebibyte,
  /** What an operation hands on when it continues as new. Temporal refuses 2 MB. */
  handedOnBytes: 1.25 * mebibyte,
  /** How all of them ended, in one text. */
  resultWordsBytes: 64 * kibibyte,
} as const;

/** Writes a number of bytes for people: `256 KiB`, `2.8 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < kibibyte) return `${bytes} bytes`;
  const [amount, unit] = bytes < mebibyte ? [bytes / kibibyte, 'KiB'] : [bytes / mebibyte, 'MiB'];
  return `${Number(amount.toFixed(1))} ${unit}`;
}
