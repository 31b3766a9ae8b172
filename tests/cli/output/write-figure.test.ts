import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InputError } from '../../../bindings/index.js';
import { writeFigure } from '../../../cli/output/write-figure.js';
import { temporaryFolder } from '../command.js';

let home: ReturnType<typeof temporaryFolder>;
beforeEach(() => void (home = temporaryFolder()));
afterEach(() => home.remove());

test('makes folders and replaces files', async () => {
  const file = join(home.path, 'a', 'b.svg');
  await writeFigure(file, 'longer content', 'plot', '--out');
  await writeFigure(file, 'short', 'plot', '--out');
  expect(readFileSync(file, 'utf8')).toBe('short');
});

test('what cannot be written is an input error, and stays what it was', async () => {
  const folder = join(home.path, 'folder.svg');
  mkdirSync(folder);
  await expect(writeFigure(folder, 'x', 'plot', '--out')).rejects.toThrow(
    new InputError('plot', '--out', 'be a file that can be written', `${folder} (EISDIR)`),
  );
  expect(existsSync(folder)).toBe(true);
});

test.runIf(process.platform === 'linux')('a half-written file is removed', () => {
  writeFileSync(join(home.path, 'old.txt'), '');
  const main = join(import.meta.dirname, '../../../dist/cli/main.js');
  const script = `ulimit -f 8; trap '' XFSZ; '${process.execPath}' '${main}' data show digits --svg big.svg 2>&1 || echo "exit $?"`;
  const text = execFileSync('bash', ['-c', script], { cwd: home.path, encoding: 'utf8' });
  expect(text).toBe("Error: data show: '--svg' must be a file that can be written, got 'big.svg (EFBIG)'\nexit 2\n");
  expect(existsSync(join(home.path, 'big.svg'))).toBe(false);
});
