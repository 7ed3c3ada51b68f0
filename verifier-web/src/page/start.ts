// Starting the work in a worker made of this page's own source, or here where a browser has no workers for it.

import type { News, Task } from "../worker.ts";
import { work } from "../worker.ts";

/** Do a task; resolves once the last news was told. `stop` ends it early. */
export function start(task: Task, tell: (news: News) => void): { done: Promise<void>; stop(): void } {
  const worker = makeWorker();
  if (!worker) {
    let stopped = false;
    const done = work(task, (news) => (stopped ? undefined : tell(news)));
    return { done, stop: () => void (stopped = true) };
  }
  let heard = false;
  const done = new Promise<void>((resolve) => {
    const end = () => {
      worker.terminate();
      resolve();
    };
    worker.onmessage = (event: MessageEvent<News>) => {
      heard = true;
      tell(event.data);
      if ("outcome" in event.data || "broken" in event.data || "lacking" in event.data) end();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      // A browser that makes a worker and then does not let it run: the work is done here.
      if (!heard) return void work(task, tell).then(resolve);
      tell({ broken: event.message || "worker" });
      resolve();
    };
    worker.postMessage(task);
  });
  return { done, stop: () => worker.terminate() };
}

function makeWorker(): Worker | null {
  const source = document.getElementById("program")?.textContent;
  if (!source) return null;
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(address);
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
