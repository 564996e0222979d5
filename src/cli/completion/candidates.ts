import type { Argument, Command, Option } from 'commander';
import { collectValues } from '../options.ts';

/** What may stand at the place of the word that is being typed. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What is known of names that stand in no program: those of environments, and ids of operations. */
export interface KnownNames {
  environments(): Promise<readonly string[]>;
  ids(): Promise<readonly string[]>;
}

/** Where the reader of the words has come to. */
interface Place {
  readonly command: Command;
  /** The number of arguments that are there. */
  readonly positionals: number;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  readonly given: readonly string[];
}

/** Answers what fits the last word, from commander's own tree. The words are those behind `fairlead`. */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  names: KnownNames,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? '';
  const place = placeAfter(program, words.slice(0, -1));
  const found = await allAt(place, current, names);
  return found.filter(({ value }) => value.startsWith(current));
}

async function allAt(place: Place, current: string, names: KnownNames): Promise<readonly Candidate[]> {
  const { command, pending, positionals } = place;
  const isFlag = current.startsWith('-');
  if (pending !== undefined && !(pending.optional && isFlag)) return valuesOf(pending, names);
  const [, flag = '', equals] = /^(--[^=]+)(=)?/.exec(current) ?? [];
  if (equals !== undefined) {
    const option = optionNamed(command, flag);
    const values = option ? await valuesOf(option, names) : [];
    return values.map(({ value, description }) => ({ value: `${flag}=${value}`, description }));
  }
  if (isFlag) return flagsOf(place);
  if (command.commands.length > 0) return commandsOf(command);
  const expected = command.registeredArguments;
  const last = expected.at(-1);
  const argument = expected[positionals] ?? (last?.variadic ? last : undefined);
  return argument ? valuesOf(argument, names) : [];
}

function placeAfter(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, positionals: 0, pending: undefined, given: [] };
  for (const word of words) place = placeAfterWord(place, word);
  return place;
}

function placeAfterWord(place: Place, word: string): Place {
  const { command, pending, given, positionals } = place;
  const isFlag = word.startsWith('-');
  if (pending !== undefined && !(pending.optional && isFlag)) {
    return { ...place, pending: pending.variadic ? pending : undefined };
  }
  if (isFlag) {
    const option = optionNamed(command, word.replace(/=.*$/s, ''));
    const takesValue = option !== undefined && (option.required || option.optional) && !word.includes('=');
    return { ...place, given: [...given, option?.long ?? word], pending: takesValue ? option : undefined };
  }
  const below = command.commands.find((each) => each.name() === word);
  if (below !== undefined) return { command: below, positionals: 0, pending: undefined, given: [] };
  return { ...place, pending: undefined, positionals: positionals + 1 };
}

function optionNamed(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

function flagsOf({ command, given }: Place): readonly Candidate[] {
  const mayCome = (option: Option) => isRepeatable(option) || !given.includes(option.long ?? '');
  const options = command.options.filter((option) => option.long && !option.hidden && mayCome(option));
  return [
    ...options.map(({ long, description }) => ({ value: long ?? '', description })),
    { value: '--help', description: 'show the help' },
  ];
}

function isRepeatable({ variadic, parseArg }: Option): boolean {
  return variadic || (parseArg as unknown) === collectValues;
}

function commandsOf(command: Command): readonly Candidate[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((each) => ({ value: each.name(), description: each.summary() || each.description() }));
}

/** Answers what may be the value of an option or an argument; nothing where it is anything, or a file. */
async function valuesOf(valued: Option | Argument, names: KnownNames): Promise<readonly Candidate[]> {
  const plain = (values: readonly string[], description: string) => values.map((value) => ({ value, description }));
  if (valued.argChoices) return plain(valued.argChoices, '');
  const name = 'long' in valued ? (/[<[]([\w-]+)/.exec(valued.flags)?.[1] ?? '') : valued.name();
  const isOfEnvironment = name === 'environment' || ('long' in valued && valued.long === '--environment');
  if (isOfEnvironment) return plain(await names.environments(), 'environment');
  return name === 'id' ? plain(await names.ids(), 'operation') : [];
}
