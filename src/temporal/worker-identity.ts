/** Who a worker is: Temporal shows it beside what the worker did, and to whoever asks who polls a task queue. */
export interface WorkerIdentity {
  readonly process: number;
  readonly host: string;
  /** The release with a digest of its workflows, such as `0.1.0-3f2a9c1b2d4e`; undefined: it does not say. */
  readonly build?: string;
  /** A digest of the settings that the workers of a task queue share; undefined: it does not say. */
  readonly settings?: string;
}

const format = /^(\d+)@(\S+?)(?: (\S+) settings:(\S+))?$/;

/** Writes an identity, such as `12@host 0.1.0-3f2a9c1b2d4e settings:9c1b2d4e`. */
export function identityText({ process, host, build, settings }: WorkerIdentity): string {
  const known = build === undefined || settings === undefined ? '' : ` ${build} settings:${settings}`;
  return `${process}@${host}${known}`;
}

/** Reads an identity. Undefined: somebody else wrote it. One without build is of a worker of another make. */
export function readIdentity(text: string): WorkerIdentity | undefined {
  const [, process, host, build, settings] = format.exec(text) ?? [];
  if (process === undefined || host === undefined) return undefined;
  return { process: Number(process), host, build, settings };
}

/** Names a worker in a sentence: by its process and host, without more where they are known. */
export function workerName(text: string): string {
  const known = readIdentity(text);
  return known === undefined ? text : identityText({ process: known.process, host: known.host });
}

/**
 * Says which worker could not do a step, and which others may; empty where there are none. `pollers`: the identities of
 * all that take steps of the task queue. `isRetried`: the step is tried again by itself.
 */
export function otherWorkersWords(own: string, pollers: readonly string[], isRetried: boolean): string {
  const [other, ...more] = pollers.filter((each) => each !== own).map(workerName);
  if (other === undefined) return '';
  const others = more.length === 0 ? `worker ${other}` : `worker ${other} and ${more.length} more`;
  const chance = isRetried ? `; ${others} may do it` : `; ${others} may do it: retry`;
  return ` Worker ${workerName(own)} says so${chance}.`;
}

/** Takes away what `otherWorkersWords` has added to a message: whoever says it, it is the same failure. */
export function withoutWorkers(message: string): string {
  return message.replace(/ Worker \S+ says so; worker [^;]* may do it(: retry)?\.?$/, '');
}
