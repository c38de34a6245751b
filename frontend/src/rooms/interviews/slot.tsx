import { Card, Flex, Typography } from "antd";
import { api, type SlotItem, type SlotRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { useNamed, useOptions, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";

export function Score({ record, done }: FormProps<SlotRecord>) {
  const words = useWords();
  const plan = usePlan();
  const name = useNamed();
  const levels = useOptions(plan?.interview.levels);
  const { ui } = words;
  const mine = record.sheet_list[0];
  const scored = (plan?.interview.dimensions ?? []).filter((d) => d.kind === "score");
  const levelled = (plan?.interview.dimensions ?? []).some((d) => d.kind === "level");
  return (
    <AskButton
      type="primary"
      label={ui.score}
      submit={ui.save}
      asks={[
        ...scored.map(
          (d): Ask => ({
            name: `score_${d.code}`,
            label: `${name(d)}（0–${d.full_mark}）`,
            kind: "number",
            min: 0,
            max: d.full_mark,
            required: true,
            initial: mine ? Number(mine.scores[d.code]) : undefined,
          }),
        ),
        ...(levelled
          ? ([
              {
                name: "level",
                label: ui.levelNote,
                kind: "choice",
                options: levels,
                required: true,
                initial: mine?.level,
              },
              {
                name: "level_comment",
                label: `${ui.levelNote} · ${ui.comment}`,
                initial: mine?.level_comment,
              },
            ] as Ask[])
          : []),
        { name: "comment", label: ui.comment, kind: "long", initial: mine?.comment },
        { name: "far_off_reason", label: ui.farOff, initial: mine?.far_off_reason },
      ]}
      send={(values) => {
        const scores = Object.fromEntries(scored.map((d) => [d.code, values[`score_${d.code}`]]));
        const { level, level_comment, comment, far_off_reason } = values;
        return api.slotsScore({
          path: { slot_id: record.id },
          body: { scores, level, level_comment, comment, far_off_reason } as never,
        });
      }}
      done={done}
    />
  );
}

export function Slot({ record, done }: FormProps<SlotRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const name = useNamed();
  const { ui } = words;
  return (
    <>
      <Flex gap={8}>
        {me.permissions.includes("interview.score") && !record.outcome && (
          <Score record={record} done={done} />
        )}
        {me.permissions.includes("interview.arrange") && !record.outcome && record.sheets === 0 && (
          <AskButton
            label={ui.missed}
            submit={ui.submit}
            asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
            send={(values, headers) =>
              api.slotsMiss({
                path: { slot_id: record.id },
                body: { ...values, version: record.version } as never,
                headers,
              })
            }
            done={done}
          />
        )}
      </Flex>
      {record.sheet_list.map((sheet) => (
        <Card key={sheet.id} size="small" title={`${sheet.mentor_name} · ${sheet.score}`}>
          <Flex wrap gap={16}>
            {plan?.interview.dimensions
              .filter((d) => d.kind === "score")
              .map((d) => (
                <span key={d.code}>
                  {name(d)} <strong className="fact">{sheet.scores[d.code]}</strong>
                </span>
              ))}
          </Flex>
          <Typography.Paragraph>{sheet.comment}</Typography.Paragraph>
          {sheet.far_off_reason && <Typography.Text type="warning">{sheet.far_off_reason}</Typography.Text>}
        </Card>
      ))}
    </>
  );
}

export const slots: Thing<SlotItem, SlotRecord> = {
  path: "/slots",
  stage: "interview",
  title: (record) => `${record.registration_number} ${record.name}`,
  columns: [
    "name",
    "registration_number",
    "school_name",
    "subject",
    "panel_name",
    "starts_at",
    "sheets",
    "total",
    "rank",
    "outcome",
  ],
  filters: [{ name: "q" }, { name: "subject", from: "subjects" }],
  list: (query) => api.slotsList({ query: query as never }),
  get: (id) => api.slotsGet({ path: { slot_id: id } }),
  facts: [
    "school_name",
    "subject",
    "panel_name",
    "address",
    "starts_at",
    "mark",
    "interview",
    "spread",
    "total",
    "rank",
    "outcome",
  ],
  Body: Slot,
};
