import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { outputOf } from '../browser/pages.js';
import { run } from './commands.js';

const SOURCES = ['index.html', 'page.js', 'own-worker.js', 'digests.js'];

/** What `page/digests.js` finds out. */
export interface Found {
  readonly digests: readonly string[];
  /** exp(0), by the kernels. */
  readonly one: number;
  readonly notices: readonly string[];
}

/** What the page shows, and the workers that it started. */
export interface Shown {
  readonly isolated: boolean;
  readonly inPage: Found;
  /** In a worker of the application's own. */
  readonly inWorker: Found;
  /** The library's threads, of both. */
  readonly threads: number;
}

/** Puts the page's sources into a folder of the application, where they find the installed package. */
export async function copyPage(application: string, name: string, change: (text: string) => string = (text) => text): Promise<string> {
  const folder = join(application, name);
  await mkdir(folder, { recursive: true });
  for (const file of SOURCES) await writeFile(join(folder, file), change(await readFile(new URL(`./page/${file}`, import.meta.url), 'utf8')));
  return folder;
}

/**
 * Opens the page at a URL and waits for what it shows.
 * @param mayBeMissing Files that need not be there.
 */
export async function showPage(browser: Browser, url: string, mayBeMissing?: RegExp): Promise<Shown> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    let threads = 0;
    page.on('worker', (worker) => (threads += worker.url().includes('own-worker') ? 0 : 1));
    const shown = (await outputOf(page, url, mayBeMissing)) as Omit<Shown, 'threads'>;
    return { ...shown, threads };
  } finally {
    await context.close();
  }
}

/** What the same modules find out in Node. */
export async function findInNode(application: string): Promise<Found> {
  const folder = await copyPage(application, 'page-in-node');
  const module = JSON.stringify(pathToFileURL(join(folder, 'digests.js')).href);
  const program = `import { digests } from ${module}; console.log(JSON.stringify(await digests(1)));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], folder);
  return JSON.parse(stdout) as Found;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the esbuild of this repository. */
export const esbuild = (folder: string, ...parameters: string[]) => run(join(root, 'node_modules/esbuild/bin/esbuild'), parameters, folder);

/** Runs the Vite of this repository. */
export const vite = (folder: string, ...parameters: string[]) => run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), ...parameters], folder);
