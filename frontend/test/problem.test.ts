import { expect, test } from "vitest";
import { ApiProblem, asProblem, byField } from "../src/api/problem";

const problem = new ApiProblem(
  {
    code: "validation_failed",
    title: "填写的内容有误",
    errors: [
      { pointer: "/year_size", code: "missing", message: "必填" },
      { pointer: "/choices/1", code: "choice_city", message: "须为本盟市导师" },
      { pointer: "/consent", code: "missing", message: "请监护人同意" },
    ],
  },
  422,
);

test("every fault stands under its field, and what no field takes is left over", () => {
  const { found, rest } = byField(problem, ["year_size", "choices"]);
  expect(found).toEqual({ year_size: ["必填"], choices: ["须为本盟市导师"] });
  expect(rest.map((fault) => fault.message)).toEqual(["请监护人同意"]);
});

test("a network that is away is a problem without an answer, so the same intention may be sent again", () => {
  const offline = asProblem(new TypeError("Failed to fetch"));
  expect(offline.status).toBe(0);
  expect(offline.unanswered).toBe(true);
  expect(problem.unanswered).toBe(false);
});
