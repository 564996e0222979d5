import { byteLength } from './text/message-text.ts';

/**
 * Shortens a text from outside to at most `longest` characters. It ends after a whole word, with an ellipsis. Where a
 * single word is longer than that, such as a path, its beginning and its end are kept: these tell it from others.
 */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const room = text.slice(0, longest);
  const end = room.search(/\s\S*$/);
  const kept = end < 0 ? '' : room.slice(0, end).trimEnd();
  // A long name at the end, such as an address, is worth more than a tidy break far before it.
  if (kept.length >= longest / 2) return `${kept}…`;
  const rest = text.slice(kept.length).trimStart();
  const [word = ''] = /^\S*/.exec(rest) ?? [];
  const place = longest - (kept === '' ? 0 : kept.length + 1);
  const middle = `${kept === '' ? '' : `${kept} `}${shortenWord(word, place - 1)}`;
  return word.length < rest.length && !middle.endsWith('…') ? `${middle}…`.slice(0, longest) : middle;
}

/**
 * Shortens a text from outside to at most `longest` characters, and keeps whole words of its beginning and of its end:
 * a chain of errors has its cause at the end.
 */
export function cutMiddle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = cut(text, Math.ceil(longest / 2));
  const room = text.slice(text.length - (longest - head.length - 1));
  const tail = room.slice(room.search(/\s/) + 1).replace(/^[\udc00-\udfff]/, '');
  return `${head.endsWith('…') ? head : `${head}…`} ${tail}`.slice(0, longest);
}

/** Keeps the beginning and the end of a name. */
function shortenWord(word: string, longest: number): string {
  if (word.length <= longest) return word;
  const tail = Math.floor((longest - 1) / 2);
  const head = longest - 1 - tail;
  return `${withoutHalfCharacter(word.slice(0, head))}…${word.slice(word.length - tail).replace(/^[\udc00-\udfff]/, '')}`;
}

/** Takes half a character away from the end. */
function withoutHalfCharacter(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

/** Shortens a text from outside as `cutMiddle` does, to at most `most` bytes of UTF-8. */
export function cutToBytes(text: string, most: number): string {
  let kept = cutMiddle(text, most);
  for (let bytes = byteLength(kept); bytes > most; bytes = byteLength(kept))
    kept = cutMiddle(kept, Math.floor((kept.length * most) / bytes) - 1);
  return kept;
}
