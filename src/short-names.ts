/** Answers the first eight digits of a commit id, as people quote it; anything else comes back as it is. */
export function shortSha(sha: string): string {
  return /^[0-9a-f]{40}$/.test(sha) ? sha.slice(0, 8) : sha;
}

/** Answers a ref without `refs/heads/`, as people name a branch; any other ref comes back as it is. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
