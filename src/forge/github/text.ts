/** GitHub's limit for the body of a request or comment, in characters. */
export const BODY_LIMIT = 65_536;
const TITLE_LIMIT = 256;
const NOTE = `\n\n*Cut here: GitHub takes ${BODY_LIMIT.toLocaleString('en')} characters at most.*\n`;

/** Shortens a body to what GitHub takes: cut at the end of a line, with a note, code fences and details closed. */
export function limitBody(body: string, limit: number = BODY_LIMIT): string {
  if (body.length <= limit) return body;
  const room = limit - NOTE.length - CLOSING_ROOM;
  const cut = body.slice(0, room);
  const lines = cut.slice(0, Math.max(cut.lastIndexOf('\n'), 0)) || withoutHalfCharacter(cut);
  return lines + closingTags(lines) + NOTE;
}

/** Shortens a title to what GitHub takes. */
export function limitTitle(title: string): string {
  return title.length <= TITLE_LIMIT ? title : `${withoutHalfCharacter(title.slice(0, TITLE_LIMIT - 1))}…`;
}

/** Answers whether GitHub shows the same for both: it may change line ends and trailing space. */
export function sameText(one: string, other: string): boolean {
  return comparableText(one) === comparableText(other);
}

/** Room for what `closingTags` may add. */
const CLOSING_ROOM = 200;

function closingTags(text: string): string {
  const fence = (text.match(/^ {0,3}```/gm) ?? []).length % 2 === 1 ? '\n```' : '';
  const open = (text.match(/<details\b/g) ?? []).length - (text.match(/<\/details>/g) ?? []).length;
  return fence + '\n</details>'.repeat(Math.min(Math.max(open, 0), 10));
}

function withoutHalfCharacter(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

function comparableText(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
