/** What the list of `status` had no room for; with `--json` its `leftOut`. */
export interface ListRest {
  /** How many operations are not listed. */
  readonly operations: number;
  /** How many lanes that are held are not listed. */
  readonly heldLanes: number;
  /** How many lanes were not looked at, so that nobody knows whether they get on. */
  readonly lanes: number;
  /** The `--limit` that leaves nothing out. */
  readonly limit: number;
}

/** Writes the last line of a list that leaves something out; nothing where it does not. */
export function restLines({ operations, heldLanes, lanes, limit }: ListRest): readonly string[] {
  const parts = [
    ...(operations === 0 ? [] : [`${counted(operations, 'operation')} not listed`]),
    ...(heldLanes === 0 ? [] : [`${counted(heldLanes, 'held lane')} not listed`]),
    ...(lanes === 0 ? [] : [`${counted(lanes, 'lane')} not looked at`]),
  ];
  return parts.length === 0 ? [] : [`${parts.join(', ')}: --limit ${limit} leaves none out.`];
}

function counted(count: number, noun: string): string {
  return `${count} more ${noun}${count === 1 ? '' : 's'}`;
}
