import type { panel as chinese } from "../zh-CN/panel";

export const panel: typeof chinese = {
  title: "The city's panel",
  sheet: "Scores for the city's panel",
  scores: "The panel's scores",
  compared: "The panel's scores compared",
  assign: "Assign judges",
  assignHint:
    "Each dossier of the subject that has its mentor's opinion goes to {count} judges, evenly, by a drawn seed. A student's own mentor and team, and whoever has a conflict of interest, do not get it. For dossiers that come later, assign again.",
  judges: "Judges",
  roles: { mentor: "mentor", expert: "expert" },
  none: "The plan of this year has no city panel: the office decides by itself.",
  nothing: "No judges have been assigned yet.",
  judgesHint:
    "Lean: how far the judge's scores lie from the others' of the same dossiers, on the average. Additive model: severity by least squares (de Gruijter 1984; Braun 1988).",
  works: "Dossiers",
  worksHint:
    "Red: more than {points} points from the other judges' mean. The scores are there to be looked at when the city recommends. Seed of the draw: {seed}",
  farOff: "Far apart: {count}",
  finalHint: "What is handed in cannot be changed.",
  recuseHint: "You will no longer see this dossier; the city's office gives it to somebody else.",
  figures: "Mean {mean}, {spread} between highest and lowest",
};
