import { Argument, type Command } from 'commander';
import { candidatesFor } from '../../completion/candidates.ts';
import { completionScripts, type Shell, shells } from '../../completion/scripts.ts';
import { seenNames } from '../../completion/seen.ts';
import { stagesHere } from '../../completion/stages-here.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';

/** Adds `fairlead completion`, and the hidden command that its scripts call. */
export function addCompletion(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('completion')
    .summary('print a script that completes commands, for bash, zsh or fish')
    .description(
      'Prints a script for your shell. It completes commands, options and their values: the environments of the fairlead.yaml in this directory, and those that commands have shown before, as well as ids. It asks nobody, so that it answers at once.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .option('--json', 'print the script as JSON, for programs')
    .addHelpText(
      'after',
      `
Examples:
  $ source <(fairlead completion bash)                                          in ~/.bashrc
  $ source <(fairlead completion zsh)                                           in ~/.zshrc, after compinit
  $ fairlead completion fish > ~/.config/fish/completions/fairlead.fish`,
    )
    .action((shell: Shell, { json }: { readonly json?: boolean }) => {
      const script = completionScripts[shell];
      io.out(json ? `${JSON.stringify({ shell, script }, null, 2)}\n` : script);
      done(exitCodes.ok);
    });
  program
    .command('complete', { hidden: true })
    .argument('[word...]', 'the words behind `fairlead`, of which the last one is being typed')
    .action(async (words: readonly string[]) => {
      const names = {
        environments: async () => [...new Set([...(await stagesHere(io.cwd)), ...(await seenNames(io)).environments])],
        ids: async () => (await seenNames(io)).ids,
      };
      for (const { value, description } of await candidatesFor(program, words, names))
        if (isPrintable(value)) io.out(`${value}\t${description}\n`);
      done(exitCodes.ok);
    });
}

/** A line end or another control character in a name would be read as more than a name. */
function isPrintable(value: string): boolean {
  return !/\p{Cc}/u.test(value);
}
