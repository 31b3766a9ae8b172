import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { RequestListener, Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { StragglerError } from '../../bindings/index.js';
import { fetchDataset, type FetchedFile } from '../../cli/data/fetch.js';
import { SOURCES, type DatasetSource } from '../../cli/data/sources.js';
import { folderWith } from './idx-files.js';
import { mnistFolderOr } from './mnist.js';
import { deadAddress, listen } from './servers.js';

const CONTENT = Uint8Array.from({ length: 200_000 }, (_, j) => (j * j) >> 3);
const MD5 = createHash('md5').update(CONTENT).digest('hex');
const SOURCE: DatasetSource = { name: 'x', title: '', mirrors: [], files: [{ name: 'a.gz', md5: MD5, bytes: CONTENT.length }] };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on this machine; `asked` collects the Range header of each request. */
async function serve(handler: RequestListener): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  const { server, address } = await listen((request, response) => {
    asked.push(request.headers.range);
    handler(request, response);
  });
  servers.push(server);
  return { url: `${address}/data`, asked };
}

const whole: RequestListener = (_request, response) => void response.writeHead(200, { 'Content-Length': CONTENT.length }).end(CONTENT);
const missing: RequestListener = (_request, response) => void response.writeHead(404).end('not here');
const ranged: RequestListener = (request, response) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? NaN);
  if (Number.isNaN(start)) whole(request, response);
  else response.writeHead(206, { 'Content-Range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` }).end(CONTENT.subarray(start));
};
/** Promises everything, sends half and hangs up. */
const half: RequestListener = (_request, response) => {
  response.writeHead(200, { 'Content-Length': CONTENT.length });
  response.write(CONTENT.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
};

async function fetchInto(folder: string, ...mirrors: string[]): Promise<FetchedFile[]> {
  return fetchDataset(SOURCE, { folder, mirrors });
}

/** Expects the file and nothing else. */
async function expectComplete(folder: string): Promise<void> {
  expect(await readdir(folder)).toEqual(['a.gz']);
  expect((await readFile(join(folder, 'a.gz'))).equals(CONTENT)).toBe(true);
}

describe('fetchDataset', () => {
  test('downloads a file, and not again when it is there', async () => {
    const folder = join(await folderWith({}), 'new', 'folder');
    const { url, asked } = await serve(whole);
    const progress: number[] = [];
    await fetchDataset(SOURCE, { folder, mirrors: [url], onProgress: (_file, received) => progress.push(received) });
    await expectComplete(folder);
    expect(progress.at(-1)).toBe(CONTENT.length);
    expect(await fetchInto(folder, url)).toEqual([{ file: 'a.gz', bytes: CONTENT.length, status: 'present' }]);
    expect(asked).toEqual([undefined]);
  });

  test('replaces a file whose checksum is wrong', async () => {
    const folder = await folderWith({ 'b.txt': CONTENT });
    await writeFile(join(folder, 'a.gz'), CONTENT.map((byte) => byte ^ 1));
    const { url } = await serve(whole);
    expect(await fetchInto(folder, url)).toMatchObject([{ status: 'fetched', url: `${url}/a.gz` }]);
    expect((await readFile(join(folder, 'a.gz'))).equals(CONTENT)).toBe(true);
  });

  test('goes on with a part', async () => {
    const folder = await folderWith({ 'a.gz.part': CONTENT.subarray(0, 70_000) });
    const { url, asked } = await serve(ranged);
    expect(await fetchInto(folder, url)).toMatchObject([{ status: 'resumed' }]);
    expect(asked).toEqual(['bytes=70000-']);
    await expectComplete(folder);
  });

  test('starts again when the server ignores the range', async () => {
    const folder = await folderWith({ 'a.gz.part': CONTENT.subarray(0, 70_000) });
    const { url } = await serve(whole);
    expect(await fetchInto(folder, url)).toMatchObject([{ status: 'fetched' }]);
    await expectComplete(folder);
  });

  test('a complete part needs no network', async () => {
    const folder = await folderWith({ 'a.gz.part': CONTENT });
    expect(await fetchInto(folder, await deadAddress())).toMatchObject([{ status: 'resumed' }]);
    await expectComplete(folder);
  });

  test('a spoiled part is thrown away, once it is complete', async () => {
    const folder = await folderWith({ 'a.gz.part': CONTENT.subarray(0, 70_000).map((byte) => byte ^ 1) });
    const { url, asked } = await serve(ranged);
    await fetchInto(folder, url);
    expect(asked).toEqual(['bytes=70000-', undefined]);
    await expectComplete(folder);
  });

  test('goes on at the next mirror after a lost connection', async () => {
    const folder = await folderWith({});
    const [first, second] = [await serve(half), await serve(ranged)];
    await fetchInto(folder, first.url, second.url);
    expect(second.asked).toEqual(['bytes=100000-']);
    await expectComplete(folder);
  });

  test('takes the next mirror after a 404', async () => {
    const folder = await folderWith({});
    const [first, second] = [await serve(missing), await serve(whole)];
    expect(await fetchInto(folder, first.url, second.url)).toMatchObject([{ url: `${second.url}/a.gz` }]);
    await expectComplete(folder);
  });

  test('a wrong checksum is an error and leaves nothing', async () => {
    const folder = await folderWith({});
    const { url, asked } = await serve((_request, response) => void response.end(CONTENT.map((byte) => byte ^ 1)));
    await expect(fetchInto(folder, url)).rejects.toThrow(`data fetch: 'a.gz' could not be downloaded from ${url}/a.gz: wrong checksum`);
    expect(asked).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test('offline is one sentence that names every mirror; a part stays', async () => {
    const folder = await folderWith({ 'a.gz.part': CONTENT.subarray(0, 2048) });
    const { url } = await serve(missing);
    const dead = await deadAddress();
    const attempt = fetchInto(folder, `${dead}/x/`, url);
    await expect(attempt).rejects.toThrow(
      `data fetch: 'a.gz' could not be downloaded from ${dead}/x/a.gz: connection refused; ${url}/a.gz: HTTP status 404 ` +
        '(2 KiB are kept, the same command goes on from there)',
    );
    await expect(attempt).rejects.toBeInstanceOf(StragglerError);
    expect(await readdir(folder)).toEqual(['a.gz.part']);
  });

  test('a server that ends early leaves a part', async () => {
    const folder = await folderWith({});
    const { url } = await serve((_request, response) => void response.end(CONTENT.subarray(0, 5000)));
    await expect(fetchInto(folder, url)).rejects.toThrow('ended after 5000 of 200000 bytes (4.88 KiB are kept');
    expect(await readdir(folder)).toEqual(['a.gz.part']);
  });

  test('a server that falls silent is given up', async () => {
    const folder = await folderWith({});
    const { url } = await serve((_request, response) => void response.write(CONTENT.subarray(0, 5000)));
    await expect(fetchDataset(SOURCE, { folder, mirrors: [url], idleMilliseconds: 200 })).rejects.toThrow('nothing arrived for 0.2 s');
    expect((await readFile(join(folder, 'a.gz.part'))).length).toBe(5000);
  });

  test('a server that never answers is given up', async () => {
    const { url } = await serve(() => undefined);
    const attempt = fetchDataset(SOURCE, { folder: await folderWith({}), mirrors: [url], idleMilliseconds: 200 });
    await expect(attempt).rejects.toThrow('nothing arrived for 0.2 s');
  });

  test('an interruption keeps what has arrived and asks no further mirror', async () => {
    const folder = await folderWith({});
    const second = await serve(whole);
    const { url } = await serve((_request, response) => void response.write(CONTENT.subarray(0, 5000)));
    const interruption = new AbortController();
    const onProgress = (): void => interruption.abort();
    const attempt = fetchDataset(SOURCE, { folder, mirrors: [url, second.url], signal: interruption.signal, onProgress });
    await expect(attempt).rejects.toSatisfy((reason) => reason === interruption.signal.reason);
    expect((await readFile(join(folder, 'a.gz.part'))).length).toBe(5000);
    expect(second.asked).toEqual([]);
  });
});

test('a folder that cannot be made is an error that names it', async () => {
  const folder = join(await folderWith({ file: CONTENT }), 'file', 'x');
  await expect(fetchInto(folder)).rejects.toThrow(`the folder '${folder}' could not be created`);
});

describe('sources', () => {
  test('give every file a checksum and an address', () => {
    for (const { files, mirrors } of SOURCES) {
      expect(files).toHaveLength(4);
      expect(files.every(({ md5 }) => /^[0-9a-f]{32}$/.test(md5))).toBe(true);
      expect(mirrors.every((url) => URL.canParse(url) && url.endsWith('/'))).toBe(true);
    }
  });

  test('checksums and sizes of the real MNIST test files are right', async () => {
    const folder = mnistFolderOr('its checksums are not verified');
    if (folder === undefined) return;
    for (const { name, md5, bytes } of SOURCES[0]!.files.slice(2)) {
      const content = await readFile(join(folder, name));
      expect([content.length, createHash('md5').update(content).digest('hex')]).toEqual([bytes, md5]);
    }
  });
});
