import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { peersFolder } from './install.js';

/** The first interpreter that has NumPy and a module. */
export function findPython(module: string, named: string | undefined): string | undefined {
  const candidates = named === undefined ? ['python3', '/usr/bin/python3', 'python'] : [named];
  return candidates.find((python) => spawnSync(python, ['-c', `import numpy, ${module}`], { stdio: 'ignore' }).status === 0);
}

/** A conversation with a Python process: lines of JSON, one answer per request. It ends with this process, also when that is interrupted. */
export class Conversation {
  /** What the process calls itself. */
  name = '';
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    python: string,
    readonly script: string,
    args: readonly string[],
  ) {
    this.#process = spawn(python, [fileURLToPath(new URL(script, peersFolder)), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts a script of the peers' folder; the first thing that it says is its name. */
  static async begin(python: string, script: string, args: readonly string[]): Promise<Conversation> {
    const conversation = new Conversation(python, script, args);
    conversation.name = (await conversation.#read<{ name: string }>()).name;
    return conversation;
  }

  async ask<Reply>(request: object): Promise<Reply> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    return this.#read<Reply>();
  }

  end(): void {
    this.#process.stdin!.end();
    this.#process.kill();
  }

  async #read<Reply>(): Promise<Reply> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`${this.script}: must answer, got the end of its output (exit code ${this.#process.exitCode ?? 'none'})`);
    return JSON.parse(line.value) as Reply;
  }
}

const INTERRUPTED = 130;

/**
 * Does something with a folder of its own and conversations, which end with it, also when this process is interrupted.
 * @param work Adds its conversations to the list.
 */
export async function amongPeers<T>(work: (folder: string, conversations: Conversation[]) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'straggler-peers-'));
  const conversations: Conversation[] = [];
  const cleanUp = (): void => {
    for (const conversation of conversations) conversation.end();
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupt = (): never => {
    cleanUp();
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await work(folder, conversations);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    cleanUp();
  }
}
