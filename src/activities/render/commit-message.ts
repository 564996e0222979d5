import { cut } from '../../cut.ts';
import type { CommitInfo } from '../../git/repository.ts';
import { endsWithTrailers, fillTemplate } from '../../platform/request/template.ts';
import { shortSha } from '../../short-names.ts';
import { titleText } from '../../untrusted-text.ts';
import type { RenderOrder } from './contract.ts';

/** What the message of a request's commit tells of. */
export interface MessageFacts extends Pick<RenderOrder, 'environment' | 'operation'> {
  readonly main: Pick<CommitInfo, 'sha' | 'subject'>;
  readonly config: Pick<CommitInfo, 'sha' | 'subject'>;
}

/**
 * Makes the message of a request's commit in Fairlead's own words, or in those of the template of the settings. It always ends with the
 * trailers Main and Config.
 */
export function commitMessage(facts: MessageFacts, template?: string): string {
  const own = `Main: ${facts.main.sha}\nConfig: ${facts.config.sha}\n`;
  if (template === undefined) return `${ownWords(facts)}\n\n${own}`;
  return `${templateWords(facts, template)}${endsWithTrailers(template) ? '\n' : '\n\n'}${own}`;
}

function ownWords({ environment, operation, main, config }: MessageFacts): string {
  const to = `${environment} to ${shortSha(main.sha)}\n\n${titleText(main.subject)}`;
  const words = {
    promotion: `Promote ${to}`,
    'config change': `Configure ${environment}: ${titleText(config.subject)}`,
    rollback: `Roll back ${to}`,
  };
  return words[operation];
}

function templateWords({ environment, operation, main, config }: MessageFacts, template: string): string {
  const { subject } = operation === 'config change' ? config : main;
  const shas = { main: shortSha(main.sha), config: shortSha(config.sha) };
  return fillTemplate(template, { operation, environment, ...shas, subject: cut(titleText(subject), 200) }).trimEnd();
}
