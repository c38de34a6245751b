import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Flex } from "antd";
import { api, ok, type SeatItem } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Thing } from "../../shared/thing";
import { markGiven, useMarkAsks } from "./marking";

function Seat({ record, done }: FormProps<SeatItem>) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const asks = useMarkAsks();
  // An absent student has no mark, whatever the fields of the mark hold.
  const marked = asks.map((ask) => ({ ...ask, required: false }));
  const path = { seat_id: record.id };
  const office = me.permissions.includes("exam.mark");
  const published = record.published_at !== null;
  const came = published && record.mark !== null;
  return (
    <>
      {office && record.entries_differ && <Alert type="warning" showIcon title={ui.hall.differ} />}
      <Flex gap={8} wrap align="start">
        <DownloadButton
          label={ui.ticket}
          path={`/exams/seats/${record.id}/ticket`}
          name={`${record.ticket_number}.pdf`}
        />
        {office && !published && (
          <AskButton
            type="primary"
            label={ui.marks}
            submit={ui.save}
            asks={[...marked, { name: "absent", label: fields.absent, kind: "yes" }]}
            send={(values) =>
              api.seatsMark({ path, body: { ...markGiven(values), version: record.version } as never })
            }
            done={done}
          />
        )}
        {me.permissions.includes("exam.arrange") && !published && <Place record={record} done={done} />}
        {came && me.permissions.includes("exam.recheck") && (
          <AskButton
            label={ui.hall.askRecheck}
            asks={[{ name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.hall.askHint }]}
            send={(values, headers) => api.seatsRecheck({ path, body: values as never, headers })}
            done={done}
          />
        )}
        {came && office && (
          <AskButton
            label={ui.hall.correct}
            asks={[
              ...asks,
              { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.hall.correctHint },
            ]}
            send={(values, headers) =>
              api.seatsCorrect({
                path,
                body: { ...markGiven(values), version: record.version } as never,
                headers,
              })
            }
            done={done}
          />
        )}
        {came && me.permissions.includes("recheck.read") && (
          <Button
            onClick={() => void navigate({ to: "/rechecks" as string, search: { seat: record.id } as never })}
          >
            {ui.hall.rechecks}
          </Button>
        )}
      </Flex>
    </>
  );
}

/** Another free seat, for a reason: a broken arm, a ground floor. */
function Place({ record, done }: FormProps<SeatItem>) {
  const { fields, ui } = useWords();
  const { data } = useQuery({
    queryKey: ["/sittings", "record", record.sitting_id],
    queryFn: () => ok(api.sittingsGet({ path: { sitting_id: record.sitting_id } })),
  });
  const rooms = (data?.room_list ?? []).map((room) => ({
    value: room.id,
    label: `${room.name}（${room.seated} / ${room.capacity}）`,
  }));
  return (
    <AskButton
      label={ui.hall.place}
      asks={[
        { name: "room_id", label: fields.room, kind: "choice", options: rooms, required: true },
        { name: "number", label: fields.seat, kind: "number", min: 1, required: true },
        { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.hall.placeHint },
      ]}
      send={(values) =>
        api.seatsPlace({
          path: { seat_id: record.id },
          body: { ...values, version: record.version } as never,
        })
      }
      done={done}
    />
  );
}

export const seats: Thing<SeatItem, SeatItem> = {
  path: "/seats",
  stage: "written_test",
  title: (record) => `${record.ticket_number} ${record.name}`,
  columns: [
    "name",
    "ticket_number",
    "school_name",
    "subject",
    "room",
    "seat",
    "present_at",
    "mark",
    "absent",
  ],
  brief: ["ticket_number", "room", "seat", "mark"],
  filters: [{ name: "q" }, { name: "subject", from: "subjects" }],
  list: (query) => api.seatsList({ query: query as never }),
  get: (id) => api.seatsGet({ path: { seat_id: id } }),
  facts: ["ticket_number", "name", "school_name", "subject", "room", "seat", "starts_at", "address"],
  later: ["present_at", "mark", "absent", "published_at"],
  Body: Seat,
};
