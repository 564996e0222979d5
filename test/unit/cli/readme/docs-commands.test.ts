import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandsIn, type ReadmeCommand } from '../../../support/readme/commands.ts';
import { fairlead } from '../test-io.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Answers the options of a command, from its help; undefined: there is no such command. */
async function optionsOf(command: string): Promise<ReadonlySet<string> | undefined> {
  const { code, out } = await fairlead([command, '--help']);
  if (code !== 0 || !out.startsWith(`Usage: fairlead ${command}`)) return undefined;
  return new Set(out.match(/(?<![\w-])--[a-z][\w-]*/g));
}

/** Says what is wrong with a command as a page writes it; undefined: nothing that its name and options tell. */
async function wrongIn({ words: [program, command = '', ...args], text }: ReadmeCommand): Promise<string | undefined> {
  if (program === 'npm' && command === 'run') {
    const script = args.find((arg) => !arg.startsWith('-'));
    return script === undefined || script in manifest.scripts ? undefined : `${text}: no such script`;
  }
  // A page may write COMMAND for any of them.
  if (program !== 'fairlead' || !/^[a-z]/.test(command)) return undefined;
  const known = await optionsOf(command);
  if (known === undefined) return `${text}: no such command`;
  const asked = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.replace(/=.*/, ''));
  const unknown = asked.filter((option) => !known.has(option));
  return unknown.length === 0 ? undefined : `${text}: no such option ${unknown.join(', ')}`;
}

describe('A page of the docs', () => {
  it.each(pages)('names commands, options and scripts that there are: %s', async (page) => {
    const commands = commandsIn(readFileSync(join(root, page), 'utf8'));
    expect((await Promise.all(commands.map(wrongIn))).filter((wrong) => wrong !== undefined)).toEqual([]);
  });

  it('that names what is not there is told', async () => {
    const page = '`fairlead fly`, `fairlead status --fast` and `npm run nothing`; `fairlead status --json` is there';
    expect(await Promise.all(commandsIn(page).map(wrongIn))).toEqual([
      'fairlead fly: no such command',
      'fairlead status --fast: no such option --fast',
      'npm run nothing: no such script',
      undefined,
    ]);
  });
});
