import { useQuery } from "@tanstack/react-query";
import { Flex, InputNumber } from "antd";
import { useState } from "react";
import { api, type CutoffItem, type CutoffRecord, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { useSubject } from "../../shared/values";
import { Line } from "./line";
import { Lots, Release } from "./release";
import { TiesCard } from "./ties";

function Tools({ done }: { done: () => void }) {
  const words = useWords();
  const me = useKnownMe();
  const subjects = useSubjectOptions();
  const { fields, ui } = words;
  if (!me.permissions.includes("cutoff.propose"))
    return (
      <>
        <Lots />
        <Release done={done} />
      </>
    );

  return (
    <>
      <DialogButton label={ui.split}>
        {(close) => (
          <Split
            done={() => {
              close();
              done();
            }}
          />
        )}
      </DialogButton>
      <AskButton
        type="primary"
        label={ui.draw}
        submit={ui.submit}
        asks={[{ name: "subject", label: fields.subject, kind: "choice", options: subjects, required: true }]}
        send={(values, headers) => api.cutoffsCreate({ body: values as never, headers })}
        done={done}
      />
    </>
  );
}

function Split({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const subject = useSubject();
  const { data } = useQuery({ queryKey: ["places"], queryFn: () => ok(api.cutoffsPlaces({})) });
  const [changed, setChanged] = useState<Record<string, number>>({});
  if (!data) return null;
  const places = Object.fromEntries(
    data.items.map((i) => [i.subject, changed[i.subject] ?? i.places ?? i.suggested]),
  );
  const sum = Object.values(places).reduce((a, b) => a + b, 0);
  return (
    <Flex vertical gap={8}>
      {data.items.map((item) => (
        <Flex key={item.subject} justify="space-between" align="center">
          <span>
            {subject(item.subject)}{" "}
            <small className="quiet">{`${fields.candidates} ${item.candidates}`}</small>
          </span>
          <InputNumber
            aria-label={subject(item.subject)}
            min={0}
            value={places[item.subject]}
            onChange={(value) => setChanged({ ...changed, [item.subject]: value ?? 0 })}
          />
        </Flex>
      ))}
      <strong className="fact">
        {sum} / {data.city_places}
      </strong>
      <AskForm
        submit={ui.save}
        asks={[{ name: "reason", label: ui.reason, kind: "long" }]}
        send={(values) =>
          api.cutoffsSplitPlaces({
            body: {
              items: Object.entries(places).map(([code, count]) => ({ subject: code, places: count })),
              reason: (values.reason as string) ?? "",
            },
          })
        }
        done={done}
      />
    </Flex>
  );
}

function Body(props: FormProps<CutoffRecord>) {
  return (
    <>
      {props.record.state === "confirmed" && (
        <div>
          <Release done={props.done} />
        </div>
      )}
      <TiesCard {...props} />
      <Line {...props} />
    </>
  );
}

export const cutoffs: Thing<CutoffItem, CutoffRecord, "cutoff"> = {
  path: "/cutoffs",
  stage: "cutoff",
  flow: "cutoff",
  title: (record, subject) => `${record.city_name} · ${subject(record.subject)}`,
  columns: ["subject", "city_name", "places", "candidates", "line", "reaching", "off_ratio", "state"],
  filters: [
    { name: "state", from: "cutoff" },
    { name: "subject", from: "subjects" },
  ],
  list: (query) => api.cutoffsList({ query: query as never }),
  get: (id) => api.cutoffsGet({ path: { cutoff_id: id } }),
  act: (id, action, body, headers) =>
    api.cutoffsAct({ path: { cutoff_id: id, action: action as never }, body, headers }),
  trail: (id) => api.cutoffsTrail({ path: { cutoff_id: id } }),
  facts: [
    "subject",
    "city_name",
    "places",
    "candidates",
    "computed_line",
    "line",
    "reaching",
    "off_ratio",
    "ties",
  ],
  later: ["confirmed_at", "released_at"],
  texts: ["reason"],
  steps: ["proposed", "confirmed", "released"],
  Body,
  Tools,
};
