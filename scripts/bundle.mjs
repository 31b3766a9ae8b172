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
  const found = files.flatMap((file) => file.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []);
  // The loader comes without its licence, which is that of AssemblyScript; and of AssemblyScript there are functions in the kernels.
  const folders = new Set(found.map((folder) => folder.replace('@assemblyscript/loader', 'assemblyscript')));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
      const texts = readdirSync(folder).filter((entry) => /^(licen[cs]e|notice)/i.test(entry));
      if (texts.length === 0) throw new Error(`bundle: '${folder}' must hold its licence`);
      return [`${name} ${version} (${license})`, ...texts.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim()), ''].join('\n\n');
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

await bundle('dist/browser', { straggler: 'bindings/index.ts', thread: 'bindings/thread.ts' });
// Apart, so that the page loads nothing that only its worker needs.
await bundle('dist/web', { main: 'web/main.ts' }, ['vega', 'yaml', './kernels/embedded/*']);
await bundle('dist/web/worker', { 'lab-worker': 'web/lab-worker.ts', thread: 'bindings/thread.ts' }, ['yaml']);
for (const file of ['index.html', 'style.css', 'icon.svg']) copyFileSync(`web/${file}`, `dist/web/${file}`);
