/** The values that a template of a title or of a commit's message may name. */
const templateValues = ['operation', 'environment', 'main', 'config', 'subject'] as const;
type TemplateValue = (typeof templateValues)[number];

const placeholder = /\{([^{}]*)\}/g;

/** The trailers that Fairlead ends every message with, whatever the template says. */
const ownTrailer = /^(main|config)\s*:/im;
/** A paragraph of trailers, as git reads them at the end of a message. */
const trailers = /^(?:[A-Za-z0-9][A-Za-z0-9-]*: [^\n]*(?:\n|$))+$/;

/** Says what is wrong with a template, with the remedy; undefined: nothing is. */
export function templateProblem(template: string): string | undefined {
  const known = templateValues.map((name) => `{${name}}`).join(', ');
  const unknown = [...template.matchAll(placeholder)].find(([, name]) => !isTemplateValue(name));
  if (unknown) return `There is no value ${unknown[0]}. Write ${known}.`;
  if (/[{}]/.test(template.replace(placeholder, '')))
    return `A brace stands alone. Write ${known}, and no other braces.`;
  return undefined;
}

/** Says what is wrong with the template of a commit's message, with the remedy; undefined: nothing is. */
export function messageProblem(template: string): string | undefined {
  const [subject = '', second = ''] = template.split('\n');
  if (subject.trim() === '') return 'Write the subject of the commit on the first line.';
  if (second.trim() !== '') return 'Leave the second line empty: git takes what follows it for the body.';
  const own = ownTrailer.exec(template)?.[1];
  if (own !== undefined) return `Leave out the line "${own}:": Fairlead ends every message with Main and Config.`;
  return templateProblem(template);
}

/** Puts values into a template that has no problem. A value that looks like a placeholder stays what it is. */
export function fillTemplate(template: string, values: Readonly<Record<TemplateValue, string>>): string {
  return template.replace(placeholder, (all, name: string) => (isTemplateValue(name) ? values[name] : all));
}

/**
 * Tells whether a template of a message ends with trailers, which others then stand with: git reads the last paragraph alone. A
 * message of one paragraph has none, whatever its subject looks like.
 */
export function endsWithTrailers(template: string): boolean {
  const [, ...paragraphs] = template.trim().split(/\n(?:[ \t]*\n)+/);
  return trailers.test(paragraphs.at(-1) ?? '');
}

function isTemplateValue(name: string | undefined): name is TemplateValue {
  return templateValues.some((known) => known === name);
}
