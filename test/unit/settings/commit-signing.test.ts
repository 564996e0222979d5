import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { commitSigning } from '../../../src/settings/commit-signing.ts';
import { parseSettings } from '../../../src/settings/settings.ts';

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function signingWith(signing: string, env: NodeJS.ProcessEnv = { KEY: pem }) {
  const text = `apiVersion: fairlead.dev/v1\nkind: Worker\nforges: [{ host: github.com, kind: github, signing: ${signing} }]\n`;
  return commitSigning(parseSettings(text, '/etc/worker.yaml', env));
}

const signing = '{ key: { env: KEY }, email: bot@example.org }';
const url = 'https://github.com/acme/gitops';

describe('Commits that are signed', () => {
  it('are those of the forge whose entry names a key', async () => {
    const found = signingWith(signing);
    expect(await found.for(url)).toMatchObject({ committer: { name: 'Fairlead', email: 'bot@example.org' } });
    expect(found.emails(url)).toEqual({ authors: [], committers: ['bot@example.org'] });
    expect(await found.for('https://git.example.com/acme/gitops')).toBeUndefined();
  });

  it.each([
    ['is not set', {}],
    ['holds no private Ed25519 key, or an encrypted one', { KEY: 'a secret text' }],
  ])('are none where the key %s, and the message repeats nothing of it', async (says, env) => {
    const failure = await Promise.resolve(signingWith(signing, env).for(url)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'InvalidConfig' });
    expect(String(failure)).toContain(`environment variable KEY ${says}`);
    expect(String(failure)).not.toContain('a secret text');
  });

  it.each([
    ['{ key: { env: KEY } }', /signing\.email.*Write the address of the account/s],
    ['{ key: { env: KEY }, email: "bot <x>" }', /signing\.email is "bot <x>"/],
  ])('are refused as %s', (written, says) => {
    expect(() => signingWith(written)).toThrow(says);
  });
});
