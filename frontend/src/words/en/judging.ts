import type { judging as chinese } from "../zh-CN/judging";

export const judging: typeof chinese = {
  conflicts: "Conflicts of interest",
  hint: "These judges do not get these works. Where a conflict came up after the works were given out, the judge neither sees nor scores the work any more: assign once more to fill the place.",
  none: "No conflict was found in this subject.",
  judge: "Judge",
  why: "Why",
  source: "Source",
  sources: { declared: "said by the judge", found: "found by comparison" },
  teacher: "mentor, co-mentor or one of their team this year",
  given: "has it: assign once more",
  kept: "does not get it",
};
