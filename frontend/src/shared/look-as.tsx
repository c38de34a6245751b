import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Typography } from "antd";
import { api, keepLook, type MemberItem, type SupportGranted } from "../api";
import { fill } from "../words";
import { AskForm } from "./ask-form";
import { useKnownMe } from "./context";
import { DialogButton } from "./dialog";
import { useSupport } from "./support-words";

// Whose accounts nobody looks as; the server asks it of every role that the account holds.
const EQUALS: MemberItem["role"][] = ["region_office", "association", "education_department"];

/** Look at the platform as this person does, with a reason that the person is told. */
export function LookAs({ member }: { member: MemberItem }) {
  const me = useKnownMe();
  const said = useSupport();
  const client = useQueryClient();
  const navigate = useNavigate();
  const can =
    me.permissions.includes("support.act") &&
    member.account_id !== me.account.id &&
    member.account_state === "active" &&
    !member.ended_at &&
    !EQUALS.includes(member.role);
  if (!can) return null;
  return (
    <DialogButton label={said.look} title={fill(said.lookTitle, { name: member.name })}>
      {() => (
        <>
          <Typography.Paragraph type="secondary">{said.lookHint}</Typography.Paragraph>
          <AskForm
            submit={said.start}
            asks={[
              { name: "reason", label: said.reason, kind: "text", required: true, hint: said.reasonHint },
            ]}
            send={(values, headers) =>
              api.supportBegin({ body: { ...values, membership_id: member.id } as never, headers })
            }
            done={async (answer) => {
              await client.cancelQueries();
              keepLook(answer as SupportGranted);
              await navigate({ to: "/" as string });
            }}
          />
        </>
      )}
    </DialogButton>
  );
}
