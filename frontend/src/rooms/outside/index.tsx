import { Card, Flex } from "antd";
import { type ActivityItem, type ActivityRecord, api } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { DownloadButton } from "../../shared/download-button";
import { useOptions, usePlan, useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { outsideWords } from "../../words/outside";
import { Attend, PutForward, Report } from "./acts";
import { People } from "./people";

function useKinds() {
  return useOptions(usePlan()?.outside?.kinds);
}

/** An activity to draft, or one that changes: what, when, where, for whom, how many. */
function Write({ record, done }: { record?: ActivityRecord; done: () => void }) {
  const { fields, ui } = useWords();
  const kinds = useKinds();
  const subjects = useSubjectOptions();
  const asks: Ask[] = [
    { name: "title", label: fields.activity_title, required: true, initial: record?.activity_title },
    {
      name: "kind",
      label: fields.kind,
      kind: "choice",
      options: kinds,
      required: true,
      initial: record?.kind,
    },
    { name: "place", label: fields.place, required: true, initial: record?.place },
    { name: "starts_at", label: fields.starts_at, kind: "time", required: true, initial: record?.starts_at },
    { name: "ends_at", label: fields.ends_at, kind: "time", required: true, initial: record?.ends_at },
    {
      name: "recommend_until",
      label: fields.recommend_until,
      kind: "time",
      required: true,
      initial: record?.recommend_until,
    },
    {
      name: "places",
      label: fields.places,
      kind: "number",
      min: 1,
      required: true,
      initial: record?.places ?? 20,
    },
    { name: "cost", label: fields.cost, initial: record?.cost },
    {
      name: "subjects",
      label: fields.subject,
      kind: "choices",
      options: subjects,
      initial: record?.subjects,
    },
    { name: "description", label: fields.description, kind: "long", initial: record?.description },
    { name: "programme", label: fields.programme, kind: "long", initial: record?.programme },
  ];
  return (
    <AskForm
      submit={ui.save}
      asks={asks}
      send={(values, headers) =>
        record
          ? api.activitiesUpdate({
              path: { activity_id: record.id },
              body: {
                ...values,
                cities: record.cities,
                city_places: record.city_places,
                version: record.version,
              } as never,
            })
          : api.activitiesCreate({ body: values as never, headers })
      }
      done={done}
    />
  );
}

function New({ done }: { done: () => void }) {
  const { language } = useWords();
  if (!useKnownMe().permissions.includes("activity.organise")) return null;
  return (
    <DialogButton type="primary" label={outsideWords(language).create}>
      {(close) => (
        <Write
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

function Body({ record, done }: FormProps<ActivityRecord>) {
  const { ui, language } = useWords();
  const words = outsideWords(language);
  const me = useKnownMe();
  const may = (permission: (typeof me.permissions)[number]) => me.permissions.includes(permission);
  const forward = record.state === "announced" && (may("activity.put_forward") || may("activity.wish"));
  return (
    <>
      <Flex gap={8} wrap>
        {forward && <PutForward record={record} done={done} />}
        {record.organises && ["draft", "announced"].includes(record.state) && (
          <DialogButton label={ui.edit}>
            {(close) => (
              <Write
                record={record}
                done={() => {
                  close();
                  done();
                }}
              />
            )}
          </DialogButton>
        )}
        {record.organises && record.state === "held" && <Attend record={record} done={done} />}
        {!["draft", "cancelled"].includes(record.state) && (
          <DownloadButton
            label={ui.meeting.calendar}
            path={`/activities/${record.id}/calendar`}
            name={`${record.activity_title}.ics`}
          />
        )}
      </Flex>
      {record.files.length > 0 && (
        <Card size="small" title={words.files}>
          <Flex gap={8} wrap>
            {record.files.map((file) => (
              <DownloadButton
                key={file.id}
                size="small"
                label={file.name}
                path={`/activities/${record.id}/files/${file.id}`}
                name={file.name}
              />
            ))}
          </Flex>
        </Card>
      )}
      <Card size="small" title={words.people}>
        <People record={record} done={done} />
      </Card>
    </>
  );
}

export const activities: Thing<ActivityItem, ActivityRecord, "activity"> = {
  path: "/activities",
  stage: "training",
  flow: "activity",
  title: (record) => record.activity_title,
  columns: ["activity_title", "organiser_name", "starts_at", "place", "places", "recommend_until", "state"],
  brief: ["organiser_name", "starts_at", "place"],
  filters: [
    { name: "state", from: "activity" },
    { name: "kind", useOptions: useKinds },
    { name: "subject", from: "subjects" },
  ],
  list: (query) => api.activitiesList({ query: query as never }),
  get: (id) => api.activitiesGet({ path: { activity_id: id } }),
  act: (id, action, body, headers) =>
    api.activitiesAct({ path: { activity_id: id, action: action as never }, body, headers }),
  facts: ["organiser_name", "starts_at", "ends_at", "place", "cost", "places", "recommend_until"],
  texts: ["description", "programme", "report"],
  steps: ["draft", "announced", "chosen", "held", "reported"],
  forms: { report: Report },
  Body,
  Tools: New,
};
