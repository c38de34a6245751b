import { useQuery } from "@tanstack/react-query";
import { Flex, Tag } from "antd";
import { type AlumnusItem, api, ok, type TrackingItem } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { ImportLink } from "../../shared/import-link";
import type { Recorded, Thing } from "../../shared/thing";
import { StateTag } from "../../shared/values";
import { type AlumnusState, useTrackingAsks } from "./asks";

/** Former students, and what each said on being followed. */
export const alumni: Thing<AlumnusItem, AlumnusItem & Recorded> = {
  path: "/alumni",
  title: (record) => record.student_name,
  columns: [
    "student_name",
    "school_name",
    "subject",
    "result_grade",
    "cycle_year",
    "consent",
    "followed_until",
    "institution",
  ],
  brief: ["school_name", "cycle_year", "consent"],
  cells: {
    consent: ({ row }) => <StateTag table="alumnus" code={row.consent satisfies AlumnusState} />,
    followed_until: ({ row }) => <>{row.followed_until ?? "—"}</>,
  },
  filters: [{ name: "consent", from: "alumnus" }, { name: "subject", from: "subjects" }, { name: "q" }],
  list: (query) => api.alumniList({ query: query as never }),
};

function Track({ done }: { done: () => void }) {
  const { ui, fields } = useWords();
  const me = useKnownMe();
  const writes = me.permissions.includes("tracking.write");
  const asks = useTrackingAsks();
  const { words } = asks;
  const { data } = useQuery({
    queryKey: ["alumni", "agreed"],
    queryFn: () => ok(api.alumniList({ query: { consent: "agreed", size: 100 } })),
    enabled: writes,
  });
  if (!writes) return null;
  return (
    <>
      <ImportLink kind="tracking" label={words.workbook} />
      <AskButton
        type="primary"
        label={words.record}
        submit={ui.save}
        intro={words.onlyAgreed}
        asks={[
          {
            name: "enrolment_id",
            label: fields.student_name,
            kind: "choice",
            required: true,
            options: (data?.items ?? []).map((one) => ({
              value: one.id,
              label: `${one.student_name} · ${one.number}`,
            })),
          },
          {
            name: "year",
            label: fields.year,
            kind: "number",
            required: true,
            initial: new Date(me.now).getFullYear(),
          },
          ...asks.facts(),
        ]}
        send={(values, headers) => api.trackingCreate({ body: values as never, headers })}
        done={done}
      />
    </>
  );
}

function Where({ row }: { row: TrackingItem }) {
  const { enums } = useWords();
  return (
    <Flex gap={6} wrap align="center">
      <Tag>{enums.trackingKind[row.kind]}</Tag>
      {row.institution}
    </Flex>
  );
}

/** Where they went; to a university, who came to it. */
export const tracking: Thing<TrackingItem, TrackingItem & Recorded> = {
  path: "/tracking",
  title: (record) => record.student_name,
  columns: ["student_name", "school_name", "subject", "year", "institution", "field", "research"],
  brief: ["year", "institution", "field"],
  cells: { institution: Where },
  filters: [{ name: "tracking_kind", from: "trackingKind" }, { name: "q" }],
  list: (query) => api.trackingList({ query: query as never }),
  Tools: Track,
};
