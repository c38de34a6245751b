import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { ActionOffer } from "../src/api";
import { ActionsBar } from "../src/shared/actions-bar";
import type { AnyThing } from "../src/shared/thing";

const offer = (action: string, more: Partial<ActionOffer> = {}): ActionOffer => ({
  action,
  needs_reason: false,
  form: false,
  available: true,
  blocked_by: null,
  stage: null,
  opens_at: null,
  closes_at: null,
  ...more,
});

function thing(act: AnyThing["act"]): AnyThing {
  return { path: "/growth-logs", stage: "training", flow: "growth_log", act } as unknown as AnyThing;
}

const record = (actions: ActionOffer[]) => ({
  id: "1",
  version: 4,
  state: "submitted",
  actions,
  waiting_for: ["mentor"],
});

test("an act is taken with the version that was seen, and the page is told", async () => {
  const act = vi.fn(async () => ({ data: {}, response: new Response("{}", { status: 200 }) }));
  const done = vi.fn();
  render(<ActionsBar thing={thing(act)} record={record([offer("accept")])} done={done} />);
  await userEvent.click(screen.getByRole("button", { name: "审核通过" }));
  await userEvent.click(screen.getAllByRole("button", { name: "审核通过" }).at(-1) as HTMLElement);
  expect(act).toHaveBeenCalledWith("1", "accept", { version: 4, reason: null }, expect.objectContaining({}));
  expect(done).toHaveBeenCalled();
});

test("an act that needs a reason waits for one", async () => {
  const act = vi.fn(async () => ({ data: {}, response: new Response("{}", { status: 200 }) }));
  render(
    <ActionsBar
      thing={thing(act)}
      record={record([offer("return_for_changes", { needs_reason: true })])}
      done={() => 0}
    />,
  );
  await userEvent.click(screen.getByRole("button", { name: "退回修改" }));
  const confirm = screen.getAllByRole("button", { name: "退回修改" }).at(-1) as HTMLElement;
  expect(confirm).toBeDisabled();
  await userEvent.type(screen.getByLabelText("理由"), "请写清实验条件");
  await userEvent.click(confirm);
  expect(act).toHaveBeenCalledWith(
    "1",
    "return_for_changes",
    { version: 4, reason: "请写清实验条件" },
    expect.anything(),
  );
});

test("what is not open yet cannot be pressed, and whose turn it is stands there when nothing is mine", () => {
  const blocked = offer("accept", {
    available: false,
    blocked_by: "not_open_yet",
    opens_at: "2024-01-05T00:00:00Z",
  });
  const { unmount } = render(
    <ActionsBar thing={thing(undefined)} record={record([blocked])} done={() => 0} />,
  );
  expect(screen.getByRole("button", { name: "审核通过" })).toBeDisabled();
  unmount();
  render(<ActionsBar thing={thing(undefined)} record={record([])} done={() => 0} />);
  expect(screen.getByText("等待：导师")).toBeInTheDocument();
});
