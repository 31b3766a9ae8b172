import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError, StragglerError } from '../../bindings/index.js';
import { registerData } from '../../cli/commands/data.js';
import { drawPartition, drawSamples } from '../../cli/data/drawing.js';
import { pickEvenly } from '../../cli/data/summary.js';
import { folderWith, idxImages, idxLabels } from '../data/idx-files.js';
import { deadAddress } from '../data/servers.js';

let printed = '';
let cache = '';
beforeEach(async () => {
  printed = '';
  cache = await mkdtemp(join(tmpdir(), 'straggler-cache-'));
  vi.stubEnv('STRAGGLER_CACHE', cache);
  vi.stubEnv('FORCE_COLOR', '');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

async function run(...words: string[]): Promise<string> {
  const program = new Command('straggler').exitOverride();
  registerData(program);
  await program.parseAsync(['data', ...words], { from: 'user' });
  return printed;
}

interface Shown {
  train: { samples: number; nonZero: number; labels: number[] };
  partition: { kind: string; alpha?: number; labels: number[][]; dominance: number };
}

describe('straggler data list', () => {
  test('names the data sets and whether they are here', async () => {
    expect(await run('list')).toMatch(/^digits +built in.*\nmnist +not fetched +11.1 MiB.*\nfashion-mnist +not fetched +29.4 MiB/);
    expect(printed).toContain(`Fetched data is kept in ${cache}`);
  });

  test('fits a terminal of 80 columns', async () => {
    vi.spyOn(process, 'stdout', 'get').mockReturnValue(Object.assign(Object.create(process.stdout) as typeof process.stdout, { isTTY: true, columns: 80 }));
    for (const line of (await run('list')).split('\n').slice(0, -2)) expect(line.length).toBeLessThanOrEqual(80);
    expect(printed).toMatch(/images of\s+28×28/);
  });

  test('--json', async () => {
    const rows = JSON.parse(await run('list', '--json')) as { name: string; state: string; folder: string | null }[];
    expect(rows.map(({ name, state }) => [name, state])).toEqual([
      ['digits', 'built in'], ['mnist', 'not fetched'], ['fashion-mnist', 'not fetched'],
    ]);
    expect(rows.map(({ folder }) => folder)).toEqual([null, join(cache, 'mnist'), join(cache, 'fashion-mnist')]);
  });
});

describe('straggler data fetch', () => {
  test('offline is a failure of one sentence', async () => {
    const dead = await deadAddress();
    const words = ['fetch', 'mnist', '--mirror', `${dead}/a`, '--mirror', `${dead}/b`];
    const error = await run(...words).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StragglerError);
    expect(error).not.toBeInstanceOf(InputError);
    expect((error as Error).message).toBe(
      `data fetch: 'train-images-idx3-ubyte.gz' could not be downloaded from ${dead}/a/train-images-idx3-ubyte.gz: ` +
        `connection refused; ${dead}/b/train-images-idx3-ubyte.gz: connection refused`,
    );
  });

  test.each([
    [['fetch', 'digits'], "data fetch: 'name' must be mnist or fashion-mnist, got 'digits'"],
    [['fetch', 'mnist', '--mirror', 'ftp://x'], "'--mirror' must be an http or https address, got 'ftp://x'"],
  ])('refuses %j', async (words, message) => {
    await expect(run(...words)).rejects.toThrow(message);
    await expect(run(...words)).rejects.toBeInstanceOf(InputError);
  });
});

describe('straggler data show', () => {
  test('prints counts, a sample per class and the partition', async () => {
    const text = await run('show', 'digits', '--workers', '12', '--partition', 'by-label');
    expect(text).toContain('digits: 10 classes, images of 28×28');
    expect(text).toContain('training 6,000 samples, 19.');
    expect(text).toMatch(/label +0 +1 +2.*\ntraining +600 +600.*\ntest +100 +100/);
    expect(text).toContain('%');
    expect(text).toMatch(/ 0 │ 500 0+\n 1 │ 500 0+1+\n/);
    expect(text).toMatch(/11 │ 500 9+\n/);
    expect(text).not.toContain('\x1b');
  });

  test('its help tells what data can be and its defaults', async () => {
    await expect(run('show', '--help')).rejects.toThrow('(outputHelp)');
    const help = printed.split(/\s+/).join(' ');
    expect(help).toContain('digits, mnist, fashion-mnist, a .libsvm or .csv file, or a folder with IDX files');
    expect(help).toContain('seed of the partition (default: 1)');
  });

  test('shows 40 of many workers and says so', async () => {
    const text = await run('show', 'digits', '--workers', '1000');
    expect(text).toContain('(40 of the 1000 workers, evenly picked)');
    expect(text.match(/ │ /g)).toHaveLength(40);
  });

  test('--json has everything the text has; the same seed gives the same', async () => {
    const words = ['show', 'digits', '--workers', '5', '--alpha', '0.5', '--seed', '3', '--json'];
    const shown = JSON.parse(await run(...words)) as Shown;
    expect(shown).toMatchObject({ name: 'digits', features: 784, classes: 10, shape: [28, 28] });
    expect(shown).toMatchObject({ train: { samples: 6000 }, test: { samples: 1000 } });
    expect(shown.partition).toMatchObject({ kind: 'dirichlet', alpha: 0.5, workers: 5, seed: 3 });
    const perLabel = shown.train.labels.map((_count, label) => shown.partition.labels.reduce((sum, counts) => sum + counts[label]!, 0));
    expect(perLabel).toEqual(shown.train.labels);
    const first = printed;
    printed = '';
    expect(await run(...words)).toBe(first);
  });

  test('--svg writes the figure, the same bytes each time', async () => {
    const digests = [];
    for (const name of ['a.svg', 'b.svg']) {
      const file = join(cache, name);
      expect(await run('show', 'digits', '--svg', file)).toContain(`Wrote ${file}`);
      const svg = await readFile(file, 'utf8');
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="760"[^]*<\/svg>\n$/);
      digests.push(createHash('sha256').update(svg).digest('hex'));
    }
    expect(digests[0]).toBe(digests[1]);
  });

  test('a folder; its name may have characters that SVG reserves', async () => {
    const folder = join(cache, '<&>');
    const file = join(cache, 'a.svg');
    const files = { 'train-images.idx3-ubyte.gz': idxImages(9), 'train-labels.idx1-ubyte': idxLabels(9) };
    await rename(await folderWith(files), folder);
    expect(await run('show', folder, '--svg', file)).toContain('training 7 samples');
    expect(await readFile(file, 'utf8')).toContain('/&lt;&amp;&gt;: 7 training samples');
  });

  test.each([
    [['--workers', '0'], "data show: '--workers' must be a whole number from 1, got 0"],
    [['--workers', '6001'], "data show: '--workers' must be at most the 6000 samples"],
    [['--workers', 'many'], "data show: '--workers' must be a number, got 'many'"],
    [['--alpha', '0'], "data show: '--alpha' must be a number from 1e-9 to 1e9, got 0"],
    [['--partition', 'shards', '--shards', '0'], "data show: '--shards' must be a whole number from 1"],
    [['--partition', 'iid', '--alpha', '1'], "'--alpha' must be used with --partition dirichlet, got 'iid'"],
    [['--shards', '2'], "'--shards' must be used with --partition shards"],
    [['--seed', '-1'], "data show: '--seed' must be an integer from 0"],
    [['--svg', '/dev/null/x.svg'], "data show: '--svg' must be a file that can be written, got '/dev/null/x.svg (E"],
  ])('refuses %j', async (words, message) => {
    const error = await run('show', 'digits', ...words).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain(message);
    expect(printed).toBe('');
  });

  test('files that cannot be read are an error that names them', async () => {
    const folder = await folderWith({});
    await symlink('loop', join(folder, 'loop'));
    const file = join(folder, 'train-images-idx3-ubyte.gz');
    await symlink('loop', file);
    await expect(run('show', folder)).rejects.toThrow(`${file}: 'file' must be readable, got 'ELOOP'`);
  });

  test('a LIBSVM file, with the labels that it has', async () => {
    const text = Array.from({ length: 12 }, (_, j) => `${j % 2 === 0 ? '+1' : '-1'} 3:${j + 1} 1000:1\n`).join('');
    const file = join(await folderWith({ 'a.libsvm': new TextEncoder().encode(text) }), 'a.libsvm');
    const shown = await run('show', file, '--workers', '2', '--partition', 'by-label');
    expect(shown).toContain('a.libsvm: 2 classes, 1000 features');
    expect(shown).toContain('training 10 samples, 0.2% of the inputs are not 0');
    expect(shown).toContain('Labels as the file has them: 0 = -1, 1 = 1');
    const json = JSON.parse((printed = '') + (await run('show', file, '--json'))) as object;
    expect(json).toMatchObject({ classes: 2, classNames: ['-1', '1'], shape: null, train: { samples: 10, nonZero: 0.002 } });
  });

  test('--svg makes the folders it needs', async () => {
    const file = join(cache, 'new', 'folder', 'a.svg');
    await run('show', 'digits', '--svg', file);
    expect(await readFile(file, 'utf8')).toContain('</svg>');
  });

  test('data that is not there is an error', async () => {
    await expect(run('show', 'fashion-mnist')).rejects.toThrow("'straggler data fetch fashion-mnist'");
    await expect(run('show', 'nowhere')).rejects.toThrow("data: 'nowhere' must be digits");
  });
});

describe('drawings', () => {
  test('a bar is as long as the share of the most, divided by label', () => {
    expect(drawPartition([[10, 10], [0, 10]], [0, 1], 28, false)).toEqual(['0 │ 20 00000000001111111111', '1 │ 10 1111111111']);
    expect(drawPartition([[1, 1, 1]], [0], 12, false)).toEqual(['0 │ 3 0001111222']);
    expect(drawPartition([[1, 1]], [0], 12, true)[0]).toBe(
      '0 │ 2 \x1b[48;5;75;38;5;16m00000\x1b[0m\x1b[48;5;208;38;5;16m11111\x1b[0m',
    );
  });

  test('samples are averaged over areas, in characters or in half blocks', () => {
    const inputs = Float32Array.from({ length: 128 }, (_, j) => (j % 16 < 8 ? 1 : 0));
    const samples = { count: 1, inputs, labels: Uint8Array.of(0) };
    const dataset = { name: 'x', features: 128, classes: 1, shape: [8, 16] as const, train: samples, test: samples };
    expect(drawSamples(dataset, 12, false)).toEqual(Array.from({ length: 2 }, () => '  @@@@'));
    const colours = drawSamples(dataset, 12, true);
    expect(colours).toHaveLength(2);
    for (const line of colours) expect(line).toMatch(/^ {2}(\x1b\[38;5;255;48;5;255m▀){4}(\x1b\[38;5;232;48;5;232m▀){4}\x1b\[0m$/);
  });

  test('evenly picked numbers keep the first and the last', () => {
    expect(pickEvenly(3, 40)).toEqual([0, 1, 2]);
    expect(pickEvenly(100, 4)).toEqual([0, 33, 66, 99]);
  });
});
