import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as library from '../bindings/index.js';
import { testKernels } from './quadratics.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The `@example` blocks of the library's docstrings. */
function docstringExamples(): [string, string][] {
  return readdirSync(join(root, 'bindings'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(root, 'bindings', file), 'utf8');
      const blocks = [...text.matchAll(/@example\n([\s\S]*?)(?=\n\s*\* @|\n\s*\*\/)/g)].map((match) => match[1]!.replaceAll(/^\s*\* ?/gm, ''));
      return blocks.map((code, index): [string, string] => [`bindings/${file} #${index + 1}`, code]);
    });
}

/** The JavaScript blocks of the pages: the README and docs/. */
function pageExamples(): [string, string][] {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];
  return pages.flatMap((page) => {
    const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/```js\n([\s\S]*?)```/g)];
    return blocks.map((match, index): [string, string] => [`${page} #${index + 1}`, match[1]!]);
  });
}

/** Runs an example with the library's exports in scope, and an instance of the kernels as `kernels`. */
async function execute(code: string): Promise<void> {
  const body = code.replaceAll(/^import .* from 'straggler';$/gm, '').replaceAll(/console\.log/g, 'void ');
  const names = Object.keys(library).filter((name) => !new RegExp(`(const|function) ${name}\\b`).test(body));
  const scope = /const kernels\b/.test(body) ? names : [...names, 'kernels'];
  const values = [...names.map((name) => library[name as keyof typeof library]), await testKernels()];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the examples are this repository's own text
  const run = new Function(...scope, `return (async () => {\n${body}\n})();`) as (...scope: unknown[]) => Promise<void>;
  await run(...values);
}

describe('examples in the documentation run', () => {
  it('there are some', () => {
    expect(docstringExamples().length).toBeGreaterThan(3);
    expect(pageExamples().filter(([name]) => name.startsWith('README.md')).length).toBeGreaterThan(3);
    expect(pageExamples().filter(([name]) => name.startsWith('docs/')).length).toBeGreaterThan(1);
  });

  it.each([...docstringExamples(), ...pageExamples()])('%s', async (_name, code) => {
    await execute(code);
  });
});
