import { Card, List } from "antd";
import { api, type NominationRecord } from "../../api";
import { AskForm } from "../../shared/ask-form";
import { useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useOptions, usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";
import { word } from "../../shared/values";

export function Profile({ record, done }: FormProps<NominationRecord>) {
  const words = useWords();
  const plan = usePlan();
  const { fields, ui } = words;
  return (
    <DialogButton type="primary" label={ui.profile}>
      {(close) => (
        <AskForm
          submit={ui.save}
          asks={[
            {
              name: "research",
              label: fields.research,
              kind: "long",
              initial: record.research,
              required: true,
            },
            {
              name: "introduction",
              label: fields.introduction,
              kind: "long",
              initial: record.introduction,
              required: true,
            },
            {
              name: "capacity",
              label: fields.capacity,
              kind: "number",
              min: 1,
              max: plan?.mentors.capacity,
              initial: record.capacity,
              required: true,
            },
          ]}
          send={(values, headers) =>
            api.nominationsProfile({
              path: { nomination_id: record.id },
              body: { ...(values as object), version: record.version } as never,
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

export function Team({ record, own, done }: { record: NominationRecord; own: boolean; done: () => void }) {
  const words = useWords();
  const { fields, ui, enums } = words;
  const levels = useOptions(Object.entries(enums.titleLevel).map(([code, zh]) => ({ code, zh, en: zh })));
  const degrees = Object.entries(enums.degree).map(([value, label]) => ({ value, label }));
  return (
    <Card
      size="small"
      title={ui.team}
      extra={
        own && (
          <DialogButton size="small" label={ui.addMember}>
            {(close) => (
              <AskForm
                submit={ui.add}
                asks={[
                  { name: "name", label: fields.name, required: true },
                  {
                    name: "unit_name",
                    label: fields.unit_name,
                    required: true,
                    initial: record.university_name,
                  },
                  { name: "degree", label: fields.degree, kind: "choice", options: degrees, required: true },
                  { name: "title", label: fields.title },
                  {
                    name: "title_level",
                    label: fields.title_level,
                    kind: "choice",
                    options: levels,
                    required: true,
                  },
                ]}
                send={(values, headers) =>
                  api.nominationsAddTeamMember({
                    path: { nomination_id: record.id },
                    body: values as never,
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
        )
      }
    >
      <List
        size="small"
        dataSource={record.team}
        locale={{ emptyText: words.ui.none }}
        renderItem={(member) => (
          <List.Item>
            {member.name} · {member.unit_name} · {word(words, "degree", member.degree)} ·{" "}
            {word(words, "titleLevel", member.title_level)}
          </List.Item>
        )}
      />
    </Card>
  );
}
