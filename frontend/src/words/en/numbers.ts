import type { numbers as chinese } from "../zh-CN/numbers";

/** The pictures of the year. */
export const numbers: typeof chinese = {
  report: "Annual report (PDF)",
  all: "All pictures",
  by: "Broken down by",
  bys: {
    city: "By city",
    subject: "By subject",
    school: "By school",
    university: "By university",
    sex: "By sex",
  },
  table: "Table",
  picture: "Picture",
  files: "Download",
  kinds: { xlsx: "Workbook", csv: "CSV", png: "Picture (PNG)", svg: "Drawing (SVG)" },
  link: "Copy link",
  copied: "Link copied: it opens the same picture",
  asOf: "As of {at}",
  hidden: "*: numbers of fewer than {least} people are not shown",
  nothing: "Nothing to count yet",
};
