import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { count, shownMessage } from '../../operation/details.ts';
import type { EnvironmentStatus } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import { codeText, markdownText } from '../../untrusted-text.ts';
import type { Io } from '../io.ts';
import type { SummaryOption } from '../options.ts';
import { troubleWords } from '../trouble/trouble.ts';
import type { OperationView } from './view.ts';

/** Appends Markdown to the file that `--summary` names; without one, to nothing. Throws `Failure` InvalidInput. */
export async function appendSummary({ summary }: SummaryOption, markdown: string, io: Io): Promise<void> {
  if (!summary) return;
  try {
    await appendFile(resolve(io.cwd, summary), `${markdown}\n`);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Failure('InvalidInput', `--summary ${summary} cannot be written (${why}). Name another file.`);
  }
}

/** Writes an operation in Markdown: what it is, where it stands in each environment, and where to look. */
export function operationSummary(view: OperationView): string {
  const { id, subject, message, failure, troubles = [], url } = view;
  const sentences = [message, failure?.message, ...troubles.map(troubleWords)].filter((each) => each !== undefined);
  return [
    `## ${heading(view)}`,
    ...(subject ? [markdownText(subject)] : []),
    ...(view.environments.length === 0 ? [] : [environmentTable(view.environments)]),
    ...sentences.map((sentence) => `> ${markdownText(sentence)}`),
    `${link(id, url)} · ${codeText(`fairlead status ${id}`)}\n`,
  ].join('\n\n');
}

function heading({ kind, commit, state }: OperationView): string {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return `${name}${commit === '' ? '' : ` of ${codeText(shortSha(commit))}`}: ${markdownText(state)}`;
}

function environmentTable(environments: readonly EnvironmentStatus[]): string {
  const rows = environments.map((each) => [
    markdownText(each.environment),
    markdownText(each.state),
    each.fleet === undefined ? '' : `${count(each.fleet)} healthy`,
    each.request === undefined ? '' : link(`#${each.request.number}`, each.request.url),
    markdownText(shownMessage(each)),
  ]);
  const table = [['environment', 'state', 'clusters', 'request', ''], Array<string>(5).fill('---'), ...rows];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Links a text. What a worker says of a forge may be anything: an address with a bracket or a space in it is left out. */
function link(text: string, url: string | undefined): string {
  const isAddress = url !== undefined && /^https?:\/\/[^\s()<>[\]|\\]+$/.test(url);
  return isAddress ? `[${markdownText(text)}](${url})` : codeText(text);
}
