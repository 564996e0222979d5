import { createHash, type KeyObject, sign } from 'node:crypto';
import { checkSha } from '../names.ts';
import type { Git } from '../process/commands.ts';
import type { Person, Sha } from '../repository.ts';
import { sshPublicKey, sshString } from './ssh-key.ts';

/** Who signs the commits that are pushed to one host. */
export interface CommitSigner {
  /** The committer: a forge calls a commit verified where the key and this address are of one account. */
  readonly committer: Omit<Person, 'date'>;
  readonly key: KeyObject;
}

/** The addresses with which signed commits are made, beside those of the author that the settings name. */
export interface SigningEmails {
  readonly authors: readonly string[];
  readonly committers: readonly string[];
}

/** Answers who signs the commits of a repository. */
export interface CommitSigning {
  /** Reads the key. Throws `Failure` InvalidConfig where it is none; undefined: nobody signs there. */
  for(url: string): Promise<CommitSigner | undefined>;
  /** Answers the addresses of authors and committers by which our own commits are known there, without a look at a key. */
  emails(url: string): SigningEmails;
}

/**
 * Signs a commit that was written, as `git commit -S` with an SSH key does, and answers the signed one. Ed25519 has no randomness:
 * the same commit and key give the same signed commit, on every worker.
 */
export async function signCommit(git: Git, commit: Sha, { key }: CommitSigner): Promise<Sha> {
  const { stdout } = await git.plumb(['cat-file', 'commit', commit]);
  const { stdout: written } = await git.plumb(
    ['hash-object', '-t', 'commit', '-w', '--stdin'],
    withSignature(stdout, sshSignature(key, stdout, 'git')),
  );
  const sha = checkSha(written.toString('utf8').trim());
  git.caches.present.set(sha, true);
  return sha;
}

/** Puts a signature where git looks for it: behind the other headers, its further lines indented. */
function withSignature(commit: Buffer, signature: string): Buffer {
  const end = commit.indexOf('\n\n') + 1;
  const header = `gpgsig ${signature.trimEnd().replaceAll('\n', '\n ')}\n`;
  return Buffer.concat([commit.subarray(0, end), Buffer.from(header), commit.subarray(end)]);
}

/**
 * Signs a text in the format of `ssh-keygen -Y sign -n NAMESPACE`.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export function sshSignature(key: KeyObject, text: Buffer, namespace: string): string {
  const magic = Buffer.from('SSHSIG');
  const about = [sshString(namespace), sshString(''), sshString('sha512')];
  const digest = createHash('sha512').update(text).digest();
  const signature = sign(null, Buffer.concat([magic, ...about, sshString(digest)]), key);
  const version = Buffer.from([0, 0, 0, 1]);
  const signed = sshString(Buffer.concat([sshString('ssh-ed25519'), sshString(signature)]));
  const blob = Buffer.concat([magic, version, sshString(sshPublicKey(key)), ...about, signed]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
}
