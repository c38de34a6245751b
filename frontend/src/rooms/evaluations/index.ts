export { initialEvaluations } from "./initial";
export { LivePage } from "./live";
export { midtermEvaluations } from "./midterm";
export { midtermProblems } from "./problems";
export { midtermSessions } from "./sessions";
export { midtermSummaries } from "./summaries";
