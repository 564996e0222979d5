import { styleText } from 'node:util';

/** Prints the demo's story, each line with the time since it began. */
export interface Narrator {
  /** Begins a scene. */
  scene(title: string): void;
  /** Tells what happens. */
  tell(line: string): void;
  /** Shows a command as a person would type it. */
  command(args: readonly string[]): void;
  lines(lines: readonly string[]): void;
}

export function createNarrator(write: (text: string) => void = (text) => process.stdout.write(text)): Narrator {
  const began = Date.now();
  const clock = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    return styleText('dim', `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`);
  };
  return {
    scene: (title) => write(`\n${styleText('bold', title)}\n`),
    tell: (line) => write(`${clock()} ${line}\n`),
    command: (args) => write(`${clock()} ${styleText('cyan', `$ fairlead ${args.map(quoted).join(' ')}`)}\n`),
    lines: (lines) => write(lines.map((line) => `${line}\n`).join('')),
  };
}

function quoted(arg: string): string {
  return /^[\w./:@=-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
