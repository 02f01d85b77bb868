type Listener = () => void;

const listeners: Listener[] = [];

/**
 * Calls `listener` on Ctrl-C, until the function returned is called. Of several listeners only the latest is called: what
 * is being done decides what Ctrl-C means. Without any, Ctrl-C ends the process as usual.
 */
export function onInterrupt(listener: Listener): () => void {
  if (listeners.length === 0) process.on("SIGINT", tellLatest);
  listeners.push(listener);
  return () => {
    const index = listeners.lastIndexOf(listener);
    if (index !== -1) listeners.splice(index, 1);
    if (listeners.length === 0) process.off("SIGINT", tellLatest);
  };
}

function tellLatest(): void {
  listeners.at(-1)?.();
}
