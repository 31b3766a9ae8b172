import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writing } from '../output/durable.js';
import { copyLines } from '../output/line-segments.js';
import { FolderLock } from '../output/lock.js';
import { summaryText, writeRunFile } from '../output/run-directory.js';
import { removeRunFolder } from '../output/run-folder.js';
import { THEORY_FILE } from '../output/theory/record.js';
import { removeLeftovers, UNFINISHED } from '../output/unfinished.js';
import type { Joined } from './join.js';

/**
 * Writes a run folder with all runs. The experiment comes last: a folder without it, as a kill leaves it, counts as free.
 * @throws WriteError naming the file; the folder is removed then.
 */
export function writeMerged(directory: string, { text, summary, sources, lines, theory }: Joined, figure: string | undefined): void {
  const write = (name: string, content: string | ((file: number) => void)): void => writeRunFile('merge', directory, name, content);
  const marker = join(directory, UNFINISHED);
  try {
    writing('merge', marker, () => mkdirSync(marker));
    FolderLock.take(marker);
    for (const [name, files] of lines) {
      write(name, (file) => {
        for (const [run, part] of sources) copyLines(files.get(part)!, run, file);
      });
    }
    if (theory !== undefined) write(THEORY_FILE, theory);
    if (figure !== undefined) write('figure.svg', figure);
    write('summary.json', summaryText(summary));
    write('experiment.json', text);
  } catch (error) {
    removeRunFolder(directory);
    throw error;
  }
  removeLeftovers(directory);
}
