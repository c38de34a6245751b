import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Flex, Input, Select } from "antd";
import type { Step as Written } from "../../api";
import { useWords } from "../../shared/context";
import { useOptions, usePlan } from "../../shared/plan";
import { yearWords } from "../../words/year";

export type Step = Written;

/** The steps of a plan, one line each: month, means of P18, what. */
export function StepsEditor({ steps, change }: { steps: Step[]; change: (steps: Step[]) => void }) {
  const { fields, ui, language } = useWords();
  const words = yearWords(language);
  const leaders = Object.entries(words.leaders).map(([value, label]) => ({ value, label }));
  const activities = useOptions(usePlan()?.training.activities);
  const set = (at: number, part: Partial<Step>) =>
    change(steps.map((step, i) => (i === at ? { ...step, ...part } : step)));
  const months = Array.from({ length: 12 }, (_, i) => ({ value: i + 1, label: `${i + 1}${ui.month}` }));
  const add = () =>
    change([
      ...steps,
      {
        activity: String(activities[0]?.value ?? ""),
        month: ((steps.at(-1)?.month ?? 0) % 12) + 1,
        title: "",
      },
    ]);
  return (
    <Flex vertical gap={8} style={{ marginBottom: 16 }}>
      <div>{fields.steps}</div>
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step has no name but its place
        <Flex key={i} gap={8} wrap>
          <Select
            aria-label={ui.month}
            options={months}
            value={step.month}
            onChange={(month) => set(i, { month })}
            style={{ width: 84 }}
          />
          <Select
            aria-label={fields.activity}
            options={activities}
            value={step.activity}
            onChange={(activity) => set(i, { activity })}
            style={{ width: 150 }}
          />
          <Input
            aria-label={fields.title}
            value={step.title}
            maxLength={200}
            onChange={(event) => set(i, { title: event.target.value })}
            style={{ flex: 1, minWidth: 160 }}
          />
          <Input
            aria-label={words.detail}
            placeholder={words.detail}
            value={step.detail}
            maxLength={500}
            onChange={(event) => set(i, { detail: event.target.value })}
            style={{ flex: 1, minWidth: 140 }}
          />
          <Select
            aria-label={words.ledBy}
            options={leaders}
            value={step.led_by ?? "mentor"}
            onChange={(led_by) => set(i, { led_by: led_by as Step["led_by"] })}
            style={{ width: 110 }}
          />
          <Checkbox
            checked={step.milestone ?? false}
            onChange={(event) => set(i, { milestone: event.target.checked })}
            style={{ alignSelf: "center" }}
          >
            {words.milestone}
          </Checkbox>
          <Button
            aria-label={ui.remove}
            icon={<DeleteOutlined />}
            onClick={() => change(steps.filter((_, at) => at !== i))}
          />
        </Flex>
      ))}
      <Button icon={<PlusOutlined />} onClick={add} style={{ alignSelf: "start" }}>
        {ui.addStep}
      </Button>
    </Flex>
  );
}
