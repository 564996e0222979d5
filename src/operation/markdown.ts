/** Escapes a text from outside, so that it neither breaks a table nor becomes markup, and puts it on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>[\]`*_]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
