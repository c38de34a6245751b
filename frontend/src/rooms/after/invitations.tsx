import { useQuery } from "@tanstack/react-query";
import { Card, Flex } from "antd";
import { type AlumniActivityItem, type AlumniActivityRecord, type AlumniGuestLine, api, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps, Thing } from "../../shared/thing";
import { StateTag } from "../../shared/values";
import { WideTable } from "../../shared/wide-table";
import { afterWords } from "../../words/after";

function Write({ record, done }: { record?: AlumniActivityRecord; done: () => void }) {
  const { ui, fields, language } = useWords();
  if (!useKnownMe().permissions.includes("alumni.invite")) return null;
  return (
    <AskButton
      type={record ? "default" : "primary"}
      label={record ? ui.edit : afterWords(language).create}
      submit={ui.save}
      asks={[
        {
          name: "title",
          label: fields.activity_title,
          required: true,
          max: 200,
          initial: record?.activity_title,
        },
        {
          name: "starts_at",
          label: fields.starts_at,
          kind: "time",
          required: true,
          initial: record?.starts_at,
        },
        { name: "place", label: fields.place, required: true, max: 200, initial: record?.place },
        { name: "text", label: fields.text, kind: "long", max: 4000, initial: record?.text },
      ]}
      send={(values, headers) =>
        record
          ? api.alumniActivitiesUpdate({
              path: { activity_id: record.id },
              body: { ...values, version: record.version } as never,
            })
          : api.alumniActivitiesCreate({ body: values as never, headers })
      }
      done={done}
    />
  );
}

function Guests({ record, done }: FormProps<AlumniActivityRecord>) {
  const { ui, language } = useWords();
  const words = afterWords(language);
  const { data } = useQuery({
    queryKey: ["alumni", "agreed"],
    queryFn: () => ok(api.alumniList({ query: { consent: "agreed", size: 100 } })),
  });
  const there = new Set(record.guests.map((guest) => guest.enrolment_id));
  const options = (data?.items ?? [])
    .filter((one) => !there.has(one.id))
    .map((one) => ({ value: one.id, label: `${one.student_name} · ${one.school_name} · ${one.cycle_year}` }));
  return (
    <AskButton
      type="primary"
      label={words.chooseGuests}
      submit={ui.save}
      intro={words.onlyAgreed}
      asks={[
        { name: "everybody", label: words.everybody, kind: "yes" },
        { name: "enrolment_ids", label: words.some, kind: "choices", options },
      ]}
      send={(values, headers) =>
        api.alumniActivitiesInvite({
          path: { activity_id: record.id },
          body: {
            version: record.version,
            everybody: Boolean(values.everybody),
            enrolment_ids: values.everybody ? [] : ((values.enrolment_ids ?? []) as string[]),
          },
          headers,
        })
      }
      done={done}
    />
  );
}

function Body({ record, done }: FormProps<AlumniActivityRecord>) {
  const { fields, language } = useWords();
  const words = afterWords(language);
  if (!record.organises) return null;
  return (
    <>
      {record.state !== "cancelled" && (
        <Flex gap={8} wrap>
          <Guests record={record} done={done} />
          <Write record={record} done={done} />
        </Flex>
      )}
      <Card size="small" title={words.guests}>
        <WideTable<AlumniGuestLine>
          rowKey="id"
          size="small"
          dataSource={record.guests}
          pagination={{ hideOnSinglePage: true, pageSize: 50, showSizeChanger: false }}
          columns={[
            { title: fields.student_name, dataIndex: "student_name", fixed: "left" },
            { title: fields.school_name, dataIndex: "school_name" },
            { title: fields.state, render: (_, one) => <StateTag table="alumni_guest" code={one.state} /> },
            { title: words.message, dataIndex: "message" },
          ]}
        />
      </Card>
    </>
  );
}

/** What a city asks former students to, and who comes (P31). */
export const alumniActivities: Thing<AlumniActivityItem, AlumniActivityRecord, "alumni_activity"> = {
  path: "/alumni-activities",
  flow: "alumni_activity",
  title: (record) => record.activity_title,
  columns: ["activity_title", "city_name", "starts_at", "place", "invited", "coming", "declined", "state"],
  brief: ["starts_at", "place", "coming"],
  filters: [{ name: "state", from: "alumni_activity" }],
  list: (query) => api.alumniActivitiesList({ query: query as never }),
  get: (id) => api.alumniActivitiesGet({ path: { activity_id: id } }),
  act: (id, action, body, headers) =>
    api.alumniActivitiesAct({ path: { activity_id: id, action: action as never }, body, headers }),
  trail: (id) => api.alumniActivitiesTrail({ path: { activity_id: id } }),
  facts: ["city_name", "starts_at", "place", "invited", "coming", "declined"],
  texts: ["text"],
  steps: ["draft", "sent"],
  Body,
  Tools: Write,
};
