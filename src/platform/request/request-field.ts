import { z } from 'zod';
import { map, text } from '../fields.ts';
import { ownLabels } from './own-labels.ts';

const login = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const reviewerRemedy = 'Write the name of a person, such as alice, or of a team as "team:sre".';
const assigneeRemedy = 'Write the name of a person, such as alice.';
const labelRemedy = 'Write a label of one line, without commas, 50 characters at most.';

const label = text(/^[^\s,\p{Cc}](?:[^,\p{Cc}]{0,48}[^\s,\p{Cc}])?$/u, labelRemedy).refine(
  (name) => !ownLabels.some((own) => own === looks(name)),
  { error: 'Fairlead gives and takes this label by itself. Choose another.' },
);

/** What looks the same to a reviewer is the same: letters of either case, other forms of them, and what is not seen. */
function looks(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\u2800]/gu, '')
    .trim()
    .toLowerCase();
}

/** The field `request`: who is asked for when a request is opened, and what it is labelled with. */
export const requestField = map({
  reviewers: z
    .array(text(new RegExp(`^(?:team:)?${login.source.slice(1)}`), reviewerRemedy), {
      error: 'List reviewers, such as [alice, "team:sre"].',
    })
    .max(15, { error: 'Write 15 reviewers at most.' })
    .prefault([])
    .describe('Who is asked for a review: people, and teams as `team:NAME`.'),
  assignees: z
    .array(text(login, assigneeRemedy), { error: 'List people, such as [alice].' })
    .max(10, { error: 'Write 10 assignees at most.' })
    .prefault([])
    .describe('Who the request is assigned to.'),
  labels: z
    .array(label, { error: 'List labels, such as [kubernetes].' })
    .max(20, { error: 'Write 20 labels at most.' })
    .prefault([])
    .describe('Labels beside those that Fairlead gives.'),
});

/** What is asked for when a request is opened. */
export interface RequestWishes {
  /** People, and teams as `team:NAME`. */
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly labels: readonly string[];
}
