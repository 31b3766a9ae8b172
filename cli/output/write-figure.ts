import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../../bindings/index.js';

/**
 * Writes a file that the user named, with the folders it needs; an existing file is replaced. What could not be written to its end is
 * removed.
 * @param command @param option Whom the error is about.
 * @throws InputError when the file cannot be written.
 */
export async function writeFigure(file: string, content: string | Uint8Array, command: string, option: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const output = await open(file, 'w');
    try {
      await output.writeFile(content);
    } catch (error) {
      if ((await output.stat()).isFile()) await rm(file, { force: true }); // not a device such as /dev/stdout
      throw error;
    } finally {
      await output.close();
    }
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    throw new InputError(command, option, 'be a file that can be written', `${file} (${code})`);
  }
}
