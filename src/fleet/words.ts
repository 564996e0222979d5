import { cutMiddle } from '../cut.ts';
import { shortSha } from '../short-names.ts';

const LONGEST = 300;
/** What is read of a message: a cluster may send megabytes, and what is shown is far shorter. */
const mostRead = 16_384;

/** Answers the part of a message that is read: its beginning and its end, with a mark where something is left out. */
export function readPart(message: string): string {
  if (message.length <= mostRead) return message;
  return `${message.slice(0, mostRead / 2)} … ${message.slice(-mostRead / 2)}`;
}

/**
 * Puts Flux's message on one line of bounded length, with its beginning and its end. What changes with each attempt is
 * left out, so that the same trouble reads the same: the controller's temporary folder, and how long it tried.
 */
export function boundedLine(message: string, longest = LONGEST): string {
  const steady = readPart(message)
    .replace(/(?:\/[\w.-]{1,255}){0,8}\/kustomization-\d+\/?/g, '')
    .replace(/ (?:after|in) (?:\d+(?:\.\d+)?(?:h|ms|m|s|µs|ns))+(?=[:;,.\s]|$)/g, '');
  return cutMiddle(steady.replace(/\s+/g, ' ').trim(), longest);
}

/** Lists names for people: `a, b, c and 4 more`. */
export function listNames(all: readonly string[], most = 5): string {
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}

/** Names a revision as people quote it. */
export function revisionWords(revision: string | undefined): string {
  return revision === undefined ? 'no revision yet' : shortSha(revision);
}
