import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findChromium } from '../browser/chromium.js';
import { launchChromium } from '../browser/pages.js';
import { ISOLATION, serveFolder } from '../browser/server.js';
import { copyPage, esbuild, findInNode, showPage, vite, type Found } from './page.js';

const application = inject('application');
const inChromium = describe.skipIf(findChromium() === undefined);

let node: Found;
let browser: Browser;
beforeAll(async () => {
  node = await findInNode(application);
  if (findChromium() !== undefined) browser = await launchChromium();
});
afterAll(async () => {
  if (findChromium() !== undefined) await browser.close();
});

/** Opens the page: what it finds is what Node finds, and it has threads where it is isolated. */
async function expectPageToWork(url: string, isolated: boolean): Promise<void> {
  const shown = await showPage(browser, url);
  const notices = isolated ? [] : [expect.stringMatching(/thread/)];
  expect(shown).toMatchObject({ isolated, inPage: { ...node, notices }, inWorker: { ...node, notices } });
  if (isolated) expect(shown.threads).toBeGreaterThanOrEqual(2);
  else expect(shown.threads).toBe(0);
}

/** The page of a folder, on servers with and without the headers for shared memory. */
function testFolder(folder: () => string, path = '/'): void {
  inChromium('in Chromium', () => {
    it.each([true, false])('page and worker give the digests of Node; cross-origin isolated: %s', async (isolated) => {
      const served = await serveFolder(folder(), { isolated });
      try {
        await expectPageToWork(`${served.url}${path}`, isolated);
      } finally {
        await served.close();
      }
    });
  });
}

describe('Node', () => {
  it('runs the experiment of the page', () => {
    expect(node).toEqual({ digests: Array<unknown>(4).fill(expect.stringMatching(/^[0-9a-f]{64}$/)), one: 1, notices: [] });
  });
});

describe('a page without a bundler', () => {
  beforeAll(async () => {
    await copyPage(application, 'page-plain', (text) => text.replace("'straggler'", "'/node_modules/straggler/dist/browser/straggler.js'"));
  });
  testFolder(() => application, '/page-plain/');
});

inChromium('a page that loads the library from another origin', () => {
  it.each([true, false])('gives the digests of Node; cross-origin isolated: %s', async (isolated) => {
    const library = await serveFolder(join(application, 'node_modules/straggler/dist/browser'), { isolated: false });
    const folder = await copyPage(application, `page-elsewhere-${isolated}`, (text) => text.replace("'straggler'", `'${library.url}/straggler.js'`));
    const served = await serveFolder(folder, { isolated });
    try {
      await expectPageToWork(served.url, isolated);
    } finally {
      await Promise.all([served.close(), library.close()]);
    }
  });
});

describe('esbuild', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await copyPage(application, 'page-esbuild');
    // The entry point `thread` is what the library's threads load.
    await esbuild(folder, 'page.js', 'own-worker.js', 'thread=straggler/thread', '--bundle', '--format=esm', '--outdir=out', '--metafile=out/meta.json');
    copyFileSync(join(folder, 'index.html'), join(folder, 'out/index.html'));
  });

  it('finds the browser build, and nothing of Node', () => {
    const { inputs } = JSON.parse(readFileSync(join(folder, 'out/meta.json'), 'utf8')) as { inputs: Record<string, { imports: { path: string }[] }> };
    const files = Object.keys(inputs);
    expect(files.some((file) => file.endsWith('straggler/dist/browser/straggler.js'))).toBe(true);
    expect(files.filter((file) => /node_modules\/(?!straggler\/dist\/browser\/)/.test(file))).toEqual([]);
    expect(Object.values(inputs).flatMap(({ imports }) => imports.filter(({ path }) => path.startsWith('node:')))).toEqual([]);
  });

  it('makes at most 150 kB of the page, gzipped', async () => {
    await esbuild(folder, 'page.js', '--bundle', '--format=esm', '--splitting', '--minify', '--outdir=sized', '--metafile=meta.json');
    const { outputs } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as {
      outputs: Record<string, { imports: { path: string; kind: string }[] }>;
    };
    const loaded = new Set(['sized/page.js', ...Object.keys(outputs).filter((file) => file.includes('/simd-'))]);
    for (const file of loaded) for (const { path, kind } of outputs[file]!.imports) if (kind === 'import-statement') loaded.add(path);
    const bytes = [...loaded].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);
    console.log(`A page bundled by esbuild loads ${loaded.size} files, ${bytes} bytes gzipped.`);
    expect(bytes).toBeLessThanOrEqual(150_000);
  });

  testFolder(() => join(folder, 'out'));

  inChromium('in Chromium, without the entry point for threads', () => {
    it('uses one thread and says so', async () => {
      await esbuild(folder, 'page.js', 'own-worker.js', '--bundle', '--format=esm', '--outdir=without-threads');
      copyFileSync(join(folder, 'index.html'), join(folder, 'without-threads/index.html'));
      const served = await serveFolder(join(folder, 'without-threads'), { isolated: true });
      try {
        const notices = [expect.stringMatching(/thread/)];
        expect(await showPage(browser, served.url, /thread\.js$/)).toMatchObject({ inPage: { ...node, notices }, inWorker: { ...node, notices } });
      } finally {
        await served.close();
      }
    });
  });
});

describe('vite build', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await copyPage(application, 'page-vite');
    await vite(folder, 'build');
  });

  it('puts nothing of Node into its bundles', () => {
    const assets = join(folder, 'dist/assets');
    const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(2);
    expect(scripts.filter((file) => /["']node:|env-paths|__vite-browser-external/.test(readFileSync(join(assets, file), 'utf8')))).toEqual([]);
  });

  testFolder(() => join(folder, 'dist'));
});

inChromium("Vite's development server, in Chromium", () => {
  it.each([true, false])('page and worker give the digests of Node; cross-origin isolated: %s', async (isolated) => {
    const root = await copyPage(application, `page-vite-development-${isolated}`);
    const headers = isolated ? { headers: ISOLATION } : {};
    const server = await createServer({ root, configFile: false, logLevel: 'error', server: { host: '127.0.0.1', port: 0, ...headers } });
    try {
      await server.listen();
      await expectPageToWork(server.resolvedUrls!.local[0]!, isolated);
    } finally {
      await server.close();
    }
  });
});
