export { CheckIn } from "./check-in";
export { Door } from "./door";
export { Feedback } from "./feedback";
export { Plan } from "./plan";
export { Receipts } from "./receipts";
export { Record } from "./record";
