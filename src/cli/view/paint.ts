import { randomBytes } from 'node:crypto';
import pico from 'picocolors';

/** What a colour says. */
export type Tone = 'good' | 'bad' | 'waiting' | 'quiet';

/** Gives a text the colour of a tone. */
export type Paint = (tone: Tone, text: string) => string;

/** Leaves a text as it is. */
export const plain: Paint = (_tone, text) => text;

/** What gives colours, and the terminal's form of texts that have them. */
export interface Painter {
  readonly paint: Paint;
  /** Puts the terminal's own sequences in place of the colours, after `clean` has taken all others out of the text. */
  shown(text: string, clean: (text: string) => string): string;
}

/** Tells whether a stream takes colours: a terminal, where nobody has said no (https://no-color.org). */
export function takesColours(stream: { readonly isTTY?: boolean }, env: Readonly<NodeJS.ProcessEnv>): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** A painter that leaves everything as it is. */
export const colourless: Painter = { paint: plain, shown: (text, clean) => clean(text) };

/**
 * Makes a painter for a terminal. Texts of others may not steer the terminal, and so have their control characters taken out when they
 * are printed. What this gives a colour carries marks until then, which nobody can write who does not know this process's number.
 */
export function createPainter(): Painter {
  const secret = randomBytes(8).toString('hex');
  const mark = (word: string) => `\ue000${secret}${word}\ue001`;
  const painted = new RegExp(`${mark('(good|bad|waiting|quiet)')}(.*?)${mark('end')}`, 'gs');
  const colours = pico.createColors(true);
  const formats = { good: colours.green, bad: colours.red, waiting: colours.yellow, quiet: colours.dim };
  return {
    paint: (tone, text) => (text === '' ? text : `${mark(tone)}${text}${mark('end')}`),
    shown: (text, clean) => clean(text).replace(painted, (_, tone: Tone, inner: string) => formats[tone](inner)),
  };
}

const tones: Readonly<Record<Tone, readonly string[]>> = {
  good: ['promoted', 'configured', 'unchanged', 'rolled back', 'accepted'],
  bad: ['needs attention', 'failed', 'rejected', 'aborted', 'terminated'],
  waiting: ['awaiting approval', 'held', 'pull request open'],
  quiet: ['waiting', 'queued', 'not reached', 'superseded', 'nothing promoted yet'],
};

/** Answers the tone of a state, of an operation or of one environment; undefined: it goes on by itself. */
export function toneOfState(state: string): Tone | undefined {
  return (Object.keys(tones) as Tone[]).find((tone) => tones[tone].includes(state));
}

/** Gives a text the colour of a state. */
export function paintState(paint: Paint, state: string, text = state): string {
  const tone = toneOfState(state);
  return tone === undefined ? text : paint(tone, text);
}
