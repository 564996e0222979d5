import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { botIdentity } from '../../../../src/git/identity.ts';
import type { CommitSigning } from '../../../../src/git/signing/sign-commit.ts';
import { readSshKey } from '../../../../src/git/signing/ssh-key.ts';
import { foreignAuthor } from '../../../../src/gitops/foreign-author.ts';
import { git } from '../../../support/git.ts';
import { useBench } from '../setup.ts';

// cspell:disable
/** Made for this test by `ssh-keygen -t ed25519 -N ''`; nobody trusts it. */
const opensshKey = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDrypH2z6MhEd4RqBOUgwejc+3P/AuWni5Tk17ZpHDK2QAAAJDcndol3J3a
JQAAAAtzc2gtZWQyNTUxOQAAACDrypH2z6MhEd4RqBOUgwejc+3P/AuWni5Tk17ZpHDK2Q
AAAECJF+T9FQJZv+E7oWIWiUHg3ODMS3NuIMmfuWe5K3kKduvKkfbPoyER3hGoE5SDB6Nz
7c/8C5aeLlOTXtmkcMrZAAAACHRlc3Qga2V5AQIDBAU=
-----END OPENSSH PRIVATE KEY-----
`;
const encryptedKey = opensshKey.replace('b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA', 'b3BlbnNzaC1rZXktdjEAAAAABGFlczEA');
// cspell:enable
const committer = { name: 'Bot', email: 'bot@example.org' };

function signedBy(text: string): CommitSigning {
  const key = readSshKey(text);
  if (key === undefined) throw new Error('not a key');
  return { for: async () => ({ key, committer }), emails: () => ({ authors: [], committers: [committer.email] }) };
}

describe('a commit that is signed', () => {
  const bench = useBench();
  const date = new Date(1_700_000_000_000).toISOString();

  /** The commit on which the signed one stands, whose id is known. */
  function start(): string {
    const blob = git(bench.remote.path, ['hash-object', '-w', '--stdin'], { input: 'one\n' });
    const tree = git(bench.remote.path, ['mktree'], { input: `100644 blob ${blob}\tapp.yaml\n` });
    const env = {
      ...{ GIT_AUTHOR_NAME: 'Fairlead', GIT_AUTHOR_EMAIL: botIdentity.email, GIT_AUTHOR_DATE: '1700000000 +0000' },
      ...{ GIT_COMMITTER_NAME: 'Bot', GIT_COMMITTER_EMAIL: committer.email, GIT_COMMITTER_DATE: '1700000000 +0000' },
    };
    const commit = git(bench.remote.path, ['commit-tree', tree], { input: 'Start\n', env });
    bench.remote.setBranch('main', commit);
    return commit;
  }
  const promote = (parent: string, repository = bench.open({ signing: signedBy(opensshKey) })) =>
    repository.writeCommit({
      parent,
      changes: new Map([['app.yaml', 'two\n']]),
      message: 'Promote',
      person: { ...botIdentity, date },
    });

  it('is the very one that git makes with this key, and on every worker', async () => {
    const parent = start();
    // What `git commit -S` with gpg.format=ssh made of the same content, with git 2.39 and OpenSSH.
    expect(await promote(parent)).toBe('1a75e8649f5f97b7ed99af173ecdca637e46a3a1');
  });

  it('is our own for a worker that signs, and a stranger for one that does not', async () => {
    const parent = start();
    const repository = bench.open({ signing: signedBy(opensshKey) });
    const commit = await promote(parent, repository);
    const pushed = await repository.push({ commit, branch: 'deploy/x', expected: null });
    expect(pushed).toMatchObject({ kind: 'pushed' });
    expect(await foreignAuthor(repository, commit, { base: parent })).toBeUndefined();
    expect(await foreignAuthor(bench.open(), commit, { base: parent })).toBe('Bot');
    const author = { ...botIdentity, formerEmails: [committer.email] };
    expect(await foreignAuthor(bench.open({ author }), commit, { base: parent })).toBeUndefined();
  });
});

describe('a key for signatures', () => {
  const exported = (type: 'ed25519' | 'ed448') => {
    const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  };

  it.each([
    ['as OpenSSH writes it', opensshKey],
    ['on one line, as variables hold it', opensshKey.replaceAll('\n', '\\n')],
    ['as PEM of PKCS#8', exported('ed25519')],
  ])('is read %s', (_, text) => {
    expect(readSshKey(text)?.asymmetricKeyType).toBe('ed25519');
  });

  it.each([
    ['no key', 'secret'],
    ['another kind', exported('ed448')],
    ['half a key', opensshKey.replace(/\n[^\n]*\n[^\n]*\n(?=-----END)/, '\n')],
    ['an encrypted key', encryptedKey],
  ])('is refused where it is %s', (_, text) => {
    expect(readSshKey(text)).toBeUndefined();
  });
});
