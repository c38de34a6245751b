import { useQuery } from "@tanstack/react-query";
import { Button, Card, List, Tag } from "antd";
import { type AppointmentItem, type AppointmentRecord, api, ok } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { DownloadButton } from "../../shared/download-button";
import { useOptions, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { word } from "../../shared/values";
import { dateTime } from "../../words/dates";

/** A meeting to plan, or one that is moved: those asked are told when it is saved. */
function Write({ record, done }: { record?: AppointmentRecord; done: () => void }) {
  const { fields, ui } = useWords();
  const activities = useOptions(usePlan()?.training.activities);
  const { data } = useQuery({
    queryKey: ["enrolments", "active"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "active" } })),
  });
  const students = (data?.items ?? []).map((one) => ({
    value: one.id,
    label: `${one.name} · ${one.school_name}`,
  }));
  const asked = record?.guests.map((guest) => guest.enrolment_id) ?? students.map((one) => one.value);
  if (!data) return null;
  const asks: Ask[] = [
    { name: "title", label: fields.session_title, required: true, initial: record?.title },
    {
      name: "activity",
      label: fields.activity,
      kind: "choice",
      options: activities,
      required: true,
      initial: record?.activity,
    },
    { name: "starts_at", label: fields.starts_at, kind: "time", required: true, initial: record?.starts_at },
    {
      name: "minutes",
      label: fields.minutes,
      kind: "number",
      min: 1,
      initial: record?.minutes ?? 90,
      required: true,
    },
    { name: "on_campus", label: fields.on_campus, kind: "yes", initial: record?.on_campus ?? true },
    { name: "place", label: fields.place, initial: record?.place },
    {
      name: "directions",
      label: fields.directions,
      kind: "long",
      rows: 2,
      max: 1000,
      initial: record?.directions,
    },
    {
      name: "students",
      label: fields.students,
      kind: "choices",
      options: students,
      required: true,
      initial: asked,
    },
  ];
  return (
    <AskForm
      submit={ui.save}
      asks={asks}
      send={(values, headers) =>
        record
          ? api.appointmentsUpdate({
              path: { appointment_id: record.id },
              body: { ...values, version: record.version } as never,
            })
          : api.appointmentsCreate({
              body: { on_campus: false, ...values, mentor_id: data.items[0]?.mentor_id } as never,
              headers,
            })
      }
      done={done}
    />
  );
}

function New({ done }: { done: () => void }) {
  const { ui } = useWords();
  if (!useKnownMe().permissions.includes("session.record")) return null;
  return (
    <DialogButton type="primary" label={ui.create}>
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

function Asked({ record, done }: FormProps<AppointmentRecord>) {
  const words = useWords();
  const { ui, fields } = words;
  const leads = useKnownMe().permissions.includes("session.record") && record.state === "planned";
  return (
    <>
      {record.state === "planned" && (
        <DownloadButton
          label={ui.meeting.calendar}
          path={`/appointments/${record.id}/calendar`}
          name={`${record.title}.ics`}
        />
      )}
      <Card
        size="small"
        title={fields.students}
        extra={
          leads && (
            <>
              <Button size="small" href={`/m/door/${record.id}`} style={{ marginRight: 8 }}>
                {ui.doorCode}
              </Button>
              <DialogButton size="small" label={ui.edit}>
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
            </>
          )
        }
      >
        <List
          size="small"
          dataSource={record.guests}
          renderItem={(guest) => (
            <List.Item>
              <span>{guest.student_name}</span>
              <span>
                {guest.checked_in_at && (
                  <Tag color="green">{`${fields.checked_in} ${dateTime(guest.checked_in_at, words.language)}`}</Tag>
                )}
                {guest.mode && <Tag>{word(words, "mode", guest.mode)}</Tag>}
              </span>
            </List.Item>
          )}
        />
      </Card>
    </>
  );
}

/** Who came to a planned meeting is said on the form that the phone has too. */
function Hold({ record }: FormProps<AppointmentRecord>) {
  const { acts } = useWords();
  return (
    <Button type="primary" href={`/m/record/${record.id}`}>
      {acts.appointment.hold}
    </Button>
  );
}

export const appointments: Thing<AppointmentItem, AppointmentRecord, "appointment"> = {
  path: "/appointments",
  stage: "training",
  flow: "appointment",
  title: (record) => record.title,
  columns: ["title", "starts_at", "mentor_name", "place", "asked", "checked_in", "state"],
  filters: [{ name: "state", from: "appointment" }],
  list: (query) => api.appointmentsList({ query: query as never }),
  get: (id) => api.appointmentsGet({ path: { appointment_id: id } }),
  act: (id, _action, body, headers) =>
    api.appointmentsCallOff({ path: { appointment_id: id }, body, headers }),
  trail: (id) => api.appointmentsTrail({ path: { appointment_id: id } }),
  facts: ["starts_at", "minutes", "place", "directions", "on_campus", "mentor_name"],
  forms: { hold: Hold },
  steps: ["planned", "held"],
  Body: Asked,
  Tools: New,
};
