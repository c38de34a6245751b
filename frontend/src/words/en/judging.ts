import type { judging as chinese } from "../zh-CN/judging";

export const judging: typeof chinese = {
  conflicts: "Conflicts of interest",
  hint: "These judges do not get these works.",
  cameUp:
    "{count} came up after the works were given out: the judge neither sees nor scores the work any more. Take it back first, then assign once more; another judge is drawn by lot.",
  none: "No conflict was found in this subject.",
  waiting: "Works have to be taken back and given to another judge",
  judge: "Judge",
  why: "Why",
  source: "Source",
  sources: { declared: "said by the judge", found: "found by comparison" },
  teacher: "mentor, co-mentor or one of their team this year",
  given: "has it: take it back",
  judged: "judged already",
  kept: "does not get it",
  withdraw: "Take back",
  withdrawHint:
    "Work {number} is taken from {judge}. A score that was handed in counts no more and stays on record; assign once more afterwards.",
  withdrawn: "Taken back. Assign once more to fill the place.",
};
