/** The name and the address of an author or a committer. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Who Fairlead is in the commits that it builds, as the settings say. */
export interface CommitAuthor extends Identity {
  /** Addresses that it had before, as author or as committer: what carries them goes on to be its own. */
  readonly formerEmails: readonly string[];
}

/** Who Fairlead is in the commits of one repository, and by which addresses its own are told from those of others. */
export interface OwnIdentity {
  /** The author of what it commits, and the committer where no key signs. */
  readonly author: Identity;
  readonly authorEmails: ReadonlySet<string>;
  readonly committerEmails: ReadonlySet<string>;
}

/** The author and committer where the settings name nobody else. Its commits are known as Fairlead's own whatever the settings say. */
export const botIdentity = { name: 'Fairlead', email: 'fairlead@noreply.fairlead.dev' } as const;

/** Makes an identity from the author of the settings, and the further addresses with which signed commits are made. */
export function ownIdentity(
  author?: CommitAuthor,
  more: { readonly authors: readonly string[]; readonly committers: readonly string[] } = {
    authors: [],
    committers: [],
  },
): OwnIdentity {
  const { name, email, formerEmails } = author ?? { ...botIdentity, formerEmails: [] };
  const emails = [botIdentity.email, email, ...formerEmails];
  return {
    author: { name, email },
    authorEmails: new Set([...emails, ...more.authors]),
    committerEmails: new Set([...emails, ...more.committers]),
  };
}
