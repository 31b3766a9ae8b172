import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';

/** An IDX file: the magic number 0x000008dd for dd sizes, the sizes, the bytes. */
export function idx(sizes: readonly number[], content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * sizes.length + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, d) => view.setUint32(4 + 4 * d, size));
  bytes.set(content, 4 + 4 * sizes.length);
  return bytes;
}

/** `count` images of 2×3 pixels; pixel p of image i is (7 i + 40 p) mod 256. */
export function idxImages(count: number, height = 2, width = 3): Uint8Array<ArrayBuffer> {
  const size = height * width;
  return idx([count, height, width], Uint8Array.from({ length: count * size }, (_, j) => 7 * Math.floor(j / size) + 40 * (j % size)));
}

/** `count` labels 0, 1, 2, 0, 1, … */
export function idxLabels(count: number): Uint8Array<ArrayBuffer> {
  return idx([count], Uint8Array.from({ length: count }, (_, j) => j % 3));
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A new folder with files, until the tests of the file are over; names that end in `.gz` are packed. */
export async function folderWith(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'straggler-data-'));
  folders.push(folder);
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(bytes) : bytes);
  }
  return folder;
}
