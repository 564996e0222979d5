import { z } from 'zod';

/** An address that people follow, and that stands in Markdown: of the web, and without what could end a link there. */
export const pageAddress = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .transform((url) => new URL(url).href.replace(/[()[\]<>]/g, (each) => `%${each.charCodeAt(0).toString(16)}`));
