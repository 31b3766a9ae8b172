import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Checkpoint, CheckpointStore } from '../../bindings/index.js';
import { replaceFile, writeFully, writing } from './durable.js';

const ENDING = '.checkpoint';
const CHECKSUM_BYTES = 32;

/** Keeps the checkpoints of long runs, a file each, named by the first of its runs: a checksum, then the serialised checkpoint. */
export class CheckpointFiles implements CheckpointStore {
  readonly #folder: string;
  readonly #onNotice: (text: string) => void;

  /** @param onNotice Told about files that cannot be used. */
  constructor(folder: string, onNotice: (text: string) => void) {
    this.#folder = folder;
    this.#onNotice = onNotice;
  }

  get count(): number {
    return this.#files().length;
  }

  load(): readonly Checkpoint[] {
    return this.#files().flatMap((name) => {
      const path = join(this.#folder, name);
      const checkpoint = read(path);
      if (checkpoint !== undefined) return [checkpoint];
      this.#onNotice(`${path} is damaged or of another version of Node; its runs start again.`);
      rmSync(path, { force: true });
      return [];
    });
  }

  save(checkpoint: Checkpoint): void {
    const content = serialize(checkpoint);
    const path = this.#path(checkpoint.runs);
    writing('run', path, () =>
      replaceFile(path, (file) => {
        writeFully(file, createHash('sha256').update(content).digest());
        writeFully(file, content);
      }),
    );
  }

  remove(runs: readonly number[]): void {
    rmSync(this.#path(runs), { force: true });
  }

  #files(): string[] {
    return readdirSync(this.#folder).filter((name) => name.endsWith(ENDING));
  }

  #path(runs: readonly number[]): string {
    return join(this.#folder, `${Math.min(...runs)}${ENDING}`);
  }
}

function read(path: string): Checkpoint | undefined {
  const bytes = readFileSync(path);
  const content = bytes.subarray(CHECKSUM_BYTES);
  if (!createHash('sha256').update(content).digest().equals(bytes.subarray(0, CHECKSUM_BYTES))) return undefined;
  try {
    const value = deserialize(content) as Partial<Checkpoint> | null;
    return Array.isArray(value?.runs) && value.state !== undefined ? (value as Checkpoint) : undefined;
  } catch {
    return undefined;
  }
}
