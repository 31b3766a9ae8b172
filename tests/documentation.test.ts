import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { methods, version } from '../bindings/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What people read, by path. */
const pages = ['README.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];

/** A page without its code, in which brackets mean something else. */
function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const slug = heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; found.has(anchor); again += 1) anchor = `${slug}-${again}`;
    found.add(anchor);
  }
  return found;
}

/** The links of a page that lead to files or headings of this repository and find none. */
function brokenLinks(page: string): string[] {
  const links = [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((link) => !/^[a-z]+:/.test(link));
  return links.filter((link) => {
    const [file, anchor] = link.split('#') as [string, string | undefined];
    const target = file === '' ? page : join(dirname(page), file);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchors(read(target)).has(anchor);
  });
}

describe('pages', () => {
  it.each(pages)('%s links to what is there', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('the README leads to every page', () => {
    const linked = [...prose(read('README.md')).matchAll(/\]\((docs\/[^)#]+\.md)[^)]*\)/g)].map((match) => match[1]);
    expect(pages.filter((page) => page.startsWith('docs/') && !linked.includes(page))).toEqual([]);
  });

  it.each(methods.map(({ name, title }) => [name, title] as const))('%s is in the README and the changelog', (name, title) => {
    expect(read('README.md')).toContain(title);
    expect(read('CHANGELOG.md')).toContain(`\`${name}\``);
  });
});

describe('CITATION.cff', () => {
  const citation = parse(read('CITATION.cff')) as Record<string, unknown> & { references: { identifiers: { value: string }[]; title: string; year: number }[] };

  it('is of the version of the package and of the newest changes', () => {
    const { version: packaged, license } = JSON.parse(read('package.json')) as Record<string, string>;
    const newest = /^## (\d+\.\d+\.\d+)/m.exec(read('CHANGELOG.md'))?.[1];
    expect({ cited: citation['version'], library: version, newest }).toEqual({ cited: packaged, library: packaged, newest: packaged });
    expect(citation['license']).toBe(license);
  });

  it('has what the format asks for', () => {
    expect(citation).toMatchObject({ 'cff-version': '1.2.0', type: 'software', title: 'Straggler', authors: [{ name: 'The Straggler authors' }] });
    expect(citation['message']).toBeTypeOf('string');
  });

  it('names the paper of every method', () => {
    for (const { source } of methods) {
      const paper = citation.references.find(({ identifiers }) => identifiers.some(({ value }) => value === `arXiv:${source.arxiv!}`));
      expect(paper, source.title).toMatchObject({ title: source.title, year: source.year });
    }
  });
});
