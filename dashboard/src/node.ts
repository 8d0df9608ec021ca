// The node that serves this page: the client, the key of this tab, and what is asked again when something changes.
import { useEffect, useState } from "preact/hooks";
import { Client, ProblemError } from "../../clients/typescript/icn_client.ts";

const KEY = "icn-key";
const POLL_MS = 2000;
const QUIET_MS = 150;
const AGAIN_MS = 5000;

export const key = (): string => sessionStorage.getItem(KEY) ?? "";
export const keepKey = (value: string): void => {
  sessionStorage.setItem(KEY, value);
  restart();
};

// The key of `#key=…` leaves the address bar at once: it must not reach the history or a screenshot.
export function takeKeyFromAddress(): void {
  const found = /^#key=(.+)$/.exec(location.hash);
  if (!found) return;
  sessionStorage.setItem(KEY, decodeURIComponent(found[1]!));
  history.replaceState(null, "", location.pathname + "#/jobs");
}

export const client = (): Client => new Client(location.origin, { key: key() });

type Listener = () => void;
const listeners = new Set<Listener>();
let stream: AbortController | undefined;
let isLive = false;
let due: number | undefined;

function changed(): void {
  if (due !== undefined) return;
  due = setTimeout(() => {
    due = undefined;
    for (const listener of [...listeners]) listener();
  }, QUIET_MS);
}

// Every event of the node asks all open views again; without a stream they are asked at an interval.
async function follow(stop: AbortSignal): Promise<void> {
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (key()) headers.authorization = `Bearer ${key()}`;
  const answer = await fetch("/v1/events", { headers, signal: stop });
  if (!answer.ok || !answer.body || !answer.headers.get("content-type")?.startsWith("text/event-stream")) {
    await answer.body?.cancel();
    return;
  }
  isLive = true;
  const reader = answer.body.getReader();
  for (;;) {
    const piece = await reader.read();
    if (piece.done) return;
    if (/^data:/m.test(new TextDecoder().decode(piece.value))) changed();
  }
}

export function restart(): void {
  stream?.abort();
  const mine = (stream = new AbortController());
  const again = () => {
    isLive = false;
    if (mine.signal.aborted) return;
    setTimeout(() => !mine.signal.aborted && void follow(mine.signal).then(again, again), AGAIN_MS);
  };
  void follow(mine.signal).then(again, again);
  changed();
}

setInterval(() => {
  if (!isLive && !document.hidden) changed();
}, POLL_MS);

export interface Asked<T> {
  value?: T;
  error?: Error;
}

// Asks now, and again whenever something changed. `what` names the question: another name, another answer.
export function useAsk<T>(what: string, ask: () => Promise<T>, isFixed = false): Asked<T> {
  const [asked, setAsked] = useState<Asked<T> & { what?: string }>({});
  useEffect(() => {
    let isOver = false;
    let isAsking = false;
    const run = () => {
      if (isAsking) return;
      isAsking = true;
      ask().then(
        (value) => isOver || setAsked({ what, value }),
        (error: Error) => isOver ||
          setAsked((before) => ({ what, error, value: before.what === what ? before.value : undefined })),
      ).finally(() => (isAsking = false));
    };
    run();
    if (!isFixed) listeners.add(run);
    return () => {
      isOver = true;
      listeners.delete(run);
    };
  }, [what]);
  return asked.what === what ? asked : {};
}

export const needsKey = (error?: Error): boolean => error instanceof ProblemError && error.status === 401;
