export { CheckIn } from "./check-in";
export { Door } from "./door";
export { Plan } from "./plan";
export { Record } from "./record";
