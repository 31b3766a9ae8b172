/** One end of a line between two threads. What is posted is copied, except buffers that are transferred and memory that is shared. */
export interface ThreadPort {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Sets who is told what arrives; messages wait until then. */
  onMessage(handler: (message: unknown) => void): void;
}

/** A thread that this one has started. */
export interface Thread extends ThreadPort {
  /** Sets who is told that the thread died of an error. */
  onFailure(handler: (error: Error) => void): void;
  /** From now on the thread does not keep the process alive. */
  detach(): void;
  /** Ends the thread at once, whatever it does. */
  end(): Promise<void>;
}
