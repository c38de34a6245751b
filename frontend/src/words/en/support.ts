import type { SupportWords } from "../zh-CN/support";

export const support: SupportWords = {
  look: "Look as this person",
  lookTitle: "Look as {name}",
  lookHint:
    "You can read and change nothing. The person is told who looked, when, and the reason below. Every look is in the trail.",
  reason: "Reason",
  reasonHint: "The person reads this sentence",
  start: "Begin",
  banner: "You are looking as {name} ({role} · {unit}); nothing can be changed",
  left: "{minutes} min {seconds} s left",
  end: "End the look",
};
