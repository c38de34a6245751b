import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Flex, Typography } from "antd";
import { useState } from "react";
import { api, asProblem, ok, type PreferencesShown } from "../api";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";
import { useReminders } from "../shared/reminder-words";
import { Failed, Loading } from "../shared/states";
import { fill } from "../words";
import { dateTime } from "../words/dates";

/** How one is reached besides the inbox. */
export function Preferences() {
  const said = useReminders();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["preferences"],
    queryFn: () => ok(api.preferencesGet()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <Loading />;
  return (
    <Flex vertical gap={16} style={{ maxWidth: 720 }}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {said.pages.preferences}
      </Typography.Title>
      <Address shown={data} key={`${data.mail}${data.asked}`} />
      <Choices shown={data} key={data.version} />
    </Flex>
  );
}

function useKept() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const said = useReminders();
  return (answer: unknown) => {
    client.setQueryData(["preferences"], answer);
    void message.success(said.saved);
  };
}

function Choices({ shown }: { shown: PreferencesShown }) {
  const { ui } = useWords();
  const said = useReminders();
  const kept = useKept();
  return (
    <Card title={said.mode}>
      <AskForm
        submit={ui.save}
        intro={said.modeNote}
        asks={[
          {
            name: "mode",
            label: said.mode,
            kind: "choice",
            required: true,
            initial: shown.mode,
            options: Object.entries(said.modes).map(([value, label]) => ({ value, label })),
          },
          {
            name: "digest_hour",
            label: said.hour,
            kind: "choice",
            required: true,
            initial: shown.digest_hour,
            options: Array.from({ length: 24 }, (_, hour) => ({
              value: hour,
              label: `${String(hour).padStart(2, "0")}:00`,
            })),
          },
          {
            name: "language",
            label: said.language,
            kind: "choice",
            required: true,
            initial: shown.language,
            options: [
              { value: "zh-CN", label: "中文" },
              { value: "en", label: "English" },
            ],
          },
          {
            name: "sms",
            label: said.sms,
            kind: "yes",
            initial: shown.sms,
            hint: shown.phone ? undefined : said.smsNoPhone,
          },
        ]}
        send={(values) => api.preferencesChoose({ body: { ...values, version: shown.version } as never })}
        done={kept}
      />
    </Card>
  );
}

function Address({ shown }: { shown: PreferencesShown }) {
  const { language } = useWords();
  const said = useReminders();
  const kept = useKept();
  const [changing, setChanging] = useState(false);
  const [wrong, setWrong] = useState("");
  const forget = async () => {
    try {
      kept(await ok(api.preferencesForgetAddress()));
    } catch (refused) {
      setWrong(asProblem(refused).message);
    }
  };
  return (
    <Card title={said.address}>
      {shown.mail ? (
        <Flex justify="space-between" wrap gap={8} align="center">
          <span className="fact">{shown.mail}</span>
          <Flex gap={8} wrap>
            <Button onClick={() => setChanging(true)}>{said.change}</Button>
            <Button danger onClick={() => void forget()}>
              {said.forget}
            </Button>
          </Flex>
        </Flex>
      ) : (
        <Typography.Paragraph type="secondary">{said.noMail}</Typography.Paragraph>
      )}
      {wrong && <Alert type="error" showIcon title={wrong} />}
      {shown.mail_failed_at && (
        <Alert
          type="warning"
          showIcon
          style={{ marginTop: 12 }}
          title={fill(said.addressFailed, { at: dateTime(shown.mail_failed_at, language) })}
        />
      )}
      {shown.asked && (
        <AskForm
          submit={said.confirm}
          intro={fill(said.asked, { mail: shown.asked })}
          asks={[{ name: "code", label: said.code, max: 6, required: true }]}
          send={(values) => api.preferencesConfirmAddress({ body: values as never })}
          done={kept}
        />
      )}
      {(!shown.mail || changing) && (
        <AskForm
          submit={said.sendCode}
          asks={[{ name: "mail", label: said.address, max: 254, required: true }]}
          send={(values) => api.preferencesAskAddress({ body: values as never })}
          done={kept}
        />
      )}
    </Card>
  );
}
