import { Button, DatePicker, Flex, Form, Input, InputNumber, Select, Switch } from "antd";
import dayjs from "dayjs";
import { type ReactNode, useRef, useState } from "react";
import { asProblem, byField, Intention, ok } from "../api";
import { fromInput, toInput } from "../words/dates";
import { useWords } from "./context";
import { FileField } from "./file-field";
import { Refusal } from "./states";

type Values = Record<string, unknown>;

export interface Ask {
  name: string;
  label: string;
  kind?: "text" | "long" | "number" | "date" | "time" | "yes" | "choice" | "choices" | "password" | "file";
  options?: { value: string | number; label: string }[];
  required?: boolean;
  /** Beside the field; by what is typed so far, where it is a function. */
  hint?: ReactNode | ((values: Values) => ReactNode);
  initial?: unknown;
  min?: number;
  max?: number;
  step?: number;
  /** Lines of a long answer. */
  rows?: number;
  /** The name of the file that is there already. */
  named?: string | null;
}

export interface AskFormProps {
  asks: Ask[];
  send: (
    values: Values,
    headers: Record<string, string>,
  ) => Promise<{ data?: unknown; error?: unknown; response?: Response }>;
  done: (answer: unknown) => void;
  submit?: string;
  children?: (values: Values) => ReactNode;
}

/** A form from a list of questions: every problem lands under its field, the rest above, the first one in view. */
export function AskForm({ asks, send, done, submit, children }: AskFormProps) {
  const { ui } = useWords();
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
      setRest(faults.rest);
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
      <Refusal error={error} rest={rest} />
      {asks.map((ask) => (
        <Form.Item
          key={ask.name}
          name={ask.name}
          label={ask.label}
          extra={typeof ask.hint === "function" ? ask.hint(values ?? {}) : ask.hint}
          required={ask.required}
          rules={ask.required ? [{ required: true, message: ui.required }] : []}
          valuePropName={ask.kind === "yes" ? "checked" : "value"}
          validateStatus={undefined}
        >
          {input(ask)}
        </Form.Item>
      ))}
      {children?.(values ?? {})}
      <Flex justify="end">
        <Button type="primary" htmlType="submit" loading={busy}>
          {submit ?? ui.submit}
        </Button>
      </Flex>
    </Form>
  );
}

function input(ask: Ask) {
  if (ask.kind === "long") return <Input.TextArea rows={ask.rows ?? 4} maxLength={ask.max ?? 4000} />;
  if (ask.kind === "number")
    return <InputNumber min={ask.min} max={ask.max} step={ask.step} style={{ width: "100%" }} />;
  if (ask.kind === "yes") return <Switch />;
  if (ask.kind === "choice")
    return (
      <Select
        options={ask.options}
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
      />
    );
  if (ask.kind === "choices")
    return <Select mode="multiple" options={ask.options} showSearch={{ optionFilterProp: "label" }} />;
  if (ask.kind === "date") return <DatePicker style={{ width: "100%" }} />;
  if (ask.kind === "time") return <Input type="datetime-local" />;
  if (ask.kind === "file") return <FileField named={ask.named} />;
  if (ask.kind === "password")
    return <Input.Password autoComplete={ask.name.startsWith("new") ? "new-password" : "current-password"} />;
  return <Input maxLength={ask.max} />;
}

function initial(asks: Ask[]): Values {
  return Object.fromEntries(
    asks.map(({ name, kind, initial: value }) => {
      if (value && kind === "date") return [name, dayjs(String(value))];
      if (value && kind === "time") return [name, toInput(String(value))];
      return [name, value ?? undefined];
    }),
  );
}

function cleaned(asks: Ask[], given: Values): Values {
  const found: Values = {};
  for (const { name, kind } of asks) {
    const value = given[name];
    if (value === undefined || value === null || value === "") continue;
    if (kind === "date") found[name] = dayjs(value as string).format("YYYY-MM-DD");
    else if (kind === "time") found[name] = fromInput(String(value));
    else found[name] = value;
  }
  return found;
}
