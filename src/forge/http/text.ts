/** What a kind of forge takes of a text. */
export interface TextLimits {
  /** The name of the forge, for the note about what was cut. */
  readonly forge: string;
  /** The most characters of the body of a request or comment. */
  readonly body: number;
  readonly title: number;
}

/** Shortens a body to what the forge takes: cut at the end of a line, with a note, code fences and details closed. */
export function cutBody(body: string, { forge, body: limit }: TextLimits, reserved = 0): string {
  if (body.length <= limit - reserved) return body;
  const note = `\n\n*Cut here: ${forge} takes ${limit.toLocaleString('en')} characters at most.*\n`;
  const cut = body.slice(0, limit - reserved - note.length - closingRoom);
  const lines = cut.slice(0, Math.max(cut.lastIndexOf('\n'), 0)) || withoutHalfCharacter(cut);
  return lines + closingTags(lines) + note;
}

/** Shortens a title to what the forge takes. */
export function cutTitle(title: string, { title: limit }: TextLimits): string {
  return title.length <= limit ? title : `${withoutHalfCharacter(title.slice(0, limit - 1))}…`;
}

/** Answers whether a forge shows the same for both: it may change line ends and trailing space. */
export function sameText(one: string, other: string): boolean {
  return comparableText(one) === comparableText(other);
}

/** Room for what `closingTags` may add. */
const closingRoom = 200;

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
