import { Flex } from "antd";
import { api, type SeatItem } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask, Values } from "../../shared/ask-field";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { useNamed, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";

function Seat({ record, done }: FormProps<SeatItem>) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const name = useNamed();
  const parts = usePlan()?.written_test.parts ?? [];
  const marked: Ask[] = parts.length
    ? parts.map((part) => ({
        name: `parts/${part.code}`,
        label: name(part),
        kind: "number",
        min: 0,
        max: part.full_mark,
        step: 0.5,
      }))
    : [{ name: "mark", label: fields.mark, kind: "number", min: 0, step: 0.5 }];
  return (
    <Flex gap={16} wrap align="start">
      <DownloadButton
        label={ui.ticket}
        path={`/exams/seats/${record.id}/ticket`}
        name={`${record.ticket_number}.pdf`}
      />
      {me.permissions.includes("exam.mark") && (
        <AskButton
          type="primary"
          label={ui.marks}
          submit={ui.save}
          asks={[...marked, { name: "absent", label: fields.absent, kind: "yes" }]}
          send={(values) =>
            api.seatsMark({
              path: { seat_id: record.id },
              body: { ...given(values), version: record.version } as never,
            })
          }
          done={done}
        />
      )}
    </Flex>
  );
}

/** The parts of the paper as one field; together they are the mark. */
function given(values: Values): Values {
  const parts = Object.entries(values).filter(([key]) => key.startsWith("parts/"));
  if (parts.length === 0) return values;
  return {
    absent: values.absent,
    mark: parts.reduce((sum, [, value]) => sum + Number(value), 0),
    parts: Object.fromEntries(parts.map(([key, value]) => [key.slice(6), value])),
  };
}

export const seats: Thing<SeatItem, SeatItem> = {
  path: "/seats",
  stage: "written_test",
  title: (record) => `${record.ticket_number} ${record.name}`,
  columns: ["name", "ticket_number", "school_name", "subject", "room", "mark", "absent"],
  filters: [{ name: "q" }, { name: "subject", from: "subjects" }],
  list: (query) => api.seatsList({ query: query as never }),
  get: (id) => api.seatsGet({ path: { seat_id: id } }),
  facts: [
    "ticket_number",
    "name",
    "school_name",
    "subject",
    "room",
    "starts_at",
    "address",
    "mark",
    "absent",
  ],
  Body: Seat,
};
