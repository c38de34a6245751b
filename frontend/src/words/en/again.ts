import type { again as chinese } from "../zh-CN/again";

export const again: typeof chinese = {
  title: "The consent has changed: please say again",
  of: "{student} ({number})",
  changes: "What is new",
  now: "The text now (version {version})",
  before: "You agreed to version {version}",
  read: "Read what it said",
  give: "Agree",
  refuse: "Do not agree",
  later: "Later",
  refused: "You said no, and may still agree.",
  free: "Without agreeing to what is new you go on under what you agreed to before; the office will be in touch.",
  agreed: "What I agreed to",
  agreedIntro: "Which version was agreed to each time, and its words, are kept here.",
  version: "version {version}",
  unknown: "The words were not kept, only the version.",
  none: "Nothing yet.",
  withdrawn: "withdrawn on {at}",
  digest: "digest",
  sides: { student: "Student", guardian: "Guardian" },
  decisions: { given: "agreed", refused: "did not agree" },
};
