/**
 * Writes the comment that tells whom of `request` a forge does not let be asked or assigned; each of `refused` is a sentence in
 * Markdown.
 */
export function refusedAsks(forge: string, refused: readonly string[]): string {
  const lines = refused.map((sentence) => `- ${sentence}`).join('\n');
  return `Fairlead asked for people of \`request\` in \`fairlead.yaml\`, and ${forge} refused:\n\n${lines}\n\nThe request goes on without them. Correct the names there.`;
}
