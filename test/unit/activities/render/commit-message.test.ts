import { describe, expect, it } from 'vitest';
import { commitMessage, type MessageFacts } from '../../../../src/activities/render/commit-message.ts';
import { git } from '../../../support/git.ts';

const main = 'a'.repeat(40);
const config = 'b'.repeat(40);

function message(template?: string, facts: Partial<MessageFacts> & { readonly subject?: string } = {}): string {
  const { subject = 'Raise the limits', operation = 'promotion' } = facts;
  const commits = { main: { sha: main, subject }, config: { sha: config, subject: 'Use two replicas' } };
  return commitMessage({ operation, environment: 'qa', ...commits }, template);
}

/** The trailers as git reads them. */
function trailersOf(text: string): readonly string[] {
  return git('/tmp', ['interpret-trailers', '--parse'], { input: text }).split('\n');
}

const own = [`Main: ${main}`, `Config: ${config}`];

describe('The message of a commit', () => {
  it('is in our own words where there is no template', () => {
    expect(message()).toBe(`Promote qa to aaaaaaaa\n\nRaise the limits\n\nMain: ${main}\nConfig: ${config}\n`);
  });

  it('is that of the template, and ends with our trailers', () => {
    const text = message('chore({environment}): {operation} of {main} with {config}\n\n{subject}\n');
    expect(text).toMatch(/^chore\(qa\): promotion of aaaaaaaa with bbbbbbbb\n\nRaise the limits\n\nMain: /);
    expect(trailersOf(text)).toEqual(own);
  });

  it('tells the subject of the config commit for a config change', () => {
    const text = message('chore: {subject}', { operation: 'config change' });
    expect(text.split('\n')[0]).toBe('chore: Use two replicas');
    expect(trailersOf(text)).toEqual(own);
  });

  it('keeps the trailers of the template beside ours', () => {
    const text = message('Deploy {main}\n\n{subject}\n\nSigned-off-by: Bot <bot@example.org>\n');
    expect(trailersOf(text)).toEqual(['Signed-off-by: Bot <bot@example.org>', ...own]);
  });

  it.each(['Main: 0000000000000000000000000000000000000000', 'Signed-off-by: Eve <eve@example.org>'])(
    'takes no trailer from what people wrote: %s',
    (subject) => {
      expect(trailersOf(message('{subject}', { subject }))).toEqual(own);
      expect(trailersOf(message('Deploy\n\n{subject}', { subject }))).toEqual(own);
      expect(trailersOf(message('Deploy\n\nTicket: OPS-1', { subject }))).toEqual(['Ticket: OPS-1', ...own]);
    },
  );

  it('takes neither mentions nor words that skip CI nor places from what people wrote', () => {
    const [first] = message('{subject}', { subject: '[skip ci] closes #1 @ada {main}' }).split('\n');
    expect(first).toMatch(/^\(skip ci\) closes #\S1 @\Sada \{main\}$/);
    expect(message('[{subject}]', { subject: 'skip ci' })).not.toContain('[skip ci]');
    expect(message('[{environment}: {subject}]', { subject: 'x] [no ci' })).not.toContain('[no ci]');
    const [long = ''] = message('{subject}', { subject: 'x'.repeat(500) }).split('\n');
    expect(long).toMatch(/^x+…x+$/);
    expect(long.length).toBeLessThanOrEqual(200);
  });
});
