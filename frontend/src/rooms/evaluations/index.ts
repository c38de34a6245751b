export { initialEvaluations } from "./initial";
export { LivePage } from "./live";
export { midtermEvaluations } from "./midterm";
export { midtermSessions } from "./sessions";
