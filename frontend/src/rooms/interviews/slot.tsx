import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Flex, Tag, Typography } from "antd";
import { api, ok, type SheetItem, type SlotItem, type SlotRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { useNamed, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { Sheet } from "./sheet";

function Slot({ record, done }: FormProps<SlotRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const { ui } = words;
  const open = !record.outcome && record.missed_reason === "";
  const scores = me.permissions.includes("interview.score");
  const arranges = me.permissions.includes("interview.arrange") && open;
  const path = { slot_id: record.id };
  return (
    <>
      <Flex gap={8} wrap>
        {!arranges && open && (
          <DownloadButton
            label={ui.meeting.calendar}
            path={`/interviews/slots/${record.id}/calendar`}
            name="interview.ics"
          />
        )}
        {arranges && record.sheets === 0 && <Turn record={record} done={done} />}
        {arranges && record.sheets === 0 && (
          <AskButton
            label={ui.missed}
            submit={ui.submit}
            asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
            send={(values, headers) =>
              api.slotsMiss({ path, body: { ...values, version: record.version } as never, headers })
            }
            done={done}
          />
        )}
      </Flex>
      {record.missed_reason && (
        <Alert type="warning" showIcon title={ui.missed} description={record.missed_reason} />
      )}
      {record.explain && (
        <Alert
          type="warning"
          showIcon
          title={ui.sheet.farOff}
          description={ui.sheet.farOffHint}
          action={
            <AskButton
              type="primary"
              label={ui.sheet.explain}
              asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
              send={(values, headers) => api.slotsExplain({ path, body: values as never, headers })}
              done={done}
            />
          }
        />
      )}
      {scores && open && !record.scored_by_me && <Sheet key={record.id} record={record} done={done} />}
      {scores && !record.scored_by_me && open && (
        <Typography.Text type="secondary">{ui.sheet.othersLater}</Typography.Text>
      )}
      {record.sheet_list.map((sheet) => (
        <Given key={sheet.id} sheet={sheet} record={record} reopens={arranges} done={done} />
      ))}
    </>
  );
}

function Given({
  sheet,
  record,
  reopens,
  done,
}: {
  sheet: SheetItem;
  record: SlotRecord;
  reopens: boolean;
  done: () => void;
}) {
  const { ui } = useWords();
  const plan = usePlan();
  const name = useNamed();
  const level = plan?.interview.levels.find((one) => one.code === sheet.level);
  return (
    <Card
      size="small"
      title={
        <>
          {sheet.mentor_name} · <span className="fact">{sheet.score}</span>{" "}
          {sheet.far_off && <Tag color="orange">{ui.sheet.odd}</Tag>}
          {!sheet.locked && <Tag>{ui.sheet.opened}</Tag>}
        </>
      }
      extra={
        reopens &&
        sheet.locked && (
          <AskButton
            size="small"
            label={ui.sheet.reopen}
            asks={[
              { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.sheet.reopenHint },
            ]}
            send={(values, headers) =>
              api.slotsReopenSheet({
                path: { slot_id: record.id },
                body: { ...values, sheet_id: sheet.id } as never,
                headers,
              })
            }
            done={done}
          />
        )
      }
    >
      <Flex wrap gap={16}>
        {plan?.interview.dimensions
          .filter((d) => d.kind === "score")
          .map((d) => (
            <span key={d.code}>
              {name(d)} <strong className="fact">{sheet.scores[d.code]}</strong>
            </span>
          ))}
        {level && (
          <span>
            {ui.sheet.level} <strong>{name(level)}</strong> {sheet.level_comment}
          </span>
        )}
      </Flex>
      {(plan?.interview.extra_forms ?? [])
        .filter((extra) => sheet.extras[extra.code])
        .map((extra) => (
          <div key={extra.code}>
            {name(extra)}：{sheet.extras[extra.code]}
          </div>
        ))}
      <Typography.Paragraph style={{ marginBottom: 0 }}>{sheet.comment}</Typography.Paragraph>
      {sheet.far_off_reason && <Typography.Text type="warning">{sheet.far_off_reason}</Typography.Text>}
    </Card>
  );
}

/** Another panel or another time: every clash stands under its field. */
function Turn({ record, done }: FormProps<SlotRecord>) {
  const { ui, fields } = useWords();
  const { data } = useQuery({
    queryKey: ["/panels", "list", { subject: record.subject }],
    queryFn: () => ok(api.panelsList({ query: { subject: record.subject, size: 100 } })),
  });
  const panels = (data?.items ?? []).map((panel) => ({ value: panel.id, label: panel.name }));
  return (
    <AskButton
      label={ui.round.turn}
      submit={ui.save}
      asks={[
        {
          name: "panel_id",
          label: fields.panel_name,
          kind: "choice",
          options: panels,
          initial: record.panel_id,
          required: true,
        },
        {
          name: "starts_at",
          label: fields.starts_at,
          kind: "time",
          initial: record.starts_at,
          required: true,
        },
        {
          name: "reason",
          label: ui.reason,
          kind: "long",
          required: true,
          hint: record.invited_at && ui.round.turnHint,
        },
      ]}
      send={(values) =>
        api.slotsChangeTurn({
          path: { slot_id: record.id },
          body: { ...values, version: record.version } as never,
        })
      }
      done={done}
    />
  );
}

export const slots: Thing<SlotItem, SlotRecord> = {
  path: "/slots",
  stage: "interview",
  told: "slot",
  title: (record) => `${record.registration_number} ${record.name}`,
  columns: [
    "name",
    "registration_number",
    "school_name",
    "subject",
    "panel_name",
    "starts_at",
    "sheets",
    "scored_by_me",
    "total",
    "rank",
    "outcome",
  ],
  // How far the panel was apart is the offices' to judge.
  columnNeeds: { scored_by_me: "interview.score", raw: "interview.judge", spread: "interview.judge" },
  brief: ["registration_number", "panel_name", "starts_at", "sheets", "scored_by_me", "outcome"],
  filters: [{ name: "q" }, { name: "subject", from: "subjects" }],
  list: (query) => api.slotsList({ query: query as never }),
  get: (id) => api.slotsGet({ path: { slot_id: id } }),
  facts: ["school_name", "subject", "panel_name", "address", "room", "starts_at", "invited_at"],
  later: ["mark", "interview", "raw", "spread", "total", "rank", "outcome"],
  Body: Slot,
};
