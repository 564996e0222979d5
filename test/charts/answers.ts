/** A line of `helm.yaml` that answers what the renderer asks. */
export interface Answer {
  readonly kind: 'hooks' | 'unstable';
  readonly value: string;
}

/** A field or an object of a refusal, as it names them: `Secret grafana, data.admin-password (…)`. */
const namedField = /^((?:[A-Z]\w+) [a-z0-9][\w./-]*?)(?:, (as a whole\b.*|\S.*?))?(?: \(.*\))?$/;

/**
 * Answers the lines that a refusal asks for, in its own words; none: it asks for something else. Hooks are dropped, as
 * most charts can do without. Of an object whose fields change from run to run, what the branch holds stays; one that is
 * another one in every run goes.
 */
export function answersTo(refusal: string, given: readonly Answer[]): readonly Answer[] {
  if (/\bhooks: (drop|keep)\b|`hooks`|has hooks/.test(refusal) && !given.some(({ kind }) => kind === 'hooks'))
    return [{ kind: 'hooks', value: 'drop' }];
  const [, named = ''] = /changes from run to run[^\n]*\n([\s\S]*?)\nSet what the chart/.exec(refusal) ?? [];
  const answers = named.split('\n').flatMap((line): readonly Answer[] => {
    const [, object, field] = namedField.exec(line.trim()) ?? [];
    if (object === undefined) return [];
    const answer = field === undefined || field.startsWith('as a whole') ? 'drop' : 'keep';
    const value = `{object: ${object}, ${answer}: true}`;
    return [{ kind: 'unstable', value }];
  });
  const known = new Set(given.map(({ value }) => value));
  return [...new Map(answers.filter(({ value }) => !known.has(value)).map((each) => [each.value, each])).values()];
}
