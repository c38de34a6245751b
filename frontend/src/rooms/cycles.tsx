import { useQuery } from "@tanstack/react-query";
import { Button, Card, Collapse, Flex, List, Tag, Typography } from "antd";
import { api, type CycleItem, type CycleRecord, ok, type StageItem } from "../api";
import { AskButton } from "../shared/ask-button";
import { useKnownMe, useWords } from "../shared/context";
import { handOver } from "../shared/download";
import { openOf } from "../shared/open-words";
import type { FormProps, Thing } from "../shared/thing";
import { stageHint } from "../shared/values";
import { date, lastDay } from "../words/dates";

function Extend({ cycle, stage, done }: { cycle: CycleRecord; stage: StageItem; done: () => void }) {
  const { ui, fields, enums } = useWords();
  return (
    <AskButton
      size="small"
      label={ui.extend}
      title={`${ui.extend}：${enums.stage[stage.code]}`}
      asks={[
        { name: "opens_at", label: fields.starts_at, kind: "time", initial: stage.opens_at, required: true },
        { name: "closes_at", label: fields.ends_at, kind: "time", initial: stage.closes_at, required: true },
        { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.reasonNeeded },
      ]}
      send={(values, headers) =>
        api.stagesExtend({
          path: { cycle_id: cycle.id, code: stage.code },
          body: { ...values, version: stage.version } as never,
          headers,
        })
      }
      done={done}
    />
  );
}

function Stages({ record, done }: FormProps<CycleRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const extends_ = me.permissions.includes("stage.extend") && record.state !== "closed";
  const colour = { open: "green", planned: "default", closed: "default" } as const;
  return (
    <Card size="small" title={words.ui.timeline}>
      <List
        size="small"
        dataSource={record.stages}
        renderItem={(stage) => (
          <List.Item
            actions={extends_ ? [<Extend key="extend" cycle={record} stage={stage} done={done} />] : []}
          >
            <Flex vertical>
              <span>
                {words.enums.stage[stage.code]}{" "}
                <Tag color={colour[stage.state]}>{words.enums.stageState[stage.state]}</Tag>
              </span>
              <small className="quiet fact">
                {date(stage.opens_at, words.language)} – {lastDay(stage.closes_at, words.language)}
                {stage.state === "open" && ` · ${stageHint(words, stage, new Date(me.now))}`}
              </small>
            </Flex>
          </List.Item>
        )}
      />
    </Card>
  );
}

function PlanDocument({ record, done }: FormProps<CycleRecord>) {
  const { ui, language } = useWords();
  const me = useKnownMe();
  const { data } = useQuery({
    queryKey: ["plan", record.id, "source", record.plan_digest],
    queryFn: () => ok(api.cyclesPlan({ path: { cycle_id: record.id } })),
  });
  if (!data) return null;
  const edits = me.permissions.includes("cycle.manage") && record.state === "planned";
  return (
    <Card
      size="small"
      title={`${ui.planDocument} · v${data.number}`}
      extra={
        <Flex gap={8}>
          <Button
            size="small"
            onClick={() => handOver(new Blob([data.source], { type: "text/plain" }), `${record.code}.toml`)}
          >
            {ui.download}
          </Button>
          {edits && (
            <AskButton
              size="small"
              label={ui.edit}
              title={ui.planDocument}
              submit={ui.save}
              asks={[
                {
                  name: "source",
                  label: "TOML",
                  kind: "long",
                  rows: 20,
                  max: 200_000,
                  initial: data.source,
                  required: true,
                },
              ]}
              send={(values) =>
                api.cyclesEditPlan({
                  path: { cycle_id: record.id },
                  body: { source: values.source as string, version: record.version },
                })
              }
              done={done}
            />
          )}
        </Flex>
      }
    >
      <Typography.Paragraph type="secondary">{ui.planFrozen}</Typography.Paragraph>
      <Typography.Paragraph type="secondary" className="fact">
        SHA-256 {record.plan_digest}
      </Typography.Paragraph>
      <Collapse
        size="small"
        // Whoever runs the year reads it here; to a family it is one press away.
        defaultActiveKey={me.permissions.includes("cycle.manage") ? ["source"] : []}
        items={[
          {
            key: "source",
            label: openOf(language).planSource,
            children: (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must get there
              <pre className="document" tabIndex={0}>
                {data.source}
              </pre>
            ),
          },
        ]}
      />
    </Card>
  );
}

function Body({ record, done }: FormProps<CycleRecord>) {
  const { ui, fields, language } = useWords();
  return (
    <>
      <Stages record={record} done={done} />
      <Card size="small" title={fields.places}>
        <List
          size="small"
          dataSource={record.cities}
          renderItem={(city) => (
            <List.Item>
              <span>{city.city_name}</span>
              <span className="fact">
                {city.taken} / {city.places}
              </span>
            </List.Item>
          )}
        />
        <div className="quiet">
          {fields.subject}：
          {record.subjects.map((one) => (language === "en" ? one.name_en : one.name)).join(ui.comma)}
        </div>
      </Card>
      <PlanDocument record={record} done={done} />
    </>
  );
}

function Create({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("cycle.manage")) return null;
  return (
    <AskButton
      type="primary"
      label={ui.newCycle}
      submit={ui.save}
      asks={[
        {
          name: "source",
          label: ui.planDocument,
          kind: "long",
          rows: 16,
          max: 200_000,
          hint: ui.planHint,
          required: true,
        },
      ]}
      send={(values, headers) => api.cyclesCreate({ body: values as never, headers })}
      done={done}
    />
  );
}

export const cycles: Thing<CycleItem, CycleRecord, "cycle"> = {
  path: "/cycles",
  flow: "cycle",
  title: (record) => record.title,
  // Nobody waits for the end of a year.
  waits: (record) => (record.state === "open" ? "" : undefined),
  called: ({ ui }) => ({ title: ui.cycleName, code: ui.cycleCode }),
  columns: ["title", "year", "code", "state"],
  filters: [],
  list: (query) => api.cyclesList({ query: query as never }),
  get: (id) => api.cyclesGet({ path: { cycle_id: id } }),
  act: (id, action, body, headers) =>
    api.cyclesAct({ path: { cycle_id: id, action: action as never }, body, headers }),
  steps: ["planned", "open", "closed"],
  Body,
  Tools: Create,
};
