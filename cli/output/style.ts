import pc from 'picocolors';

/** Columns of a terminal; infinitely many in a file or pipe. */
export function terminalWidth(stream: { isTTY?: boolean; columns?: number } = process.stdout): number {
  return stream.isTTY === true ? stream.columns || 80 : Infinity;
}

/** Whether text on this stream may carry colours: NO_COLOR, FORCE_COLOR and TERM as picocolors reads them, and never into a file or pipe. */
export function colourAllowed(stream: { isTTY?: boolean } = process.stdout): boolean {
  return pc.isColorSupported && (stream.isTTY === true || Boolean(process.env['FORCE_COLOR']));
}
