import { cutBody, cutTitle, sameText, type TextLimits } from '../http/text.ts';

export { sameText };

/** GitHub's limit for the body of a request or comment, in characters. */
export const BODY_LIMIT = 65_536;
const limits: TextLimits = { forge: 'GitHub', body: BODY_LIMIT, title: 256 };

/** Shortens a body to what GitHub takes: cut at the end of a line, with a note, code fences and details closed. */
export function limitBody(body: string, limit: number = BODY_LIMIT): string {
  return cutBody(body, limits, BODY_LIMIT - limit);
}

/** Shortens a title to what GitHub takes. */
export function limitTitle(title: string): string {
  return cutTitle(title, limits);
}
