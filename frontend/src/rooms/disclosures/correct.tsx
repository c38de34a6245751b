import { Button, Flex, Form, Input, InputNumber, Select, Typography } from "antd";
import { useRef, useState } from "react";
import { api, asProblem, Intention, type ObjectionRecord, ok } from "../../api";
import { useWords } from "../../shared/context";
import { useOpen } from "../../shared/open-words";
import { Refusal } from "../../shared/states";

interface Change {
  number: string;
  outcome: string;
  mark?: number | null;
}

const OUTCOMES = {
  shortlist: ["shortlisted", "not_shortlisted"],
  selected: ["selected", "reserve", "not_selected"],
  final: ["excellent", "qualified", "unqualified"],
  mentor: [],
} as const;

/** Put a list right after an upheld objection: only the numbers that change, and the public reason. */
export function Correct({ record, done }: { record: ObjectionRecord; done: () => void }) {
  const words = useWords();
  const open = useOpen();
  const { ui, enums } = words;
  const [form] = Form.useForm<{ reason: string; changes: Change[] }>();
  const intention = useRef(new Intention());
  const [error, setError] = useState<unknown>(null);
  const [rest, setRest] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const named = { ...enums.registration, ...enums.grade };
  const options = OUTCOMES[record.kind].map((value) => ({ value, label: named[value] }));
  const send = async (given: { reason: string; changes: Change[] }) => {
    const changes = given.changes.map(({ mark, ...change }) => ({
      ...change,
      ...(mark === null || mark === undefined ? {} : { mark: String(mark) }),
    }));
    const body = { objection_id: record.id, reason: given.reason, changes } as never;
    setBusy(true);
    setError(null);
    try {
      const headers = intention.current.headers(given);
      if (record.kind === "shortlist") await ok(api.cutoffsCorrect({ body, headers }));
      else if (record.kind === "selected") await ok(api.roundsCorrect({ body, headers }));
      else await ok(api.finalEvaluationsCorrect({ body, headers }));
      done();
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (!problem.unanswered) intention.current.settled();
      const left: string[] = [];
      for (const fault of problem.errors) {
        const path = fault.pointer.slice(1).split("/");
        const name = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
        if (path[0] === "changes" || path[0] === "reason")
          form.setFields([{ name: name as never, errors: [fault.message] }]);
        else left.push(fault.message);
      }
      setRest(left);
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ changes: [{ number: record.about }] }}
      onFinish={(given) => void send(given)}
    >
      <Typography.Paragraph type="secondary">{open.correctHint}</Typography.Paragraph>
      <Refusal error={error} rest={rest} />
      <Form.List name="changes">
        {(rows, { add, remove }) => (
          <>
            {rows.map((row) => (
              <Flex key={row.key} gap={8} wrap align="start">
                <Form.Item
                  name={[row.name, "number"]}
                  label={open.changeNumber}
                  rules={[{ required: true, message: ui.required }]}
                >
                  <Input maxLength={40} style={{ width: 170 }} />
                </Form.Item>
                <Form.Item
                  name={[row.name, "outcome"]}
                  label={open.changeOutcome}
                  rules={[{ required: true, message: ui.required }]}
                >
                  <Select options={options} style={{ width: 130 }} />
                </Form.Item>
                {record.kind === "shortlist" && (
                  <Form.Item name={[row.name, "mark"]} label={open.changeMark}>
                    <InputNumber min={0} style={{ width: 130 }} />
                  </Form.Item>
                )}
                {rows.length > 1 && (
                  <Button style={{ marginTop: 30 }} onClick={() => remove(row.name)}>
                    {open.removeChange}
                  </Button>
                )}
              </Flex>
            ))}
            <Button onClick={() => add({})} style={{ marginBottom: 16 }}>
              {open.addChange}
            </Button>
          </>
        )}
      </Form.List>
      <Form.Item
        name="reason"
        label={open.correctionReason}
        rules={[{ required: true, message: ui.required }]}
      >
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <Flex justify="end">
        <Button type="primary" htmlType="submit" loading={busy}>
          {open.correct}
        </Button>
      </Flex>
    </Form>
  );
}
