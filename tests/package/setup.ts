import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the tarball, as npm describes it. */
interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** What `npm pack --json` tells. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly PackedFile[];
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed package. */
    packed: Packed;
    /** The tarball's path. */
    tarball: string;
    /** The folder of a project that has the package installed, and nothing else. */
    application: string;
  }
}

/** Once for all tests of the package: packs what was built, and installs it into an empty project. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  for (const file of ['dist/bindings/index.js', 'dist/browser/straggler.js', 'dist/cli/main.js']) {
    if (!existsSync(join(root, file))) throw new Error(`tests/package needs the build, ${file} is missing: npm run build`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'straggler-package-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root, maxBuffer: 2 ** 26 });
    const [packed] = JSON.parse(stdout) as [Packed];
    const application = join(folder, 'application');
    await mkdir(application);
    await writeFile(join(application, 'package.json'), JSON.stringify({ name: 'application', private: true, type: 'module' }));
    const tarball = join(folder, packed.filename);
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--omit=dev', tarball], { cwd: application });
    provide('packed', packed);
    provide('tarball', tarball);
    provide('application', application);
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}
