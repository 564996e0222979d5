import { describe, expect, it } from 'vitest';
import { type RequestFacts, requestTitle } from '../../../src/activities/pull-request/request-text.ts';
import { parseSettings } from '../../../src/settings/settings.ts';

function settingsWith(templates: Readonly<Record<string, unknown>>) {
  const text = `apiVersion: fairlead.dev/v1\nkind: Worker\nrequestTemplates: ${JSON.stringify(templates)}\n`;
  return parseSettings(text, '/etc/worker.yaml', {});
}

function titleTemplate(title: string): string | undefined {
  return settingsWith({ title }).requestTemplates.title;
}

const revision = { main: 'a'.repeat(40), config: 'b'.repeat(40) };

function titleOf(subject: string, template?: string): string {
  return requestTitle(
    { order: { operation: 'promotion', environment: 'qa', revision }, subject } as RequestFacts,
    template,
  );
}

describe('The template of a title', () => {
  it('says where the values stand', () => {
    const template = titleTemplate('chore({environment}): {operation} of {main} with {config}: {subject}');
    expect(titleOf('Raise the limits', template)).toBe(
      'chore(qa): promotion of aaaaaaaa with bbbbbbbb: Raise the limits',
    );
  });

  it('left out leaves the title as it was', () => {
    expect(titleOf('Raise the limits')).toBe('Promote aaaaaaaa to qa: Raise the limits');
  });

  it('takes nothing of what people wrote for a place of its own, nor for a mention', () => {
    const template = titleTemplate('{subject} ({environment})');
    expect(titleOf('{environment} {main}', template)).toBe('{environment} {main} (qa)');
    expect(titleOf('Ask @sre', template)).not.toContain('@sre');
    expect(titleOf('x'.repeat(500), template)).toHaveLength(200);
  });

  it.each([
    ['{ticket}: {subject}', /line 3: requestTemplates\.title is .*There is no value \{ticket\}\. Write \{operation\}/],
    ['{subject', /A brace stands alone/],
    ['', /Write a title of one line/],
    ['a\nb', /Write a title of one line/],
  ])('%j is refused with place and remedy', (template, says) => {
    expect(() => titleTemplate(template)).toThrow(says);
  });
});

describe('The template of a message', () => {
  it('may have several lines', () => {
    const message = 'chore({environment}): deploy {main}\n\n{subject}\n\nSigned-off-by: Bot <bot@example.org>\n';
    expect(settingsWith({ message }).requestTemplates.message).toBe(message);
  });

  it.each([
    [
      '{ticket}: {subject}',
      /line 3: requestTemplates\.message is .*There is no value \{ticket\}\. Write \{operation\}/,
    ],
    ['deploy {main', /A brace stands alone/],
    ['', /Write a message of 2,000 characters at most/],
    ['a\tb', /without tabs/],
    ['\n\nDeploy {main}', /Write the subject of the commit on the first line/],
    ['Deploy {main}\nto {environment}', /Leave the second line empty/],
    ['Deploy\n\nmain: {main}', /Leave out the line "main:": Fairlead ends every message with Main and Config/],
  ])('%j is refused with place and remedy', (message, says) => {
    expect(() => settingsWith({ message })).toThrow(says);
  });
});

describe('The author of commits', () => {
  it('is named by the settings', () => {
    const author = { name: 'Acme Bot', email: 'bot@example.org', formerEmails: ['old@example.org'] };
    expect(settingsWith({ author }).commitAuthor).toEqual(author);
    expect(settingsWith({ author: { email: 'bot@example.org' } }).commitAuthor).toMatchObject({ name: 'Fairlead' });
    expect(settingsWith({ author: { name: 'Acme Bot' } }).commitAuthor).toMatchObject({
      email: 'fairlead@noreply.fairlead.dev',
    });
    expect(settingsWith({}).commitAuthor).toBeUndefined();
  });

  it.each([
    [{ email: '' }, /requestTemplates\.author\.email.*Write an address of its own for Fairlead/s],
    [{ email: 'Bot <bot@example.org>' }, /requestTemplates\.author\.email is "Bot <bot@example\.org>"/],
    [{ email: 'bot@example.org', name: 'a\nb' }, /requestTemplates\.author\.name.*Write a name of one line/s],
    [
      { email: 'bot@example.org', formerEmails: ['bot'] },
      /formerEmails\[0\].*Write an address that Fairlead had before/s,
    ],
  ])('%j is refused with place and remedy', (author, says) => {
    expect(() => settingsWith({ author })).toThrow(says);
  });
});
