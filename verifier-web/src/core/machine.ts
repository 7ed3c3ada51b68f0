// What is the matter with this browser or this computer, and must never be taken for a fault of the evidence.

/** What this browser lacks of what the checks need; nothing in every browser of the last years. */
export function lacking(): string[] {
  const found: string[] = [];
  if (!globalThis.crypto?.subtle) found.push("WebCrypto");
  try {
    new DecompressionStream("deflate-raw");
  } catch {
    found.push("DecompressionStream");
  }
  try {
    new RegExp("\\p{Surrogate}", "u");
  } catch {
    found.push("Unicode");
  }
  return found;
}

const OF_THE_MACHINE = new Set(["NotReadableError", "NotFoundError", "SecurityError", "AbortError", "QuotaExceededError"]);

/** Throw an error again that tells of the machine: a file that went away, memory that ran out. */
export function rethrowIfOfTheMachine(error: unknown): void {
  const isMachine = error instanceof DOMException && OF_THE_MACHINE.has(error.name);
  if (isMachine || error instanceof ReferenceError || isOutOfMemory(error)) throw error;
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation|memory|array length|buffer/i.test(error.message);
}
