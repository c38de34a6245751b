import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Card, List } from "antd";
import { api, ok, type PanelItem, type PanelRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";

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

  const subject: Ask = {
    name: "subject",
    label: fields.subject,
    kind: "choice",
    options: subjects,
    required: true,
  };
  const mentors = (data?.items ?? []).map((m) => ({
    value: m.id,
    label: `${m.name} · ${m.university_name}`,
  }));
  return (
    <>
      <AskButton
        label={ui.create}
        submit={ui.submit}
        asks={[
          subject,
          { name: "name", label: fields.panel_name, required: true },
          { name: "address", label: fields.address, required: true },
          { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
          {
            name: "minutes_each",
            label: fields.minutes_each,
            kind: "number",
            min: 1,
            initial: 20,
            required: true,
          },
          {
            name: "mentor_ids",
            label: fields.members,
            kind: "choices",
            options: mentors,
            required: true,
          },
        ]}
        send={(values, headers) => api.panelsCreate({ body: values as never, headers })}
        done={done}
      />
      <AskButton
        label={ui.assign}
        submit={ui.submit}
        asks={[subject]}
        send={(values, headers) => api.interviewsAssign({ body: values as never, headers })}
        done={done}
      />
      <AskButton
        type="primary"
        label={ui.decide}
        submit={ui.submit}
        asks={[subject]}
        send={(values, headers) => api.interviewsDecide({ body: values as never, headers })}
        done={done}
      />
    </>
  );
}

function Panel({ record }: FormProps<PanelRecord>) {
  const { ui, fields } = useWords();
  const navigate = useNavigate();
  return (
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
  );
}

export const panels: Thing<PanelItem, PanelRecord> = {
  path: "/panels",
  stage: "interview",
  title: (record) => record.name,
  columns: ["name", "subject", "city_name", "starts_at", "address", "members", "students", "sheets"],
  filters: [{ name: "subject", from: "subjects" }],
  list: (query) => api.panelsList({ query: query as never }),
  get: (id) => api.panelsGet({ path: { panel_id: id } }),
  trail: (id) => api.panelsTrail({ path: { panel_id: id } }),
  facts: ["subject", "city_name", "starts_at", "address", "minutes_each", "students", "sheets"],
  Body: Panel,
  Tools,
};
