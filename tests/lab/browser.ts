import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { serveLab, type ServedLab } from '../../cli/lab/serve.js';
import { launchChromium } from '../browser/pages.js';

const PAGE = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** Where the lab's worker comes from. */
const WORKER = '**/lab-worker.js';
const ISOLATED = { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'same-origin' };

/** The built page in a browser, and what went wrong in it. */
export class LabBrowser {
  readonly faults: string[] = [];
  readonly #lab: ServedLab;
  readonly #browser: Browser;

  private constructor(lab: ServedLab, browser: Browser) {
    this.#lab = lab;
    this.#browser = browser;
  }

  static async start(): Promise<LabBrowser> {
    return new LabBrowser(await serveLab(PAGE, 0), await launchChromium());
  }

  get url(): string {
    return this.#lab.url;
  }

  /**
   * Opens a link to a setting, and waits until the page is ready.
   * @param worker The script of another worker, in place of the lab's first one.
   */
  async open(hash = '', options: BrowserContextOptions = {}, worker?: string): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.faults.push(message.text());
    });
    if (worker !== undefined) await page.route(WORKER, (route) => route.fulfill({ body: worker, contentType: 'text/javascript', headers: ISOLATED }), { times: 1 });
    await page.goto(`${this.url}#${hash}`);
    await page.waitForSelector('#delays svg, .error:not([hidden])');
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#lab.close();
  }
}

/** Waits until a run that was begun is over. */
export async function runEnds(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#run-word')?.textContent === 'Run');
}

/** The table of results: titles, cells and digests. */
export function tableOf(page: Page): Promise<{ method: string; digest: string; cells: string[] }[]> {
  return page.$$eval('#table tbody tr[data-method]', (rows) =>
    (rows as HTMLElement[]).map((row) => ({
      method: row.dataset['method'] ?? '', digest: row.dataset['digest'] ?? '', cells: [...row.querySelectorAll('td')].map((cell) => cell.textContent),
    })),
  );
}
