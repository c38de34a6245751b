import { Button, Flex, Form, Typography } from "antd";
import { type ReactNode, useRef, useState } from "react";
import { asProblem, byField, Intention, ok } from "../api";
import { type Ask, AskField, cleaned, initial, type Values } from "./ask-field";
import { useWords } from "./context";
import { named, Refusal } from "./states";

export interface AskFormProps {
  asks: Ask[];
  send: (
    values: Values,
    headers: Record<string, string>,
  ) => Promise<{ data?: unknown; error?: unknown; response?: Response }>;
  done: (answer: unknown) => void;
  submit?: string;
  /** What is being asked for, or what the answer will do. */
  intro?: ReactNode;
  /** What is still missing outside the form's own fields. */
  blocked?: string | false;
  children?: (values: Values) => ReactNode;
}

/** A form from a list of questions: every problem lands under its field, the rest above, the first one in view. */
export function AskForm({ asks, send, done, submit, intro, blocked, children }: AskFormProps) {
  const words = useWords();
  const { ui } = words;
  const [form] = Form.useForm<Values>();
  const values = Form.useWatch([], form) as Values | undefined;
  const intention = useRef(new Intention());
  const [error, setError] = useState<unknown>(null);
  const [rest, setRest] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const finish = async (given: Values) => {
    const clean = cleaned(asks, given);
    setBusy(true);
    try {
      const answer = await ok(send(clean, intention.current.headers(clean)));
      intention.current.settled();
      setError(null);
      done(answer);
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (!problem.unanswered) intention.current.settled();
      const faults = byField(
        problem,
        asks.map((ask) => ask.name),
      );
      form.setFields(asks.map((ask) => ({ name: ask.name, errors: faults.found[ask.name] ?? [] })));
      const first = asks.find((ask) => faults.found[ask.name]);
      if (first) form.scrollToField(first.name, { block: "center" });
      setRest(faults.rest.map((fault) => named(words, fault)));
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form
      form={form}
      layout="vertical"
      onFinish={(given) => void finish(given)}
      initialValues={initial(asks)}
      scrollToFirstError
    >
      {intro && <Typography.Paragraph>{intro}</Typography.Paragraph>}
      <Refusal error={error} rest={rest} />
      {asks.map((ask) => (
        <AskField key={ask.name} ask={ask} values={values ?? {}} />
      ))}
      {children?.(values ?? {})}
      <Flex justify="end" align="center" gap={12} wrap>
        {blocked && <Typography.Text type="secondary">{blocked}</Typography.Text>}
        <Button type="primary" htmlType="submit" loading={busy} disabled={Boolean(blocked)}>
          {submit ?? ui.submit}
        </Button>
      </Flex>
    </Form>
  );
}

export type { Ask };
