const PATIENCE = 60_000;

/** Past this a request on a bad network is given up; the next one carries the same key. */
export const patience = () => ({ signal: AbortSignal.timeout?.(PATIENCE) });
