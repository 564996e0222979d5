import { z } from 'zod';
import { botIdentity } from '../git/identity.ts';
import { map, text } from '../platform/fields.ts';
import { messageProblem, templateProblem } from '../platform/request/template.ts';
import { secret } from './secret-schema.ts';

const idRemedy = "Write the App's id or its client id, such as 123456 or Iv23liABCDEF.";

const email = /^[^\s<>@]+@[^\s<>@]+$/;
const name = text(
  /^[^\s<>\p{Cc}](?:[^<>\p{Cc}]{0,98}[^\s<>\p{Cc}])?$/u,
  'Write a name of one line, without < and >.',
).prefault('Fairlead');

/** Who Fairlead is in the commits that it builds. */
const author = map({
  email: text(email, 'Write an address of its own for Fairlead, such as fairlead@example.com.')
    .prefault(botIdentity.email)
    .describe('Its address, with which nobody else commits.'),
  name: name.describe('Its name.'),
  formerEmails: z
    .array(text(email, 'Write an address that Fairlead had before, such as fairlead@example.com.'), {
      error: 'List addresses, such as [fairlead@example.com].',
    })
    .prefault([])
    .describe('Addresses that it had before, here or in `signing`: commits with them go on to be its own.'),
});

/** How requests and their commits are written. */
export const requestTemplates = map({
  title: text(/^[^\p{Cc}]{1,200}$/u, 'Write a title of one line, 200 characters at most.')
    .superRefine((template, context) => {
      const message = templateProblem(template);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional()
    .describe('The title of a request, with {operation}, {environment}, {main}, {config} and {subject}.'),
  message: text(/^(?:[^\p{Cc}]|\n){1,2000}$/u, 'Write a message of 2,000 characters at most, without tabs.')
    .superRefine((template, context) => {
      const message = messageProblem(template);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional()
    .describe("The message of Fairlead's commits, with the same values. Main and Config are added at its end."),
  author: author.optional().describe('Who Fairlead is in its commits. Default: Fairlead itself.'),
});

/** How the commits that are pushed to a forge are signed. */
export const signing = map({
  key: secret.describe("Where the private Ed25519 key is kept, as `ssh-keygen -t ed25519 -N ''` writes it."),
  email: text(email, 'Write the address of the account on the forge to which the key belongs.').describe(
    'The address of the committer: the account to which the public key belongs as a signing key.',
  ),
  name: name.describe('The name of the committer.'),
});

/** A GitHub App that signs in. */
export const app = map({
  id: z
    .union([z.int().positive(), text(/^[A-Za-z0-9.]{1,100}$/, idRemedy)], { error: idRemedy })
    .describe('The App id or the client id, as the page of the App shows it.'),
  privateKey: secret.describe('Where the private key of the App is kept, the PEM that GitHub gives.'),
  commitsAs: text(email, "Write the address of the App's bot, such as 1234567+NAME[bot]@users.noreply.github.com.")
    .optional()
    .describe("The address of the App's bot: it makes the commits through the API, and GitHub signs them."),
});
