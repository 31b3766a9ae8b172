// After the TypeScript compiler: bundles what browsers load. Everything is inside, so that a page needs no bundler.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** Bundles entry points into a folder of dist/, with the licences of the packages that are inside. */
async function bundle(outdir, entryPoints, external = []) {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints,
    outdir,
    alias: { '#platform': './bindings/platform.ts' },
    bundle: true,
    external,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(`${outdir}/third-party-licences.txt`, licences(Object.keys(metafile.inputs)));
}

/** The licence texts of the packages that files belong to. */
function licences(files) {
  const folders = new Set(files.flatMap((file) => file.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

await bundle('dist/browser', { straggler: 'bindings/index.ts', thread: 'bindings/thread.ts' });
// Apart, so that the page loads nothing that only its worker needs.
await bundle('dist/web', { main: 'web/main.ts' }, ['vega', 'yaml', './kernels/embedded/*']);
await bundle('dist/web/worker', { 'lab-worker': 'web/lab-worker.ts', thread: 'bindings/thread.ts' }, ['yaml']);
for (const file of ['index.html', 'style.css', 'icon.svg']) copyFileSync(`web/${file}`, `dist/web/${file}`);
