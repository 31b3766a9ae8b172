/** What the library's threads do in pages where something is in the way, or elsewhere. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type * as Library from '../../bindings/index.js';
import { findChromium } from './chromium.js';
import { launchChromium } from './pages.js';
import type { Served } from './server.js';
import { serveFolder } from './server.js';

const ROWS = '1,2,0\n2,1,1\n3,1,0\n1,3,1\n2,2,0\n4,1,1\n1,1,0\n5,2,1\n2,5,0\n3,3,1\n1,4,0\n4,4,1\n';
const page = (library: string): string => `<!doctype html><title>A page</title><script type="module">globalThis.straggler = await import("${library}");</script>`;

/** In the page. */
declare const straggler: typeof Library;

/** What a run in the page came to. */
interface Outcome {
  readonly digests?: readonly string[];
  readonly notices: readonly string[];
  readonly message?: string;
}

/** Two runs on a table: with two threads each has one. */
function runOn(file: string, opened: Page, threads: number): Promise<Outcome> {
  return opened.evaluate(
    async ([data, count]) => {
      const notices: string[] = [];
      try {
        const { summary } = await straggler.runExperiment(
          {
            problem: { kind: 'logistic-regression', data },
            workers: { count: 2, computation: { kind: 'linear' } },
            methods: ['asgd', 'ringleader-asgd'],
            stepsizes: [0.1],
            budget: { updates: 20 },
          },
          { threads: count, onNotice: (text) => notices.push(text) },
        );
        return { digests: summary.map(({ digest }) => digest), notices };
      } catch (error) {
        return { notices, message: `${(error as Error).name}: ${(error as Error).message}` };
      }
    },
    [file, threads] as const,
  );
}

describe.skipIf(findChromium() === undefined)('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let served: Served;
  let elsewhere: Served;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'straggler-page-'));
    for (const library of ['library', 'incomplete']) cpSync(fileURLToPath(new URL('../../dist/browser', import.meta.url)), join(folder, library), { recursive: true });
    for (const file of readdirSync(join(folder, 'incomplete'))) if (file.startsWith('run-thread')) rmSync(join(folder, 'incomplete', file));
    served = await serveFolder(folder, { isolated: true });
    elsewhere = await serveFolder(folder, { isolated: true });
    mkdirSync(join(folder, 'study'));
    writeFileSync(join(folder, 'study/rows.csv'), ROWS);
    writeFileSync(join(folder, 'study/page.html'), page('../library/straggler.js'));
    writeFileSync(join(folder, 'study/incomplete.html'), page('../incomplete/straggler.js'));
    writeFileSync(join(folder, 'study/other-origin.html'), page(`${elsewhere.url}/library/straggler.js`));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([served.close(), elsewhere.close()]);
    rmSync(folder, { recursive: true });
  });

  let context: BrowserContext;
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());

  async function open(file: string): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(`${served.url}/study/${file}`);
    await opened.waitForFunction(() => 'straggler' in globalThis);
    return opened;
  }

  it.each(['page.html', 'other-origin.html'])('files are relative to %s for every number of threads', async (file) => {
    const opened = await open(file);
    const alone = await runOn('rows.csv', opened, 1);
    expect(alone).toEqual({ digests: Array<unknown>(2).fill(expect.stringMatching(/^[0-9a-f]{64}$/)), notices: [] });
    expect(await runOn('rows.csv', opened, 2)).toEqual(alone);
  });

  it('one thread does everything where a part of the threads’ script is missing', async () => {
    const { digests, notices } = await runOn('rows.csv', await open('incomplete.html'), 2);
    expect(digests).toHaveLength(2);
    expect(notices).toEqual([expect.stringMatching(/^Threads cannot be started/)]);
  });

  it('a page that a server gives in place of a missing file is no test set', async () => {
    const opened = await open('page.html');
    const wanted = await runOn('rows.csv', opened, 1);
    await context.route(/rows\.csv\.t|rows\.t/, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: page('') }));
    expect(await runOn('rows.csv', opened, 1)).toEqual(wanted);
  });

  it.each([1, 2])('%i threads name the file that nobody serves', async (threads) => {
    const gone = await serveFolder(folder, { isolated: false });
    await gone.close();
    const { url } = gone;
    expect((await runOn(`${url}/rows.csv`, await open('page.html'), threads)).message).toBe(`InputError: ${url}/rows.csv: 'file' must be readable, got 'Failed to fetch'`);
  });

  it('a server that fails is told from a file that is not there', async () => {
    const opened = await open('page.html');
    expect((await runOn('none.csv', opened, 2)).message).toMatch(/^InputError: .*'problem\.data' must be a file that exists, got 'none\.csv'/);
    await context.route(/none\.csv/, (route) => route.fulfill({ status: 503 }));
    expect((await runOn('none.csv', opened, 1)).message).toBe("InputError: none.csv: 'file' must be readable, got 'HTTP 503'");
  });
});
