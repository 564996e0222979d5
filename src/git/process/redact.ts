import { cut } from '../../cut.ts';

const longestWords = 600;

/**
 * Prepares git's words for a message: without secrets, control characters and noise, and not longer than a few lines.
 */
export function gitWords(stderr: string, secrets: readonly string[]): string {
  const lines = redact(stderr, secrets)
    .split(/[\r\n]+/)
    .map((line) =>
      line
        .replace(/\p{Cc}\[[0-9;]*[A-Za-z]/gu, '')
        .replace(/\p{Cc}/gu, ' ')
        .trim(),
    )
    .map((line) => line.replace(/^remote:\s*/, '').replace(/^((fatal|error):\s*)+/, ''))
    .filter((line) => line !== '' && !noisePattern.test(line));
  const text = [...new Set(lines)].join('; ');
  return cut(text, longestWords);
}

const noisePattern =
  /^(hint:|Please make sure you have the correct access rights|and the repository exists\.|warning: (redirecting|[iI]gnoring --negotiation-tip))/;

/** Takes the given secrets, passwords in URLs and authorisation headers out of a text. */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret !== '').flatMap((secret) => [secret, encodeURIComponent(secret)]);
  return known
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    .replace(/(\/\/)[^/\s@]+@/g, '$1***@')
    .replace(/(authorization: *)(\S+ +)?\S+/gi, '$1***');
}
