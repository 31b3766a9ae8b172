import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { describe, expect, inject, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packed = inject('packed');
const installed = join(inject('application'), 'node_modules/straggler');
const paths = packed.files.map(({ path }) => path);
const texts = paths.filter((path) => /\.(js|ts|json|html|md|yaml|txt)$/.test(path));
const textOf = (path: string): string => readFileSync(join(installed, path), 'utf8');

/** Bytes of a folder's files. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((entry) => statSync(join(folder, entry)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

/** The files that a module of the package loads before it runs, itself included. */
function staticClosure(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, address] of textOf(path).matchAll(/(?:^|[;}\s])(?:import|export)(?:[^'"();]*?from)?\s*["'](\.[^"']+)["']/g)) {
    staticClosure(join(dirname(path), address!), found);
  }
  return found;
}

const gzipped = (files: Iterable<string>): number => [...files].reduce((sum, path) => sum + gzipSync(textOf(path), { level: 9 }).length, 0);

describe('the tarball', () => {
  it('holds the library, the command line and what people read', () => {
    const wanted = [
      'README.md', 'LICENSE', 'package.json', 'dist/straggler.schema.json', 'dist/bindings/index.js', 'dist/bindings/index.d.ts',
      'dist/bindings/kernels/straggler.wasm', 'dist/bindings/kernels/straggler-fma.wasm', 'dist/browser/straggler.js', 'dist/browser/thread.js',
      'dist/browser/third-party-licences.txt', 'dist/cli/main.js', 'examples/README.md', 'examples/browser/index.html',
    ];
    expect(wanted.filter((path) => !paths.includes(path))).toEqual([]);
  });

  it('holds nothing else: no tests, sources, source maps or benchmarks', () => {
    const allowed = /^(README\.md|LICENSE|CHANGELOG\.md|package\.json|dist\/(straggler\.schema\.json|(bindings|browser|cli|figures|web)\/.*)|examples\/.*|experiments\/.*\.yaml)$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.(test|bench)\.|\.map$|(?<!\.d)\.ts$|\.mjs$|\.tgz$/.test(path))).toEqual([]);
    expect(texts.filter((path) => path.endsWith('.js') && textOf(path).includes('sourceMappingURL='))).toEqual([]);
  });

  it('tells nothing about the machine that built it', () => {
    const home = process.env['HOME'] ?? root;
    const places = [root.replace(/\/$/, ''), home].filter((place) => place.length > 5);
    expect(texts.filter((path) => places.some((place) => textOf(path).includes(place)))).toEqual([]);
  });

  it('holds the licence of every package that is inside a bundle', () => {
    for (const folder of ['browser', 'web', 'web/worker']) {
      const parts = textOf(`dist/${folder}/third-party-licences.txt`).split('-'.repeat(80)).map((part) => part.trim());
      expect(parts.filter((part) => !/^\S+ \S+ \([\w.-]+\)\n[^]{300,}$/.test(part))).toEqual([]);
      // Its functions are in the kernels.
      expect(parts.filter((part) => /^assemblyscript /.test(part))).toEqual([expect.stringContaining('musl')]);
    }
  });

  it('has types for every module that can be imported', () => {
    const modules = paths.filter((path) => /^dist\/bindings\/.*\.js$/.test(path));
    expect(modules.filter((path) => !paths.includes(path.replace(/\.js$/, '.d.ts')))).toEqual([]);
  });
});

describe('publishing checks', () => {
  it('publint has nothing to say', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it('the types are right for every way of resolving modules that ES modules have', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(inject('tarball')))));
    if (!analysis.types) throw new Error('no types');
    // CommonJS can import ES modules dynamically only, and the oldest resolution knows no exports: as attw's profile 'esm-only'.
    const problems = analysis.problems.filter((problem) => {
      const resolution = 'resolutionKind' in problem ? problem.resolutionKind : undefined;
      return resolution !== 'node10' && resolution !== 'node16-cjs';
    });
    expect(problems).toEqual([]);
  });
});

describe('sizes', () => {
  it('what a page loads stays within 150 kB, gzipped', () => {
    const simd = paths.filter((path) => /^dist\/browser\/simd-.*\.js$/.test(path));
    expect(simd).toHaveLength(1);
    const closure = staticClosure('dist/browser/straggler.js');
    const bytes = gzipped([...closure, ...simd]);
    console.log(`browser build: ${closure.size} files + kernels, ${bytes} bytes gzipped`);
    expect(bytes).toBeLessThanOrEqual(150_000);
  });

  it('each kernel build stays within 60,000 bytes', () => {
    const sizes = packed.files.filter(({ path }) => path.endsWith('.wasm')).map(({ path, size }) => [path, size] as const);
    console.log(sizes.map(([path, size]) => `${path}: ${size} bytes`).join('\n'));
    expect(sizes.filter(([, size]) => size > 60_000)).toEqual([]);
  });

  it('tells what an installation takes', () => {
    const modules = join(inject('application'), 'node_modules');
    const own = sizeOf(installed);
    const all = sizeOf(modules);
    console.log(
      `tarball ${packed.size} bytes, unpacked ${packed.unpackedSize}; with ${readdirSync(modules).length - 1} packages it depends on ${all} bytes (${relative(installed, modules)})`,
    );
    expect(own).toBeGreaterThan(0);
    expect(packed.size).toBeLessThan(2_000_000);
  });
});
