import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface SourceFile {
  path: string;
  text: string;
  /** Project files that it imports, type imports included. */
  imports: string[];
  /** Packages and built-ins. */
  packages: string[];
}

function sources(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => {
      const path = join(folder, file);
      const text = readFileSync(join(root, path), 'utf8');
      const specifiers = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1]!);
      const local = specifiers.filter((specifier) => specifier.startsWith('.'));
      return {
        path,
        text,
        imports: local.map((specifier) => relative(root, normalize(join(root, dirname(path), specifier.replace(/\.js$/, '.ts'))))),
        packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
      };
    });
}

const bindings = sources('bindings');
const offenders = (files: readonly SourceFile[], allowed: (file: SourceFile, imported: string) => boolean): string[] =>
  files.flatMap((file) => file.imports.filter((imported) => !allowed(file, imported)).map((imported) => `${file.path} imports ${imported}`));

describe('which way imports point', () => {
  it('reads the sources', () => {
    expect(bindings.length).toBeGreaterThan(20);
    expect(bindings.flatMap(({ imports }) => imports).length).toBeGreaterThan(40);
  });

  it('cli, bench and web import the library and the figures through their indices only', () => {
    const outside = [...sources('cli'), ...sources('bench'), ...sources('web')];
    const indices = ['bindings/index.ts', 'figures/index.ts'];
    expect(offenders(outside, ({ path }, imported) => indices.includes(imported) || imported.startsWith(`${path.split('/')[0]}/`))).toEqual([]);
  });

  it('the page of the lab needs no package but through these', () => {
    const page = sources('web');
    expect(page.length).toBeGreaterThan(20);
    expect(page.flatMap(({ packages }) => packages)).toEqual([]);
  });

  it('figures import the library’s index and Vega, and run in Node, pages and Web Workers', () => {
    const figures = sources('figures');
    expect(figures.length).toBeGreaterThan(20);
    expect(offenders(figures, (_, imported) => imported === 'bindings/index.ts' || imported.startsWith('figures/'))).toEqual([]);
    expect([...new Set(figures.flatMap(({ packages }) => packages))]).toEqual(['vega']);
    const globals = /\b(process|Buffer|require|document|window|navigator|self|globalThis)\b(?=[.[(])/;
    expect(figures.filter(({ text }) => globals.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('Node built-ins stay out of the library, except in files named for it', () => {
    const users = bindings.filter(({ packages }) => packages.some((name) => name.startsWith('node:') || name === 'env-paths'));
    expect(users.map(({ path }) => path).filter((path) => !path.endsWith('.node.ts'))).toEqual([]);
    const importers = bindings.filter(({ imports }) => imports.some((path) => path.endsWith('.node.ts')));
    expect(importers.map(({ path }) => path)).toEqual([]); // they are chosen by export conditions, never imported by name
  });

  it('the simulation knows interfaces, and no concrete method, problem or computation model', () => {
    const interfaces = new Set(['bindings/methods/method.ts', 'bindings/problems/problem.ts', 'bindings/computation/computation-model.ts',
      'bindings/computation/network-model.ts']);
    const simulation = bindings.filter(({ path }) => path.startsWith('bindings/simulation/'));
    const allowed = (_: SourceFile, imported: string): boolean =>
      interfaces.has(imported) || /^bindings\/(simulation|kernels)\//.test(imported) || imported === 'bindings/errors.ts';
    expect(offenders(simulation, allowed)).toEqual([]);
  });

  it('a method imports the method interface and vectors, and nothing else', () => {
    const shared = ['bindings/methods/method.ts', 'bindings/methods/parameters.ts', 'bindings/kernels/vector.ts', 'bindings/errors.ts'];
    const methods = bindings.filter(({ path }) => path.startsWith('bindings/methods/') && !path.endsWith('registry.ts'));
    expect(offenders(methods, (_, imported) => shared.includes(imported))).toEqual([]);
    expect(methods.flatMap(({ packages }) => packages)).toEqual([]);
  });

  it('time complexities import errors only, and are named like the methods', () => {
    const complexity = bindings.filter(({ path }) => path.startsWith('bindings/complexity/'));
    expect(complexity.length).toBeGreaterThan(9);
    expect(offenders(complexity, (_, imported) => imported.startsWith('bindings/complexity/') || imported === 'bindings/errors.ts')).toEqual([]);
    expect(complexity.flatMap(({ packages }) => packages)).toEqual([]);
    const registry = complexity.find(({ path }) => path.endsWith('registry.ts'))!;
    const named = registry.imports.filter((path) => !/(lower-bound|setting)\.ts$/.test(path));
    expect(named.filter((path) => !existsSync(join(root, path.replace('/complexity/', '/methods/'))))).toEqual([]);
    expect(named).toHaveLength(9);
  });

  it('kernels import nothing outside themselves', () => {
    const assembly = sources('assembly');
    expect(assembly.length).toBeGreaterThan(5);
    const specifiers = assembly.flatMap(({ text }) => [...text.matchAll(/from\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!));
    expect(specifiers.filter((specifier) => !specifier.startsWith('./'))).toEqual([]);
  });

  it('the library reads no clock, draws no engine randomness and leaves exp, log and cos to the kernels', () => {
    // Only functions whose results are exact may come from the engine, and only whole powers of two be written with **.
    const forbidden = /\bMath\.(?!(PI|abs|ceil|floor|fround|imul|max|min|round|sign|sqrt|trunc)\b)\w+|\b(Date\.now|performance\.now)\b|(?<!\b2 )\*\* ?(?!\/)\S/;
    const numerical = bindings.filter(({ path }) => path !== 'bindings/experiment/clock.ts');
    const lines = numerical.flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, number) => ({ line: line.replace(/\/\/.*$/, ''), where: `${path}:${number + 1}` }))
        .filter(({ line }) => !/^\s*\*|^\s*\/\*/.test(line) && forbidden.test(line))
        .map(({ where }) => where),
    );
    expect(lines).toEqual([]);
  });
});
