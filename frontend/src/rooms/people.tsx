import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Card, Flex, List, Typography } from "antd";
import { useState } from "react";
import { api, type InvitationMade, type MemberItem, ok, type UnitItem, type UnitRecord } from "../api";
import { ActButton } from "../shared/act-button";
import { AskButton } from "../shared/ask-button";
import { AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import { DownloadButton } from "../shared/download-button";
import { LookAs } from "../shared/look-as";
import { Resets, Standing } from "../shared/resets";
import type { FormProps, Recorded, Thing } from "../shared/thing";
import { word } from "../shared/values";
import { fill } from "../words";
import { date } from "../words/dates";

/** A unit as lists show it: `members` is a panel's word elsewhere, here they are people. */
type Unit = UnitItem & { unit_kind: string; people: number };
type UnitShown = UnitRecord & Recorded;
type Member = MemberItem & Recorded;

function Invite({ unit, done }: { unit: UnitShown; done: () => void }) {
  const words = useWords();
  const { ui, fields } = words;
  const [made, setMade] = useState<InvitationMade | null>(null);
  return (
    <DialogButton
      type="primary"
      label={ui.invite}
      title={`${ui.invite} · ${unit.name}`}
      onClick={() => setMade(null)}
    >
      {() =>
        made ? (
          <Alert
            type="success"
            showIcon
            title={fill(ui.inviteMade, { at: date(made.expires_at, words.language) })}
            description={
              <Typography.Paragraph copyable={{ text: made.link }} style={{ wordBreak: "break-all" }}>
                {made.link}
              </Typography.Paragraph>
            }
          />
        ) : (
          <AskForm
            submit={ui.invite}
            asks={[
              { name: "name", label: fields.name, required: true },
              {
                name: "role",
                label: fields.role,
                kind: "choice",
                options: unit.invites.map((role) => ({ value: role, label: word(words, "role", role) })),
                initial: unit.invites.length === 1 ? unit.invites[0] : undefined,
                required: true,
              },
            ]}
            send={(values, headers) =>
              api.invitationsCreate({ body: { ...values, unit_id: unit.id } as never, headers })
            }
            done={(answer) => {
              setMade(answer as InvitationMade);
              done();
            }}
          />
        )
      }
    </DialogButton>
  );
}

/** Fresh links for everybody who has not joined: asked for by role, since older links end with it. */
function Slips({ unit }: { unit: UnitShown }) {
  const words = useWords();
  const { ui } = words;
  return (
    <DialogButton label={ui.slips}>
      {() => (
        <Flex vertical gap={12}>
          <Typography.Text type="secondary">{ui.slipsHint}</Typography.Text>
          {unit.invites.map((role) => (
            <DownloadButton
              key={role}
              label={word(words, "role", role)}
              path="/invitations/slips"
              name={`${ui.slips}-${word(words, "role", role)}.xlsx`}
              sent={{ unit_id: unit.id, role }}
            />
          ))}
        </Flex>
      )}
    </DialogButton>
  );
}

function UnitBody({ record, done }: FormProps<UnitShown>) {
  const words = useWords();
  const { ui, fields } = words;
  const navigate = useNavigate();
  const below = useQuery({
    queryKey: ["/units", "below", record.id],
    queryFn: () => ok(api.unitsList({ query: { parent: record.id, size: 100 } })),
  });
  const roles = record.invites.map((role) => ({ value: role, label: word(words, "role", role) }));
  return (
    <>
      <Flex gap={8} wrap>
        {record.invites.length > 0 && <Invite unit={record} done={done} />}
        {record.invites.length > 0 && (
          <AskButton
            label={ui.addRole}
            submit={ui.add}
            asks={[
              { name: "login", label: ui.login, required: true, hint: ui.addRoleHint },
              { name: "role", label: fields.role, kind: "choice", options: roles, required: true },
            ]}
            send={(values, headers) =>
              api.membershipsCreate({ body: { ...values, unit_id: record.id } as never, headers })
            }
            done={done}
          />
        )}
        {record.invites.length > 0 && <Slips unit={record} />}
        {record.founds.length > 0 && (
          <AskButton
            label={ui.newUnit}
            submit={ui.save}
            asks={[
              {
                name: "kind",
                label: fields.unit_kind,
                kind: "choice",
                options: record.founds.map((kind) => ({ value: kind, label: word(words, "unitKind", kind) })),
                required: true,
              },
              { name: "name", label: fields.name, required: true },
              { name: "name_en", label: fields.name_en },
              { name: "credit_code", label: fields.credit_code },
              { name: "code", label: fields.unit_code, required: true, hint: ui.unitCodeHint },
            ]}
            send={(values, headers) =>
              api.unitsCreate({ body: { ...values, parent_id: record.id } as never, headers })
            }
            done={done}
          />
        )}
        <Button
          onClick={() => void navigate({ to: "/members" as string, search: { unit: record.id } as never })}
        >
          {fill(ui.unitMembers, { count: record.members })}
        </Button>
      </Flex>
      {below.data && below.data.total > 0 && (
        <Card size="small" title={ui.unitsBelow}>
          <List
            size="small"
            dataSource={below.data.items}
            pagination={{ pageSize: 15, hideOnSinglePage: true }}
            renderItem={(unit) => (
              <List.Item>
                <Button type="link" onClick={() => void navigate({ to: `/units/${unit.id}` as string })}>
                  {unit.name}
                </Button>
                <span className="quiet">{word(words, "unitKind", unit.kind)}</span>
              </List.Item>
            )}
          />
        </Card>
      )}
    </>
  );
}

const asUnit = <U extends UnitItem>(unit: U) => ({ ...unit, unit_kind: unit.kind, people: unit.members });

export const units: Thing<Unit, UnitShown> = {
  path: "/units",
  title: (record) => record.name,
  columns: ["name", "unit_kind", "unit_code", "people"],
  filters: [{ name: "q" }, { name: "kind", from: "unitKind" }],
  list: async (query) => {
    const answer = await api.unitsList({ query: query as never });
    const items = answer.data?.items.map((unit) => ({ ...asUnit(unit), unit_code: unit.code })) ?? [];
    return { ...answer, data: answer.data && { ...answer.data, items } };
  },
  get: async (id) => {
    const answer = await api.unitsGet({ path: { unit_id: id } });
    return {
      ...answer,
      data: answer.data && { ...asUnit(answer.data), unit_code: answer.data.code, version: 1 },
    };
  },
  facts: ["unit_kind", "unit_code", "credit_code", "name_en", "people"],
  Body: UnitBody,
};

function MemberBody({ record, done }: FormProps<Member>) {
  const { ui } = useWords();
  const me = useKnownMe();
  const can = me.permissions;
  if (record.ended_at || record.account_id === me.account.id || !can.includes("account.invite")) return null;
  return (
    <Flex gap={8} wrap>
      {record.account_state === "active" && can.includes("account.reset") && (
        <Resets account_id={record.account_id} />
      )}
      <LookAs member={record} />
      <ActButton
        danger
        label={ui.endRole}
        send={(headers) => api.membershipsEnd({ path: { membership_id: record.id }, headers })}
        done={done}
      />
      {can.includes("account.disable") && <Standing member={record} done={done} />}
    </Flex>
  );
}

export const members: Thing<MemberItem, Member> = {
  path: "/members",
  title: (record) => record.name,
  columns: ["name", "role", "unit_name", "account_state", "ended_at"],
  filters: [{ name: "q" }, { name: "role", from: "role" }, { name: "account_state", from: "accountState" }],
  list: (query) => api.membershipsList({ query: query as never }),
  get: async (id) => {
    const answer = await api.membershipsGet({ path: { membership_id: id } });
    return { ...answer, data: answer.data && { ...answer.data, version: 1 } };
  },
  facts: ["role", "unit_name", "account_state", "ended_at"],
  Body: MemberBody,
};
