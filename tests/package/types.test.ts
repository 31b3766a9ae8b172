import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { run } from './commands.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const application = inject('application');
const installed = join(application, 'node_modules/straggler');

/** How projects resolve modules. */
const RESOLUTIONS = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
] as const;

const STRICT = { noEmit: true, strict: true, skipLibCheck: false, target: 'es2022', lib: ['ES2023', 'DOM', 'DOM.Iterable'] };
/** As @types/node would be installed beside the package. */
const NODE = { typeRoots: [join(root, 'node_modules/@types')], types: ['node'] };

/** Puts sources into a folder of the application and runs the compiler on them. @throws Error with its messages. */
async function compile(name: string, sources: Readonly<Record<string, string>>, options: object): Promise<void> {
  const folder = join(application, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(sources)) writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...STRICT, ...options }, include: ['*'] }));
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], folder);
}

const examples = readdirSync(join(installed, 'examples')).filter((file) => file.endsWith('.js'));
const textOf = (file: string): string => readFileSync(join(installed, 'examples', file), 'utf8');
const asJavaScript = Object.fromEntries(examples.map((file) => [file, textOf(file)]));
const asTypeScript = Object.fromEntries(examples.map((file) => [`copy-of-${file.replace('.js', '.ts')}`, textOf(file)]));
const { 'copy-of-run-experiment.ts': forNode, ...forAnywhere } = asTypeScript; // that one heeds Ctrl-C, as only Node can
const types = { 'types.ts': readFileSync(new URL('./page/types.ts', import.meta.url), 'utf8') };

describe.each(RESOLUTIONS)('a strict project with moduleResolution $moduleResolution', (resolution) => {
  const { moduleResolution: name } = resolution;

  it.concurrent('compiles the examples as TypeScript and as JavaScript, and many public types', async () => {
    expect(forNode).toBeDefined();
    await compile(`types-${name}`, { ...asJavaScript, ...asTypeScript, ...types }, { ...resolution, ...NODE, allowJs: true, checkJs: true });
  });

  it.concurrent('needs no @types/node', async () => {
    await compile(`types-${name}-without-node`, { ...forAnywhere, ...types }, { ...resolution, types: [] });
  });
});
