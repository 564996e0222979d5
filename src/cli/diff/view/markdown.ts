import { fitting } from '../../../diff/view/listed.ts';
import { changesMarkdown } from '../../../diff/view/markdown.ts';
import { countWords } from '../../../diff/view/words.ts';
import { markdownText } from '../../../untrusted-text.ts';
import { type DiffReport, differs, type EnvironmentDiff, type FailedDiff } from '../report.ts';
import { placesOf, remarksOf, sideWords } from './words.ts';

/** The characters of a comment: GitHub takes 65,536. */
const mostCharacters = 60_000;

/** Writes what differs as a comment on a pull request, no longer than a forge takes. */
export function markdownComment({ environments, remarks }: DiffReport): string {
  const parts: string[] = [`## What would change\n`, ...remarks.map((remark) => `${markdownText(remark)}\n`)];
  let left = mostCharacters - lengthOf(parts);
  for (const [index, environment] of environments.entries()) {
    const part = environmentPart(environment, Math.floor(left / (environments.length - index)));
    left -= part.length + 1;
    parts.push(part);
  }
  return `${parts.join('\n').trimEnd()}\n`;
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + 1, 0);
}

/** The room that what is said after the changes may take. */
const roomForEnd = 400;

function environmentPart(diff: EnvironmentDiff | FailedDiff, room: number): string {
  if ('failure' in diff) {
    const lines = diff.failure.message.slice(0, Math.max(0, room - roomForEnd)).split('\n');
    return `### ${markdownText(diff.environment)}: could not be compared\n\n${lines.map((line) => `> ${markdownText(line)}`).join('\n')}\n`;
  }
  const { environment, before, after, difference } = diff;
  const head = [
    `### ${markdownText(environment)}: ${countWords(difference.changes)}\n`,
    `${markdownText(`${sideWords(after, environment)}, against ${sideWords(before, environment)}`)}.\n`,
  ];
  const all = remarksOf(diff).map((remark) => `- ${markdownText(remark)}`);
  const some = fitting(all, Math.floor(room / 4));
  const remarks = some.length < all.length ? [...some, `- and ${all.length - some.length} more remarks`] : some;
  const end = remarks.length === 0 ? [] : [`${remarks.join('\n')}\n`];
  if (!differs(diff)) return [...head, ...end].join('\n');
  const changes = changesMarkdown(difference.changes, placesOf(diff), room - lengthOf([...head, ...end]));
  return [...head, ...changes, '', ...end].join('\n');
}
