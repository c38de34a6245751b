import type { compliance as chinese } from "../zh-CN/compliance";

export const compliance: typeof chinese = {
  title: "Personal data",
  audits: "Yearly audit",
  auditsIntro:
    "One year in one file: what is held, who read it, guardians' consents, corrections and erasures, logs, keys, backups and rules checked, for the report to the authority by the end of January. It holds no full identity or phone number.",
  year: "Year",
  make: "Make the audit pack",
  making:
    "Being gathered. You may leave this page: it can be downloaded from the list below once it is done.",
  noAudits: "None was made yet.",
  fetch: "Download",
  file: "minors-data-audit-{year}.zip",
  ofYear: "{year}",
  soFar: "year not over",
  madeBy: "made by {name} on {at}",
  digest: "SHA-256 digest",
  digestHint: "Compare it with the file's own digest to show that nothing was changed since.",
  none: "none",
  figures: {
    minors: "Under 18 (registrations)",
    under_14: "of these under 14",
    reads: "Sensitive reads",
    consents: "Consents in force",
    corrections: "Corrections",
    erasures: "Erasures",
    overdue: "Over time, not erased",
    faults: "Broken rules",
    backup_days: "Backup's age (days)",
  },
};
