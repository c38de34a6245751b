import type { file as chinese } from "../zh-CN/file";

/** A student's file on one page. */
export const file: typeof chinese = {
  open: "Training file",
  pdf: "Download PDF",
  archive: "Download archive (with originals)",
  archives: "Files of all students",
  contents: "Contents",
  print: "Print",
  madeAt: "As of {at}",
  photo: "Photo {name}",
  nothing: "Nothing yet",
};
