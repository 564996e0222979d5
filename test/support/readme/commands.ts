import { readFileSync } from 'node:fs';

/** The pages whose every command is run: README.md, and those that it sends a newcomer to. */
const pages = ['README.md', 'docs/first-platform.md', 'docs/demo.md'];

/** A command of README.md, or of the pages that belong to it. */
export interface ReadmeCommand {
  /** As README writes it. */
  readonly text: string;
  /** What tells commands apart: of `fairlead` its subcommand, and `--dev`; of others the whole text. */
  readonly name: string;
  readonly words: readonly string[];
  /** What the block has exported before it. */
  readonly exported: Readonly<Record<string, string>>;
}

/** Reads the commands of the pages, in their order: those of `sh` blocks, and those that stand in a sentence. */
export function readmeCommands(): readonly ReadmeCommand[] {
  return pages.flatMap((page) => commandsIn(readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')));
}

/** The same of any Markdown. */
export function commandsIn(markdown: string): readonly ReadmeCommand[] {
  const fences = /^```(\w*)\n([\s\S]*?)^```$/gm;
  const blocks = [...markdown.matchAll(fences)]
    .filter(([, language]) => language === 'sh')
    .map(([, , text = '']) => text);
  const sentences = markdown.replace(fences, '').matchAll(/`((?:fairlead|npm|npx|node|docker|git|go) [^`]+)`/g);
  return [...blocks, ...[...sentences].map(([, text = '']) => text)].flatMap(commandsOfBlock);
}

function commandsOfBlock(block: string): readonly ReadmeCommand[] {
  const exported: Record<string, string> = {};
  const commands: ReadmeCommand[] = [];
  for (const line of block.replace(/\\\n/g, ' ').split('\n'))
    for (const words of commandsOfLine(line)) {
      const [program = '', subcommand = ''] = words;
      if (program === 'export') {
        for (const [, name = '', value = ''] of words.slice(1).map((word) => /^(\w+)=(.*)$/.exec(word) ?? []))
          exported[name] = value;
        continue;
      }
      const text = words.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(' ');
      commands.push({
        text,
        name: program === 'fairlead' ? `fairlead ${subcommand}${words.includes('--dev') ? ' --dev' : ''}` : text,
        words,
        exported: { ...exported },
      });
    }
  return commands;
}

/** Words as a shell splits them, of each command of a line; variables stay as they are written, comments go. */
function commandsOfLine(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [token] of line.matchAll(
    /#.*$|&&|\|\|?|;|(?:"[^"]*"|'[^']*'|[^\s"'#;&|])(?:"[^"]*"|'[^']*'|[^\s"';&|])*/g,
  )) {
    if (token.startsWith('#')) break;
    if (/^(?:&&|\|\|?|;)$/.test(token)) commands.push([]);
    else commands.at(-1)?.push(token.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
  }
  return commands.filter((words) => words.length > 0);
}

/** Replaces README's values by those of a stand-in; what it has no value for stays as README writes it. */
export function withValues<T extends ReadmeCommand>(command: T, values: Readonly<Record<string, string>>): T {
  const replaced = (word: string) => values[word] ?? word;
  const exported = Object.fromEntries(Object.entries(command.exported).map(([name, value]) => [name, replaced(value)]));
  return { ...command, words: command.words.map(replaced), exported };
}
