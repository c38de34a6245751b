import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Card, Flex, List } from "antd";
import { api, ok, type PanelItem, type PanelRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Values } from "../../shared/ask-field";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { Candidates, Conflicts } from "./conflicts";

/** One break, about noon, is what a panel has; the API takes several. */
function panel({ break_since: since, breaks: until, ...values }: Values): Values {
  return since || until ? { ...values, breaks: [{ since, until }] } : values;
}

function Tools({ done }: { done: () => void }) {
  const words = useWords();
  const me = useKnownMe();
  const subjects = useSubjectOptions();
  const { fields, ui } = words;
  const arranges = me.permissions.includes("interview.arrange");
  const { data } = useQuery({
    queryKey: ["mentors"],
    queryFn: () => ok(api.mentorsList({ query: { size: 100 } })),
    enabled: arranges,
  });
  if (!arranges) return null;
  // A panel is of mentors of its city and subject: others are not offered.
  const mentors = (values: Values) =>
    (data?.items ?? [])
      .filter((m) => m.city_name === me.membership.unit_name && m.subject === values.subject)
      .map((m) => ({ value: m.id, label: `${m.name} · ${m.university_name}` }));
  return (
    <AskButton
      type="primary"
      label={ui.create}
      submit={ui.submit}
      asks={[
        { name: "subject", label: fields.subject, kind: "choice", options: subjects, required: true },
        { name: "name", label: fields.panel_name, required: true },
        { name: "address", label: fields.address, required: true },
        { name: "room", label: ui.round.room },
        { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
        {
          name: "minutes_each",
          label: fields.minutes_each,
          kind: "number",
          min: 1,
          initial: 20,
          required: true,
        },
        { name: "break_since", label: ui.round.breakSince, kind: "time" },
        { name: "breaks", label: ui.round.breakUntil, kind: "time" },
        { name: "mentor_ids", label: fields.members, kind: "choices", options: mentors, required: true },
      ]}
      send={(values, headers) => api.panelsCreate({ body: panel(values) as never, headers })}
      done={done}
    />
  );
}

function Panel({ record, done }: FormProps<PanelRecord>) {
  const { ui, fields } = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  return (
    <>
      <Flex gap={8} wrap>
        <DownloadButton
          label={ui.meeting.calendar}
          path={`/interviews/panels/${record.id}/calendar`}
          name="interview.ics"
        />
      </Flex>
      <Card
        size="small"
        title={fields.members}
        extra={
          <Button
            size="small"
            onClick={() => void navigate({ to: "/slots" as string, search: { panel: record.id } as never })}
          >
            {fields.students} {record.students} · {ui.sheets} {record.sheets}
          </Button>
        }
      >
        <List
          size="small"
          dataSource={record.member_list}
          renderItem={(member) => (
            <List.Item>
              {member.name} · {member.university_name}
            </List.Item>
          )}
        />
      </Card>
      {me.permissions.includes("interview.arrange") && <Conflicts id={record.id} done={done} />}
      {me.permissions.includes("interview.panel") && <Candidates id={record.id} done={done} />}
    </>
  );
}

export const panels: Thing<PanelItem, PanelRecord> = {
  path: "/panels",
  stage: "interview",
  told: "panel",
  title: (record) => record.name,
  brief: ["subject", "starts_at", "address", "room"],
  columns: ["name", "subject", "city_name", "starts_at", "address", "room", "members", "students", "sheets"],
  filters: [{ name: "subject", from: "subjects" }],
  list: (query) => api.panelsList({ query: query as never }),
  get: (id) => api.panelsGet({ path: { panel_id: id } }),
  trail: (id) => api.panelsTrail({ path: { panel_id: id } }),
  facts: ["subject", "city_name", "starts_at", "address", "room", "minutes_each", "students", "sheets"],
  Body: Panel,
  Tools,
};
