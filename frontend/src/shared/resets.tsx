import { Alert, Typography } from "antd";
import { useState } from "react";
import { api, type ResetLinkMade } from "../api";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { dateTime } from "../words/dates";
import { AskButton } from "./ask-button";
import { AskForm } from "./ask-form";
import { useWords } from "./context";
import { DialogButton } from "./dialog";

/** For somebody who cannot get in. */
export function Resets({ account_id }: { account_id: string }) {
  const words = useWords();
  const said = accountWords(words.language);
  const [made, setMade] = useState<ResetLinkMade | null>(null);
  const reason = { name: "reason", label: said.reason, kind: "long", required: true, max: 500 } as const;
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
        done={() => undefined}
      />
    </>
  );
}
