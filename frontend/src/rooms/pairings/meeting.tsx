import { useQuery } from "@tanstack/react-query";
import { Card, Select } from "antd";
import { useState } from "react";
import { api, type MeetingItem, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps, Recorded, Thing } from "../../shared/thing";

function Hold({ record, done }: FormProps<MeetingItem & Recorded>) {
  const { ui } = useWords();
  const me = useKnownMe();
  const [came, setCame] = useState<string[] | null>(null);
  const { data } = useQuery({
    queryKey: ["enrolments", "to meet"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "enrolled" } })),
  });
  if (!me.permissions.includes("meeting.arrange") || record.held_at) return null;
  const students = (data?.items ?? []).map((e) => ({ value: e.id, label: e.name }));
  const chosen = came ?? students.map((s) => s.value);
  return (
    <Card size="small" title={ui.attendance}>
      <Select
        mode="multiple"
        aria-label={ui.attendance}
        style={{ width: "100%", marginBottom: 12 }}
        options={students}
        value={chosen}
        onChange={setCame}
        maxTagCount={8}
      />
      <AskForm
        asks={[]}
        submit={ui.save}
        send={(_, headers) =>
          api.meetingsHold({
            path: { meeting_id: record.id },
            body: { version: record.version, attendance: chosen.map((enrolment_id) => ({ enrolment_id })) },
            headers,
          })
        }
        done={done}
      />
    </Card>
  );
}

function Invite({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("meeting.arrange")) return null;
  return (
    <AskButton
      type="primary"
      label={ui.create}
      submit={ui.submit}
      asks={[
        { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
        { name: "address", label: fields.address, required: true },
        { name: "agenda", label: fields.agenda, kind: "long" },
      ]}
      send={(values, headers) => api.meetingsCreate({ body: values as never, headers })}
      done={done}
    />
  );
}

export const meetings: Thing<MeetingItem, MeetingItem & Recorded> = {
  path: "/meetings",
  stage: "meeting",
  title: (record) => record.address,
  columns: ["city_name", "starts_at", "address", "guests", "held_at"],
  filters: [],
  list: (query) => api.meetingsList({ query: query as never }),
  get: async (id) => {
    const answer = await api.meetingsList({ query: { size: 100 } });
    const found = answer.data?.items.find((meeting) => meeting.id === id);
    return { data: found, error: answer.error, response: answer.response };
  },
  facts: ["city_name", "starts_at", "address", "guests", "held_at"],
  texts: ["agenda"],
  Body: Hold,
  Tools: Invite,
};
