import { cutBody, cutTitle, type TextLimits } from '../http/text.ts';

/**
 * The most characters of a body. Gitea and Forgejo have no limit of their own; where they keep texts in MySQL, one that is much longer
 * can be more than a statement may have, and a page of that size is slow.
 */
export const bodyLimit = 262_144;
/** The column has 255 characters; Gitea would cut a longer title by itself, so that it never looked up to date. */
const limits: TextLimits = { forge: 'this forge', body: bodyLimit, title: 255 };

/** Shortens a body to what is shown well; `reserved`: characters that are added behind it. */
export function limitedBody(body: string, reserved = 0): string {
  return cutBody(body, limits, reserved);
}

/**
 * Shortens a title, and keeps the mark that makes a draft of the request: a person has put it there. The forge's settings say what is
 * one; where none is recognised, the whole title stays.
 */
export function limitedTitle(
  title: string,
  present?: { readonly title: string; readonly draft?: boolean | null },
): string {
  const mark = draftMark(present);
  if (present?.draft && mark === '') return present.title;
  return cutTitle(mark + title, limits);
}

/** Answers the mark of a draft with the space behind it; nothing where the request is none. */
export function draftMark(present?: { readonly title: string; readonly draft?: boolean | null }): string {
  if (!present?.draft) return '';
  const mark = /^\s*(\[[^\]\s]{1,20}\]|[^\s:]{1,20}:)/.exec(present.title)?.[1];
  return mark === undefined ? '' : `${mark} `;
}
