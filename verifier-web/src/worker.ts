// The work, away from the page, so that it never freezes. The page starts its own source a second time as a worker.

import { verifyFile, type Options, type Outcome } from "./core/engine.ts";
import { hex } from "./core/bytes.ts";
import { lacking } from "./core/machine.ts";
import { digestOfBlob } from "./core/hashing.ts";
import type { Language } from "./core/messages.ts";

export interface Task {
  readonly blob: Blob;
  readonly options: Options;
  /** Whether the digest of the whole file is wanted as well. */
  readonly digest: boolean;
}

export type News =
  | { readonly entries: number }
  | { readonly exhibits: number; readonly of: number }
  | { readonly hashing: true }
  | { readonly outcome: Readonly<Record<Language, Outcome>>; readonly digest: string | null }
  | { readonly lacking: readonly string[] }
  | { readonly broken: string };

/** Milliseconds between two pieces of news of progress. */
const PAUSE = 100;

export async function work(task: Task, tell: (news: News) => void): Promise<void> {
  const missing = lacking();
  if (missing.length) return tell({ lacking: missing });
  let last = 0;
  const progress = (news: News) => {
    if (Date.now() - last < PAUSE) return;
    last = Date.now();
    tell(news);
  };
  try {
    const outcome = await verifyFile(task.blob, task.options, {
      entries: (entries) => progress({ entries }),
      exhibits: (exhibits, of) => progress({ exhibits, of }),
    });
    if (task.digest) tell({ hashing: true });
    tell({ outcome, digest: task.digest ? hex(await digestOfBlob("sha256", [task.blob])) : null });
  } catch (error) {
    tell({ broken: String((error as Error)?.stack ?? error) });
  }
}

/** Be the worker: one task, then news of it. */
export function serve(scope: WorkerScope): void {
  scope.onmessage = (event: MessageEvent<Task>) => void work(event.data, (news) => scope.postMessage(news));
}

/** The little of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Task>) => void) | null;
  postMessage(news: News): void;
}
