import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { exitCodeMeanings, exitCodeOfFailure, exitCodeOfOperation, exitCodes } from '../../../../src/cli/exit.ts';
import type { OperationView } from '../../../../src/cli/view/view.ts';
import { type FailureType, failureTypes } from '../../../../src/failure.ts';
import { fairlead } from '../test-io.ts';
import { viewOf } from './views.ts';

/** Code → meaning, as docs/cli.md has it. */
const table = new Map<number, string>();

beforeAll(async () => {
  const text = await readFile(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');
  const section = /\n## Exit codes\n([\s\S]*?)\n## /.exec(text)?.[1] ?? '';
  for (const [, code, meaning = ''] of section.matchAll(/^\| (\d+) \| (.*) \|$/gm))
    table.set(Number(code), meaning.replaceAll('`', ''));
});

/** What the table calls each type of failure. */
const failureWords: Readonly<Record<FailureType, string>> = {
  InvalidConfig: 'files',
  InvalidInput: 'arguments',
  RenderFailed: 'a source that cannot be rendered',
  NotFound: 'an unknown commit',
  Refused: 'a decision that is refused',
  Unauthorized: 'refuses the credentials',
  Unavailable: 'cannot be reached',
  Internal: 'Fairlead itself failed',
};

/** Where an operation may end, and what the table calls it. */
const ends: readonly (readonly [OperationView['kind'], OperationView['state'], string])[] = [
  ['promotion', 'promoted', 'promoted'],
  ['promotion', 'rejected', 'rejected'],
  ['promotion', 'aborted', 'aborted'],
  ['promotion', 'superseded', 'superseded'],
  ['promotion', 'terminated', 'terminated'],
  ['promotion', 'rolled back', 'a promotion that was rolled back'],
  ['config change', 'configured', 'configured'],
  ['config change', 'unchanged', 'unchanged'],
  ['config change', 'nothing promoted yet', 'nothing promoted yet'],
  ['config change', 'accepted', 'accepted by a person'],
  ['config change', 'rejected', 'rejected'],
  ['config change', 'aborted', 'aborted'],
  ['rollback', 'rolled back', 'rolled back'],
  ['rollback', 'unchanged', 'unchanged'],
  ['rollback', 'accepted', 'accepted by a person'],
  ['rollback', 'aborted', 'aborted'],
];

describe('The table of docs/cli.md', () => {
  test('has a row for each exit code, which begins as --help says it', () => {
    expect([...table.keys()]).toEqual(Object.values(exitCodes));
    for (const code of Object.values(exitCodes)) expect(table.get(code)).toMatch(startOf(exitCodeMeanings[code]));
  });

  test.each(ends)('has the code of a %s that is %s', (kind, state, words) => {
    expect(table.get(exitCodeOfOperation(viewOf(kind, state)))).toContain(words);
  });

  test.each(Object.keys(failureTypes) as FailureType[])('has the code of a failure that is %s', (type) => {
    const rows = [...table].filter(([, meaning]) => meaning.includes(failureWords[type]));
    expect(rows.map(([code]) => code)).toEqual([exitCodeOfFailure(type)]);
    const failed = { ...viewOf('promotion', 'failed'), failure: { type, message: 'It failed.' } };
    expect(exitCodeOfOperation(failed)).toBe(exitCodeOfFailure(type));
  });
});

describe('--help', () => {
  const withCodes = ['promote', 'apply-config', 'status', 'rollback'];

  test('lists all exit codes with the meanings of the table', async () => {
    const { out } = await fairlead(['--help']);
    expect([...codesIn(out)]).toEqual(Object.entries(exitCodeMeanings).map(([code, words]) => [Number(code), words]));
  });

  test.each(withCodes)('of %s gives them the same meanings, and says what is done', async (command) => {
    const { out } = await fairlead([command, '--help']);
    const codes = codesIn(out);
    expect(codes.has(exitCodes.stillRunning)).toBe(out.includes('--timeout <duration>'));
    expect(codes.get(exitCodes.ok)).toMatch(/, or under way and nobody is needed$/);
    codes.delete(exitCodes.ok);
    expect(codes.size).toBeGreaterThan(0);
    for (const [code, words] of codes) expect(table.get(code)).toMatch(startOf(words));
  });

  test('of every other command names no code but those of the table', async () => {
    const { out } = await fairlead(['--help']);
    const commands = [...out.matchAll(/^ {2}([a-z-]+) .* {2}/gm)].map(([, name = '']) => name).filter(isCommand);
    expect(commands).toEqual(expect.arrayContaining([...withCodes, 'validate', 'environments', 'approve']));
    for (const command of commands) {
      const help = (await fairlead([command, '--help'])).out;
      const said = /(?:Exit codes:|ends with code) [\s\S]*$/.exec(help)?.[0] ?? '';
      for (const [code] of said.matchAll(/\b\d\b/g)) expect(table.has(Number(code))).toBe(true);
    }
  });
});

function isCommand(name: string): boolean {
  return name !== 'help' && !name.startsWith('-');
}

/** The pairs of `Exit codes: 0 done; 1 …`. */
function codesIn(help: string): Map<number, string> {
  const list = /Exit codes: ([\s\S]*?)\.(?: See|$)/m.exec(help)?.[1] ?? '';
  const pairs = list.split(/;\s/).map((pair) => /^(\d) ([\s\S]*)$/.exec(pair.trim()));
  return new Map(pairs.map((pair) => [Number(pair?.[1]), pair?.[2] ?? '']));
}

function startOf(words: string): RegExp {
  return new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\b`);
}
