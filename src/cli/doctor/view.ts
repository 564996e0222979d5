import { countOf } from '../../text/count-of.ts';
import { printableLine } from '../view/view.ts';
import { checks } from './check-names.ts';
import type { DoctorFinding } from './finding.ts';

const marks: Readonly<Record<DoctorFinding['state'], string>> = {
  well: '✔',
  wrong: '✘',
  warning: '!',
  'not asked': '–',
};

/** Writes the list for people: a line for each finding, and below what is wrong what mends it; then how many are wrong. */
export function findingLines(findings: readonly DoctorFinding[]): readonly string[] {
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  const notAsked = findings.filter(({ state }) => state === 'not asked').length;
  const counted = wrong === 0 ? 'Nothing is wrong' : `${wrong} of ${findings.length} are wrong`;
  const warned = warnings === 0 ? '' : `; ${countOf(warnings, 'warning')}`;
  const rest = notAsked === 0 ? '' : `; ${notAsked} could not be asked or do not apply`;
  return [...findings.flatMap(linesOf), '', `${counted}${warned}${rest}.`];
}

function linesOf(finding: DoctorFinding): readonly string[] {
  const { check, about, state, detail } = finding;
  const place = about === '' ? '' : ` ${about}`;
  const [first = '', ...more] = detail.split('\n').map(printableLine);
  return [
    `${marks[state]} ${checks[check]}${place}: ${first}`,
    ...more.map((line) => `    ${line}`),
    ...('remedy' in finding ? [`    → ${printableLine(finding.remedy)}`] : []),
  ];
}

/** A finding as `--json` prints it. */
export function findingJson(finding: DoctorFinding): object {
  const { check, about, state, detail } = finding;
  const trouble = 'remedy' in finding ? { trouble: finding.trouble, remedy: finding.remedy } : {};
  return { check, title: checks[check], ...(about !== '' && { about }), state, detail, ...trouble };
}
