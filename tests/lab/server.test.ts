import { request, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveLab, type ServedLab } from '../../cli/lab/serve.js';
import { straggler, temporaryFolder } from '../cli/command.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A request as any program can make it: with a Host of its choice. */
function ask(url: string, { host, method = 'GET', headers = {} }: { host?: string; method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, headers: host === undefined ? headers : { ...headers, host } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject).end();
  });
}

const folder = temporaryFolder();
let lab: ServedLab;
beforeAll(async () => {
  writeFileSync(join(folder.path, 'index.html'), '<p>the page');
  writeFileSync(join(folder.path, 'main.js'), '1');
  mkdirSync(join(folder.path, 'worker'));
  writeFileSync(join(folder.path, 'worker', 'lab-worker.js'), '2');
  lab = await serveLab(folder.path, 0);
});
afterAll(async () => {
  await lab.close();
  folder.remove();
});

describe('the server of the lab', () => {
  it('serves the page and its files', async () => {
    expect(lab.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await ask(lab.url)).toMatchObject({ status: 200, text: '<p>the page' });
    expect(await ask(`${lab.url}main.js`)).toMatchObject({ status: 200, text: '1', headers: { 'content-type': 'text/javascript' } });
  });

  it.each(['', 'main.js', 'nothing'])('isolates the page, whatever is asked for: /%s', async (path) => {
    const { headers } = await ask(lab.url + path);
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';");
  });

  it('lets only the worker that draws compile expressions', async () => {
    const policy = async (path: string): Promise<string> => String((await ask(lab.url + path)).headers['content-security-policy']);
    expect(await policy('worker/lab-worker.js')).toContain(" 'unsafe-eval'");
    expect(await policy('worker/lab-worker.js?x')).toContain(" 'unsafe-eval'");
    expect(await policy('')).not.toContain(" 'unsafe-eval'");
  });

  it('answers that a file has not changed', async () => {
    const { etag } = (await ask(lab.url)).headers;
    expect(await ask(lab.url, { headers: { 'if-none-match': etag! } })).toMatchObject({ status: 304, text: '' });
  });

  it.each(['evil.example', 'evil.example:80', 'localhost', '127.0.0.1', '127.0.0.1:1'])('refuses the host %j', async (host) => {
    const { status, text } = await ask(lab.url, { host });
    expect(status).toBe(403);
    expect(text).not.toContain('page');
  });

  it('answers to both of its names', async () => {
    const { port } = new URL(lab.url);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) expect((await ask(lab.url, { host })).status).toBe(200);
  });

  it.each(['nothing', '../package.json', '%2e%2e/package.json', '.git'])('has no /%s', async (path) => {
    expect((await ask(lab.url + path)).status).toBe(404);
  });

  it('can only be read', async () => {
    expect(await ask(lab.url, { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await ask(lab.url, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('cannot be reached from another machine', async () => {
    const { port } = new URL(lab.url);
    const outward = Object.values(networkInterfaces()).flat().find((entry) => entry !== undefined && !entry.internal && entry.family === 'IPv4');
    if (outward === undefined) return;
    await expect(ask(`http://${outward.address}:${port}/`)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('straggler lab', () => {
  it('says where the page is, and ends with Ctrl-C', async () => {
    const { output, ended } = await interrupted([]);
    expect(output).toMatch(/^Lab: http:\/\/127\.0\.0\.1:\d+\/ {2}\(Ctrl-C ends it\)\n$/);
    expect(ended).toEqual({ code: 0, signal: null });
  });

  it('does so as JSON', async () => {
    const { output, ended } = await interrupted(['--json']);
    expect(Object.keys(JSON.parse(output) as object)).toEqual(['url']);
    expect(ended).toEqual({ code: 0, signal: null });
  });

  it('says that a port is taken', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, stderr } = await straggler(folder.path, ['lab', '--port', String(port)]);
    blocker.close();
    expect({ code, stderr }).toEqual({ code: 2, stderr: `Error: lab: '--port' must be a port that is free, got ${port}\n` });
  });

  it.each(['0', '65536', '80.5', 'x', '-1'])('refuses the port %s', async (port) => {
    const { code, stderr } = await straggler(folder.path, ['lab', `--port=${port}`]);
    expect(code).toBe(2);
    expect(stderr).toContain('a whole number from 1 to 65535');
  });

  it('says what to do where the page was not built', async () => {
    await expect(serveLab(join(folder.path, 'worker'), 0)).rejects.toThrow('lab: the page is not in');
  });
});

/** Starts the lab, and interrupts it once it has said where it is. */
function interrupted(args: readonly string[]): Promise<{ output: string; ended: { code: number | null; signal: string | null } }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, 'lab', ...args]);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.endsWith('\n')) child.kill('SIGINT');
    });
    child.on('close', (code, signal) => resolve({ output, ended: { code, signal } }));
  });
}
