/** Something that the forge is asked to change. */
export interface ForgeWrite {
  /** The call of the API, `POST /repos/acme/gitops/pulls`, or `push acme/gitops`. */
  readonly what: string;
  /** The full names of what a push changes. */
  readonly refs: readonly string[];
}

/** Nothing is done yet; git does a push; all is done, and not answered. */
export type WriteMoment = 'asked' | 'under way' | 'done';

/** Is asked at every write, while its caller waits. `hang up` ends the connection, and does not do what was only asked. */
export type AtWrite = (write: ForgeWrite, moment: WriteMoment) => WriteAnswer | Promise<WriteAnswer>;

export type WriteAnswer = 'go on' | 'hang up';

/** Reads from a push what it changes: lines with their length before them, up to an empty one. */
export function pushOf(repository: string, input: Buffer): ForgeWrite {
  const refs: string[] = [];
  for (let at = 0; ; ) {
    const length = Number.parseInt(input.toString('latin1', at, at + 4), 16);
    if (!(length > 4)) return { what: `push ${repository}`, refs };
    const [, , ref] = input.toString('utf8', at + 4, at + length).split(/[ \0\n]/);
    if (ref !== undefined) refs.push(ref);
    at += length;
  }
}
