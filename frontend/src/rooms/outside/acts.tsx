import { useQuery } from "@tanstack/react-query";
import { Checkbox, Flex } from "antd";
import { useState } from "react";
import { type ActivityRecord, api, ok } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import type { FormProps } from "../../shared/thing";
import { toInput } from "../../words/dates";
import { outsideWords } from "../../words/outside";

/** Students put forward with a reason; a student puts the own name down. */
export function PutForward({ record, done }: FormProps<ActivityRecord>) {
  const { ui, language } = useWords();
  const words = outsideWords(language);
  const me = useKnownMe();
  const own = me.permissions.includes("activity.wish");
  const { data } = useQuery({
    queryKey: ["enrolments", "active"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "active" } })),
  });
  const there = new Set(record.participations.map((one) => one.enrolment_id));
  const students = (data?.items ?? []).filter((one) => !there.has(one.id));
  const options = students.map((one) => ({ value: one.id, label: `${one.name} · ${one.school_name}` }));
  if (students.length === 0) return null;
  const chosen: Ask = {
    name: "enrolment_ids",
    label: words.students,
    kind: "choices",
    options,
    required: true,
  };
  return (
    <DialogButton type="primary" label={own ? words.wish : words.putForward}>
      {(close) => (
        <AskForm
          submit={ui.save}
          asks={[
            ...(own ? [] : [chosen]),
            { name: "reason", label: words.reason, kind: "long", rows: 3, max: 2000, required: true },
          ]}
          send={(values, headers) =>
            api.activitiesPutForward({
              path: { activity_id: record.id },
              body: {
                enrolment_ids: own ? [students[0].id] : values.enrolment_ids,
                reason: values.reason,
              } as never,
              headers,
            })
          }
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

/** Who of the list was there, on every day of it. */
export function Attend({ record, done }: FormProps<ActivityRecord>) {
  const { ui, language } = useWords();
  const listed = record.participations.filter((one) => one.listed);
  const [here, setHere] = useState(
    () => new Set(listed.filter((one) => one.days?.length !== 0).map((o) => o.id)),
  );
  const days = daysOf(record);
  return (
    <DialogButton label={outsideWords(language).attendance}>
      {(close) => (
        <AskForm
          submit={ui.save}
          asks={[]}
          send={(_, headers) =>
            api.activitiesAttend({
              path: { activity_id: record.id },
              body: {
                version: record.version,
                lines: listed.map((one) => ({
                  participation_id: one.id,
                  days: here.has(one.id) ? days : [],
                })),
              },
              headers,
            })
          }
          done={() => {
            close();
            done();
          }}
        >
          {() => (
            <Flex vertical gap={6} style={{ marginBottom: 12 }}>
              {listed.map((one) => (
                <Checkbox
                  key={one.id}
                  checked={here.has(one.id)}
                  onChange={(event) => {
                    const next = new Set(here);
                    if (event.target.checked) next.add(one.id);
                    else next.delete(one.id);
                    setHere(next);
                  }}
                >
                  {one.student_name} <span className="quiet">{one.school_name}</span>
                </Checkbox>
              ))}
            </Flex>
          )}
        </AskForm>
      )}
    </DialogButton>
  );
}

/** The local days of an activity, by the programme's zone. */
function daysOf(record: ActivityRecord): string[] {
  const [first, last] = [record.starts_at, record.ends_at].map((at) => toInput(at).slice(0, 10));
  const found: string[] = [];
  for (let at = Date.parse(first); found.length < 60; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day > last) break;
    found.push(day);
  }
  return found;
}

export function Report({ record, done }: FormProps<ActivityRecord>) {
  const { language, acts } = useWords();
  return (
    <AskForm
      submit={acts.activity.report}
      asks={[
        {
          name: "report",
          label: outsideWords(language).report,
          kind: "long",
          rows: 6,
          max: 8000,
          required: true,
        },
        { name: "file_ids", label: outsideWords(language).files, kind: "files" },
      ]}
      send={(values, headers) =>
        api.activitiesReport({
          path: { activity_id: record.id },
          body: { ...values, version: record.version } as never,
          headers,
        })
      }
      done={done}
    />
  );
}
