/** Exit code of a process that an interrupt ended. */
export const INTERRUPTED = 130;

/** An interrupt later than this after the first means that the user does not want to wait. */
const IMPATIENCE_MILLISECONDS = 1000;

/** What a command does about Ctrl-C. */
export interface Interrupts {
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Leaves interrupts to the process again. */
  release(): void;
}

/**
 * Heeds SIGINT and SIGTERM until released. The first one aborts the signal, so that the command can finish what it is writing. Another one
 * a second or more later ends the process at once; sooner it is the same keystroke, delivered by the terminal and by npm.
 */
export function heedInterrupts(): Interrupts {
  const controller = new AbortController();
  let first: number | undefined;
  const interrupt = (): void => {
    const now = performance.now();
    first ??= now;
    if (now - first >= IMPATIENCE_MILLISECONDS) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return { signal: controller.signal, release: () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt) };
}
