import { CheckCircleOutlined, CloudSyncOutlined, WarningOutlined } from "@ant-design/icons";
import { Flex, Form, Typography } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiProblem, asProblem, byField } from "../api";
import { fill } from "../words";
import { clock } from "../words/dates";
import { type Ask, AskField, cleaned, initial, type Values } from "./ask-field";
import { useWords } from "./context";

const PAUSE = 900;
const AGAIN = 5_000;

/** A draft that saves as one types: only what changed goes out, a fault keeps its own field back and no other. */
export function AutoForm({ asks, save }: { asks: Ask[]; save: (values: Values) => Promise<unknown> }) {
  const { ui } = useWords();
  const [form] = Form.useForm<Values>();
  const values = Form.useWatch([], form) as Values | undefined;
  const [said, setSaid] = useState<{ kind: "saved" | "saving" | "waiting"; text: string } | null>(null);
  const dirty = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const busy = useRef(false);
  const latest = useRef({ asks, save });
  latest.current = { asks, save };

  const flush = useCallback(async () => {
    if (busy.current || dirty.current.size === 0) return;
    busy.current = true;
    const sent = [...dirty.current];
    dirty.current = new Set();
    setSaid({ kind: "saving", text: ui.saving });
    const failed = await attempt(sent);
    busy.current = false;
    if (failed) {
      for (const name of sent) dirty.current.add(name);
      setSaid({ kind: "waiting", text: failed.status === 0 ? ui.savedLater : failed.message });
      if (failed.unanswered) timer.current = setTimeout(() => void flush(), AGAIN);
    } else {
      const left = form.getFieldsError().some((field) => field.errors.length > 0);
      if (left) setSaid({ kind: "waiting", text: ui.savedButMarked });
      else setSaid({ kind: "saved", text: fill(ui.savedAt, { at: clock(new Date()) }) });
      if (dirty.current.size > 0) void flush();
    }

    /** Null when all that could be kept is kept; the problem otherwise. */
    async function attempt(names: string[]): Promise<ApiProblem | null> {
      const chosen = latest.current.asks.filter((ask) => names.includes(ask.name));
      if (chosen.length === 0) return null;
      try {
        await latest.current.save(emptied(chosen, form.getFieldsValue()));
        form.setFields(chosen.map((ask) => ({ name: ask.name, errors: [] })));
        return null;
      } catch (wrong) {
        const problem = asProblem(wrong);
        const { found } = byField(problem, names);
        const faulty = Object.keys(found);
        if (faulty.length === 0) return problem;
        form.setFields(faulty.map((name) => ({ name, errors: found[name] })));
        return attempt(names.filter((name) => !faulty.includes(name)));
      }
    }
  }, [form, ui]);

  useEffect(() => {
    const now = () => void flush();
    window.addEventListener("online", now);
    window.addEventListener("pagehide", now);
    return () => {
      window.removeEventListener("online", now);
      window.removeEventListener("pagehide", now);
      clearTimeout(timer.current);
      now();
    };
  }, [flush]);

  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={initial(asks)}
      onValuesChange={(changed: Values) => {
        for (const name of Object.keys(changed)) dirty.current.add(name);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => void flush(), PAUSE);
      }}
      onBlur={() => void flush()}
    >
      {asks.map((ask) => (
        <AskField key={ask.name} ask={ask} values={values ?? {}} />
      ))}
      <Flex justify="end" aria-live="polite" style={{ minHeight: 22 }}>
        {said && (
          <Typography.Text type={said.kind === "waiting" ? "warning" : "secondary"}>
            {said.kind === "saved" ? (
              <CheckCircleOutlined />
            ) : said.kind === "saving" ? (
              <CloudSyncOutlined />
            ) : (
              <WarningOutlined />
            )}{" "}
            {said.text}
          </Typography.Text>
        )}
      </Flex>
    </Form>
  );
}

/** What was emptied goes out as such: nothing for a number or a choice, an empty text for a text. */
function emptied(asks: Ask[], given: Values): Values {
  const nothing = (ask: Ask) => (ask.kind === undefined || ask.kind === "long" ? "" : null);
  return { ...Object.fromEntries(asks.map((ask) => [ask.name, nothing(ask)])), ...cleaned(asks, given) };
}
