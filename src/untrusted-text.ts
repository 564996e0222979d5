/**
 * Whatever people, charts and forges write is shown as what it is: text. Each destination has its own function, because each
 * reads something else into a text. None of them shortens; `cut` comes before.
 */

/** A mark that is not seen, and ends a word for whoever looks for mentions, references and keywords. */
const breaker = '\u200b';

/**
 * For a terminal, which a text could steer, and for JSON: a control character, a mark that turns the direction of writing, and half
 * a character are shown by their number (`\u001b`). Tabs and line ends stay.
 */
export function terminalText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(steering, (character) => {
    return character === '\n' || character === '\t' ? character : escaped(character);
  });
}

/**
 * For the Temporal UI, which reads Markdown: on one line, nothing in it is markup. Our own messages go there, too: what they
 * refer to is not broken.
 */
export function detailsText(text: string): string {
  return plain(text).replace(/[\\|<>[\]`*_~&]/g, '\\$&');
}

/**
 * For an id or an address in the Temporal UI: as `detailsText` where it has anything but letters, digits and what parts them, and
 * else as it is. `quote` stands around it then.
 */
export function detailsId(id: string, quote = ''): string {
  return /^[\p{L}\p{N}./:%@+_-]+$/u.test(id) ? `${quote}${id}${quote}` : detailsText(id);
}

/**
 * For the title of a request and the message of a commit, which forges and CI search: on one line, it mentions nobody, refers to no
 * issue that it could close, links nowhere, skips no CI, and has no trailer.
 */
export function titleText(text: string): string {
  return inert(plain(text));
}

function inert(text: string): string {
  return (
    text
      .replace(/\[([^[\]]*)\]/g, (whole, inside: string) =>
        /skip|\bno\b|\bci\b/i.test(inside) ? `(${inside})` : whole,
      )
      // The brackets may be half of a pair, or those of a template around the text.
      .replace(/(?<!\()\b(?:skip|no|ci|actions)(?= (?:ci|skip|actions)\b)/gi, `$&${breaker}`)
      // Links of a wiki, which Gitea finds in what is shown, so that no backslash keeps them from it.
      .replace(/\[(?=\[)/g, `$&${breaker}`)
      .replace(/NO(?=_CI\b)|skip(?=-checks\b)/gi, `$&${breaker}`)
      .replace(/[@#!](?=[\p{L}\p{N}_])|\bGH(?=-\d)|:(?=\/\/)|\bwww(?=\.)|-by(?=\s*:)/giu, `$&${breaker}`)
  );
}

/** For a place that shows a text as it is, such as the description of a status: on one line, without what cannot be seen. */
export function lineText(text: string): string {
  return plain(text);
}

/** For Markdown that a forge shows: as in a title, and nothing in it is markup, HTML or an entity. */
export function markdownText(text: string): string {
  return titleText(text)
    .replace(/[\\|<>[\]`*_~&]/g, '\\$&')
    .replace(/^[#+=-]/, '\\$&')
    .replace(/^(\d+)(?=[.)])/, '$1\\');
}

/** For HTML within the Markdown of a forge, such as the line of a fold: as in a title, and nothing in it is a tag or an entity. */
export function htmlText(text: string): string {
  return titleText(text).replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}

/** For a code span in Markdown that a forge shows, whatever backticks the text has. */
export function codeText(text: string): string {
  const words = titleText(text);
  const longest = longestTicks(words);
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || words === '' ? ' ' : '';
  return `${fence}${pad}${words}${pad}${fence}`;
}

/** For a block of code in Markdown that a forge shows, whatever backticks the lines have. Their indentation stays. */
export function codeBlockText(lines: readonly string[], language = ''): string {
  const shown = lines.map((line) =>
    inert(line.replace(/[\r\n\u2028\u2029]+/g, ' ').replace(steering, (each) => (each === '\t' ? each : ''))),
  );
  const longest = shown.reduce((most, line) => Math.max(most, longestTicks(line)), 2);
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...shown, fence].join('\n');
}

/** Counts the backticks that stand in a row at most. A text may have more rows of them than a call takes arguments. */
function longestTicks(text: string): number {
  let longest = 0;
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  return longest;
}

const steering = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\ufeff\u{e0000}-\u{e007f}]/gu;

/** Puts a text on one line, without the characters that cannot be seen. */
function plain(text: string): string {
  return text
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(steering, '')
    .trim();
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
