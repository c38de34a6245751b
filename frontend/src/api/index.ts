export { connect, send, start } from "./client";
export { apiOrigin, loadConfig } from "./config";
export * as api from "./generated/sdk.gen";
export type * from "./generated/types.gen";
export { Intention } from "./intention";
export { speak } from "./language";
export { ApiProblem, asProblem, byField, type Fault, fieldOf, ok } from "./problem";
export {
  accessToken,
  accountOfToken,
  currentLook,
  forget,
  isAsked,
  keep,
  keepLook,
  type Look,
  onLook,
  onSignedOut,
  refresh,
  roleOfToken,
  stayWhileUsed,
  whyEnded,
} from "./session";
