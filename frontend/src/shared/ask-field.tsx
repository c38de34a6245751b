import { DatePicker, Form, Input, InputNumber, Select, Switch } from "antd";
import dayjs from "dayjs";
import type { ReactNode } from "react";
import { fromInput, toInput } from "../words/dates";
import { useWords } from "./context";
import { FileField, FilesField } from "./file-field";

export type Values = Record<string, unknown>;

export interface Option {
  value: string | number;
  label: string;
}

export interface Ask {
  name: string;
  label: string;
  kind?:
    | "text"
    | "long"
    | "number"
    | "date"
    | "time"
    | "yes"
    | "choice"
    | "choices"
    | "password"
    | "file"
    | "files";
  /** What to choose from; by what is chosen so far, where it is a function. */
  options?: Option[] | ((values: Values) => Option[]);
  required?: boolean;
  /** Beside the field; by what is typed so far, where it is a function. */
  hint?: ReactNode | ((values: Values) => ReactNode);
  initial?: unknown;
  min?: number;
  max?: number;
  step?: number;
  /** Lines of a long answer. */
  rows?: number;
  disabled?: boolean;
  /** The name of the file that is there already. */
  named?: string | null;
}

/** One question of a form, with its hint and, under it, what was wrong. */
export function AskField({ ask, values }: { ask: Ask; values: Values }) {
  const { ui } = useWords();
  return (
    <Form.Item
      name={ask.name}
      label={ask.label}
      extra={typeof ask.hint === "function" ? ask.hint(values) : ask.hint}
      required={ask.required}
      rules={ask.required ? [{ required: true, message: ui.required }] : []}
      valuePropName={ask.kind === "yes" ? "checked" : "value"}
    >
      {input(ask, typeof ask.options === "function" ? ask.options(values) : ask.options)}
    </Form.Item>
  );
}

function input(ask: Ask, options: Option[] | undefined) {
  if (ask.kind === "long") return <Input.TextArea rows={ask.rows ?? 4} maxLength={ask.max ?? 4000} />;
  if (ask.kind === "number")
    return (
      <InputNumber
        disabled={ask.disabled}
        min={ask.min}
        max={ask.max}
        step={ask.step}
        style={{ width: "100%" }}
      />
    );
  if (ask.kind === "yes") return <Switch />;
  if (ask.kind === "choice")
    return (
      <Select options={options} showSearch={{ optionFilterProp: "label" }} popupMatchSelectWidth={false} />
    );
  if (ask.kind === "choices")
    return <Select mode="multiple" options={options} showSearch={{ optionFilterProp: "label" }} />;
  if (ask.kind === "date") return <DatePicker style={{ width: "100%" }} />;
  if (ask.kind === "time") return <Input type="datetime-local" />;
  if (ask.kind === "file") return <FileField named={ask.named} />;
  if (ask.kind === "files") return <FilesField />;
  if (ask.kind === "password")
    return <Input.Password autoComplete={ask.name.startsWith("new") ? "new-password" : "current-password"} />;
  return <Input maxLength={ask.max} disabled={ask.disabled} />;
}

export function initial(asks: Ask[]): Values {
  return Object.fromEntries(
    asks.map(({ name, kind, initial: value }) => {
      if (value && kind === "date") return [name, dayjs(String(value))];
      if (value && kind === "time") return [name, toInput(String(value))];
      return [name, value ?? undefined];
    }),
  );
}

export function cleaned(asks: Ask[], given: Values): Values {
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
