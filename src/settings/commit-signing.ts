import { Failure } from '../failure.ts';
import { webCommitters } from '../forge/github/commits/make-commit.ts';
import type { CommitSigning } from '../git/signing/sign-commit.ts';
import { readSshKey } from '../git/signing/ssh-key.ts';
import { checkRepositoryUrl } from '../platform/repository/repository-url.ts';
import type { Settings } from './settings.ts';

/** Answers who signs the commits that are pushed to a forge, by the settings. The key is read anew each time. */
export function commitSigning({ commitSigners, forges }: Pick<Settings, 'commitSigners' | 'forges'>): CommitSigning {
  const hostOf = (url: string) => checkRepositoryUrl(url).webAddress?.host;
  const ofHost = <T extends { readonly host: string }>(entries: readonly T[], url: string) => {
    const wanted = hostOf(url);
    return entries.find(({ host }) => host === wanted);
  };
  const signerOf = (url: string) => ofHost(commitSigners, url);
  return {
    emails(url) {
      const { commitsAs, host } = ofHost(forges, url) ?? {};
      const signer = signerOf(url);
      return {
        authors: commitsAs === undefined ? [] : [commitsAs],
        committers: [
          ...(signer === undefined ? [] : [signer.email]),
          ...(commitsAs === undefined || host === undefined ? [] : webCommitters(host)),
        ],
      };
    },
    async for(url) {
      const signer = signerOf(url);
      if (signer === undefined) return undefined;
      const text = await signer.key.read();
      const key = text === undefined ? undefined : readSshKey(text);
      if (key !== undefined) return { key, committer: { name: signer.name, email: signer.email } };
      throw new Failure(
        'InvalidConfig',
        `The commits for ${signer.host} cannot be signed: ${signer.key.name} ${text === undefined ? 'is not set' : 'holds no private Ed25519 key, or an encrypted one'}. Put one there that \`ssh-keygen -t ed25519 -N ''\` makes.`,
        { isOfWorker: true },
      );
    },
  };
}
