import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert } from "antd";
import { api, ok, type Role } from "../../api";
import type { Values } from "../../shared/ask-field";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useReminders } from "../../shared/reminder-words";
import { word } from "../../shared/values";
import { fill } from "../../words";

const ROLES: Role[] = [
  "student",
  "guardian",
  "mentor",
  "team_member",
  "guide_teacher",
  "school",
  "university",
  "city_office",
  "expert",
];
// The names that a preview shows; the outbox has them all.
const SHOWN = 8;

/** An announcement to a chosen group. It goes into the outbox, where its list is looked at before it goes. */
export function Announce({ done }: { done: () => void }) {
  const words = useWords();
  const said = useReminders();
  const me = useKnownMe();
  const navigate = useNavigate();
  const region = me.membership.role === "region_office";
  const cities = useQuery({
    queryKey: ["units", "city"],
    queryFn: () => ok(api.unitsList({ query: { kind: "city", size: 100 } })),
    enabled: region,
  });
  const mentors = useQuery({
    queryKey: ["mentors", "announce"],
    queryFn: () => ok(api.mentorsList({ query: { size: 100 } })),
  });
  const units = useQuery({
    queryKey: ["units", "announce", me.membership.unit_id],
    queryFn: async () => {
      const city = region ? undefined : me.membership.unit_id;
      const [schools, universities] = await Promise.all(
        (["school", "university"] as const).map((kind) =>
          ok(api.unitsList({ query: { kind, city, size: 100 } })),
        ),
      );
      return [...schools.items, ...universities.items];
    },
  });
  if (!me.permissions.includes("outbox.write")) return null;
  return (
    <DialogButton type="primary" label={said.announce}>
      {(close) => (
        <AskForm
          submit={said.toOutbox}
          asks={[
            {
              name: "roles",
              label: said.toRoles,
              kind: "choices",
              required: true,
              options: ROLES.map((role) => ({ value: role, label: word(words, "role", role) })),
            },
            ...(region
              ? [
                  {
                    name: "city",
                    label: said.city,
                    kind: "choice" as const,
                    options: (cities.data?.items ?? []).map((one) => ({ value: one.id, label: one.name })),
                  },
                ]
              : []),
            {
              name: "unit",
              label: said.unit,
              kind: "choice",
              options: (units.data ?? []).map((one) => ({ value: one.id, label: one.name })),
            },
            {
              name: "mentor",
              label: said.mentor,
              kind: "choice",
              options: (mentors.data?.items ?? []).map((one) => ({
                value: one.id,
                label: `${one.name} · ${one.university_name}`,
              })),
            },
            { name: "in_training", label: said.inTraining, kind: "yes" },
            { name: "title", label: said.titleLabel, max: 120, required: true },
            {
              name: "text",
              label: said.text,
              kind: "long",
              max: 4000,
              required: true,
              hint: said.textHint,
            },
            {
              name: "channels",
              label: said.channels,
              kind: "choices",
              initial: ["mail"],
              options: [
                { value: "mail", label: said.channel.mail },
                { value: "group", label: said.channel.group },
              ],
            },
          ]}
          send={(values, headers) =>
            api.outboxAnnounce({ body: { ...values, channels: values.channels ?? [] } as never, headers })
          }
          done={(answer) => {
            close();
            done();
            void navigate({ to: `/outbox/${(answer as { id: string }).id}` as string });
          }}
        >
          {(values) => <Preview values={values} />}
        </AskForm>
      )}
    </DialogButton>
  );
}

function Preview({ values }: { values: Values }) {
  const said = useReminders();
  const roles = (values.roles ?? []) as Role[];
  const query = {
    roles,
    city: values.city as string | undefined,
    unit: values.unit as string | undefined,
    mentor: values.mentor as string | undefined,
    in_training: Boolean(values.in_training),
    size: SHOWN,
  };
  const { data } = useQuery({
    queryKey: ["/outbox", "audience", query],
    queryFn: () => ok(api.outboxAudience({ query })),
    enabled: roles.length > 0,
  });
  if (roles.length === 0) return <Alert type="info" title={said.previewFirst} style={{ marginBottom: 12 }} />;
  if (!data) return null;
  const names = data.items.map((one) => one.name).join("、") + (data.total > SHOWN ? said.andMore : "");
  return (
    <Alert
      type={data.total > 0 ? "info" : "warning"}
      title={data.total > 0 ? fill(said.preview, { count: data.total, names }) : said.previewNone}
      style={{ marginBottom: 12 }}
    />
  );
}
