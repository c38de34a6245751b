import { Alert, App, Typography } from "antd";
import { useState } from "react";
import { api, type MemberItem, type ResetLinkMade } from "../api";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { dateTime } from "../words/dates";
import { AskButton } from "./ask-button";
import { AskForm, type AskFormProps } from "./ask-form";
import { useWords } from "./context";
import { DialogButton } from "./dialog";

type ReasonAsk = NonNullable<AskFormProps["asks"]>[number];

/** Lets nobody in by an account any more, or in again. */
export function Standing({ member, done }: { member: MemberItem; done: () => void }) {
  const said = accountWords(useWords().language);
  const { message } = App.useApp();
  const off = member.account_state === "disabled";
  const path = { account_id: member.account_id };
  return (
    <AskButton
      danger={!off}
      label={off ? said.enable : said.disable}
      title={fill(off ? said.enableTitle : said.disableTitle, { name: member.name })}
      intro={off ? said.enableNote : said.disableNote}
      asks={[reasonAsk(said.reason)]}
      send={(values) =>
        off
          ? api.accountsEnable({ path, body: values as never })
          : api.accountsDisable({ path, body: values as never })
      }
      done={() => {
        void message.success(off ? said.enabledNow : said.disabledNow);
        done();
      }}
    />
  );
}

const reasonAsk = (label: string): ReasonAsk => ({
  name: "reason",
  label,
  kind: "long",
  required: true,
  max: 500,
});

/** For somebody who cannot get in. */
export function Resets({ account_id }: { account_id: string }) {
  const words = useWords();
  const said = accountWords(words.language);
  const [made, setMade] = useState<ResetLinkMade | null>(null);
  const { message } = App.useApp();
  const reason = reasonAsk(said.reason);
  return (
    <>
      <DialogButton label={said.resetLink} onClick={() => setMade(null)}>
        {() =>
          made ? (
            <Alert
              type="success"
              showIcon
              title={fill(said.resetLinkMade, { at: dateTime(made.expires_at, words.language) })}
              description={
                <Typography.Paragraph copyable={{ text: made.link }} style={{ wordBreak: "break-all" }}>
                  {made.link}
                </Typography.Paragraph>
              }
            />
          ) : (
            <AskForm
              submit={said.resetLinkMake}
              intro={said.resetLinkNote}
              asks={[reason]}
              send={(values) => api.accountsResetLink({ path: { account_id }, body: values as never })}
              done={(answer) => setMade(answer as ResetLinkMade)}
            />
          )
        }
      </DialogButton>
      <AskButton
        danger
        label={said.resetFactor}
        intro={said.resetFactorNote}
        asks={[reason]}
        send={(values) => api.accountsResetFactor({ path: { account_id }, body: values as never })}
        done={() => void message.success(said.resetFactorDone)}
      />
    </>
  );
}
