// What the steps of verification find: the first finding of each, and how many there are.

import { STEPS } from "../kinds.generated.ts";
import type { Check, Question } from "./evidence.ts";
import type { Message } from "./messages.ts";

export type Step = (typeof STEPS)[number]["name"];

interface Tally {
  first: Message | null;
  count: number;
}

/** Failures and doubts by step; a step that was taken and has neither passed. */
export class Findings {
  private readonly failed = new Map<Step, Tally>();
  private readonly doubted = new Map<Step, Tally>();
  private readonly whenPassed = new Map<Step, Message>();

  fail(step: Step, detail: Message): void {
    add(this.failed, step, detail);
  }

  doubt(step: Step, detail: Message): void {
    add(this.doubted, step, detail);
  }

  /** What to say of the step if nothing was found; a step that is never told so was not taken. */
  passed(step: Step, detail: Message): void {
    this.whenPassed.set(step, detail);
  }

  failures(step: Step): number {
    return this.failed.get(step)?.count ?? 0;
  }

  checks(): Check[] {
    return STEPS.flatMap(({ name, question }, at) => {
      const passed = this.whenPassed.get(name);
      return passed ? [this.check(at + 1, name, question, passed)] : [];
    });
  }

  private check(number: number, name: Step, question: Question, passed: Message): Check {
    const failed = this.failed.get(name);
    if (failed?.first) return { number, name, question, verdict: "failed", detail: failed.first, findings: failed.count };
    const doubted = this.doubted.get(name);
    if (doubted?.first) {
      return { number, name, question, verdict: "indeterminate", detail: doubted.first, findings: doubted.count };
    }
    return { number, name, question, verdict: "passed", detail: passed, findings: 0 };
  }
}

function add(tallies: Map<Step, Tally>, step: Step, detail: Message): void {
  const tally = tallies.get(step) ?? { first: detail, count: 0 };
  tally.count += 1;
  tallies.set(step, tally);
}
