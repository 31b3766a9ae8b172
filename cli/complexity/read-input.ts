import { readFileSync } from 'node:fs';
import { InputError } from '../../bindings/index.js';

/** The text of a file that an option of a command names. @throws InputError when it cannot be read. */
export function readInput(command: string, file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    throw new InputError(command, option, code === 'ENOENT' ? 'be a file that exists' : `be a file that can be read (${code})`, file);
  }
}
