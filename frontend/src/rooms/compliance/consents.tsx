import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Card, Typography } from "antd";
import { api, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import { TIGHT } from "../../shared/tight";
import { fill } from "../../words";
import { complianceWords } from "../../words/compliance";
import { dateTime } from "../../words/dates";
import { MissingList } from "./missing";

/** The text that is in force, another one for the year under way, and who has not agreed to it yet. */
export function ConsentTexts() {
  const { language } = useWords();
  const said = complianceWords(language);
  const me = useKnownMe();
  const client = useQueryClient();
  const text = useQuery({ queryKey: ["consents", "text"], queryFn: () => ok(api.consentsText()) });
  if (text.error) return <Failed error={text.error} retry={() => void text.refetch()} />;
  return (
    <Card title={said.consents} styles={TIGHT}>
      <p className="quiet" style={{ marginTop: 0 }}>
        {said.consentsIntro}
      </p>
      {text.data && (
        <Typography.Paragraph>
          <strong>{fill(said.inForce, { version: text.data.version })}</strong>
          {text.data.released_at && (
            <small className="quiet"> {dateTime(text.data.released_at, language)}</small>
          )}
          <br />
          {language === "en" ? text.data.text.en : text.data.text.zh}
        </Typography.Paragraph>
      )}
      {/* The form begins with the present text: not before it is here. */}
      {text.data && me.permissions.includes("cycle.manage") && (
        <AskButton
          label={said.release}
          intro={said.releaseIntro}
          asks={[
            { name: "version", label: said.version, required: true },
            { name: "zh", label: said.textZh, kind: "long", required: true, initial: text.data.text.zh },
            { name: "en", label: said.textEn, kind: "long", required: true, initial: text.data.text.en },
            { name: "changes_zh", label: said.changesZh, kind: "long", required: true },
            { name: "changes_en", label: said.changesEn, kind: "long", required: true },
          ]}
          send={(values, headers) => api.consentsRelease({ body: values as never, headers })}
          done={() => void client.invalidateQueries({ queryKey: ["consents"] })}
        />
      )}
      <MissingList />
    </Card>
  );
}
