import type { Command, Report, Row } from '../../web/protocol.js';
import type { Setting } from '../../web/setting/fields.js';
import { Lab } from '../../web/worker/lab.js';

/** A lab without a browser. @returns what it tells, and what asks it to do something. */
export function startLab(threads = 1): { reports: Report[]; handle: (command: Command) => Promise<void> } {
  const reports: Report[] = [];
  const lab = new Lab({ post: (report) => void reports.push(report), now: () => performance.now(), threads });
  return { reports, handle: (command) => lab.handle(command) };
}

/** Runs a setting to its end. */
export async function labRun(setting: Setting): Promise<{ reports: Report[]; rows: readonly Row[] }> {
  const { reports, handle } = startLab();
  await handle({ do: 'run', setting });
  const last = reports.filter((report) => report.tell === 'results').at(-1);
  return { reports, rows: last?.rows ?? [] };
}
