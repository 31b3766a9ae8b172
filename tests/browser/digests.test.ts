/** The bundle that pages load gives the digests of the golden files, as Node does: with threads, and where there are none. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentInput } from '../../bindings/index.js';
import type * as Library from '../../bindings/index.js';
import { goldenExperiments, goldenFile } from '../golden/experiments.js';
import { findChromium } from './chromium.js';
import { launchChromium } from './pages.js';
import type { Served } from './server.js';
import { serveFolder } from './server.js';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const PAGE = '<!doctype html><title>A page</title><script type="module">globalThis.straggler = await import("./straggler.js");</script>';
/** In the page. */
declare const straggler: typeof Library;

/** Runs an experiment in the page. */
function runIn(page: Page, experiment: ExperimentInput, threads: number): Promise<{ digests: Record<string, string>; notices: string[] }> {
  return page.evaluate(
    async ([input, count]) => {
      const notices: string[] = [];
      const { summary } = await straggler.runExperiment(input, { threads: count, onNotice: (text) => notices.push(text) });
      return { digests: Object.fromEntries(summary.map(({ method, digest }) => [method, digest])), notices };
    },
    [experiment, threads] as const,
  );
}

describe.skipIf(findChromium() === undefined)('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'straggler-page-'));
    cpSync(file('../../dist/browser'), folder, { recursive: true });
    writeFileSync(join(folder, 'index.html'), PAGE);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  describe.each([
    ['a cross-origin isolated page', true],
    ['a page that is not isolated', false],
  ])('%s', (_, isolated) => {
    let served: Served;
    let page: Page;
    beforeAll(async () => {
      served = await serveFolder(folder, { isolated });
      page = await browser.newPage();
      await page.goto(served.url);
      await page.waitForFunction(() => 'straggler' in globalThis);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
    });
    afterAll(() => served.close());

    it.each(goldenExperiments)('%s', async (name, experiment) => {
      const golden: unknown = JSON.parse(readFileSync(file(`../golden/${goldenFile(name)}`), 'utf8'));
      for (const threads of [1, 2, 3]) {
        const { digests, notices } = await runIn(page, experiment, threads);
        expect(digests).toEqual(golden);
        // Memory cannot be shared where the page is not isolated, which is said.
        expect(notices).toEqual(isolated || threads === 1 ? [] : [expect.stringMatching(/one thread/)]);
      }
    });

    it('loads the kernels with relaxed SIMD', async () => {
      const one = await page.evaluate(async () => {
        const { variant, shared, exports } = await straggler.loadKernels({ variant: 'fma', shared: true });
        return { variant, shared, one: exports.exp(0) };
      });
      expect(one).toEqual({ variant: 'fma', shared: isolated, one: 1 });
    });
  });
});
