import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';

/** The owner of all repositories on the sandbox's forge. */
export const sandboxOwner = 'local';

/** Answers whether a repository has an address under which the sandbox serves it, on this machine alone. */
export function isInSandbox(repository: string): boolean {
  const address = checkRepositoryUrl(repository).webAddress;
  return address?.owner === sandboxOwner && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(address.host);
}
