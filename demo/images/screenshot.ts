import { chromium } from 'playwright-core';
import { findOnPath } from '../../src/programs/executable.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** A page, when it shows what is wanted, and the size of the picture in pixels. */
export interface Shot {
  readonly url: string;
  /** The tab of the page that is opened. */
  readonly tab: string;
  /** A text that the tab shows when it has all of its content. */
  readonly text: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
}

/** Takes a picture of a page with the Chromium of this machine. Throws where there is none on the PATH. */
export async function takeScreenshot({ url, tab, text, file, ...viewport }: Shot): Promise<void> {
  const executablePath = await findOnPath(names, process.env);
  if (executablePath === undefined) throw new Error(`None of ${names.join(', ')} is on the PATH. Install Chromium.`);
  // Root has no sandbox in a container; the page is our own.
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    const page = await browser.newPage({ viewport });
    await page.goto(url);
    await page.getByText(tab).first().click();
    // The UI shows Markdown in frames of their own.
    await page.frameLocator('iframe').last().getByText(text).first().waitFor();
    // What slides into its place has arrived by then.
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}
