import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Alert, Button, Card, Flex, Typography } from "antd";
import { useState } from "react";
import { api, asProblem, type MailSettings, ok } from "../api";
import { useReminders } from "../shared/reminder-words";
import { Failed, Loading } from "../shared/states";
import { fill } from "../words";
import { Frame } from "./public";

const MODES = ["at_once", "daily", "off"] as const;

/** Behind a mail's link: change or stop the mails, without signing in. */
export function MailLinkPage() {
  const said = useReminders();
  const { token } = useParams({ strict: false }) as { token: string };
  const client = useQueryClient();
  const [done, setDone] = useState(false);
  const [wrong, setWrong] = useState("");
  const { data, error } = useQuery({
    queryKey: ["mail-link", token],
    queryFn: () => ok(api.publicMailSettings({ path: { token } })),
    retry: false,
  });
  const choose = async (mode: MailSettings["mode"]) => {
    try {
      const kept = await ok(api.publicMailChoose({ path: { token }, body: { mode } }));
      client.setQueryData(["mail-link", token], kept);
      setDone(true);
      setWrong("");
    } catch (refused) {
      setWrong(asProblem(refused).message);
    }
  };
  return (
    <Frame>
      {error ? (
        <Failed error={error} />
      ) : !data ? (
        <Loading />
      ) : (
        <Card title={said.linkTitle}>
          <Typography.Paragraph>
            {data.mail ? fill(said.linkFor, { mail: data.mail }) : said.noMail}
          </Typography.Paragraph>
          {wrong && <Alert type="error" showIcon title={wrong} />}
          {done && (
            <Alert type="success" showIcon title={fill(said.linkDone, { mode: said.modes[data.mode] })} />
          )}
          <Flex vertical gap={8} style={{ marginTop: 12 }}>
            {MODES.map((mode) => (
              <Button
                key={mode}
                block
                type={mode === data.mode ? "primary" : "default"}
                aria-pressed={mode === data.mode}
                onClick={() => void choose(mode)}
              >
                {mode === "off" ? said.linkOff : said.modes[mode]}
              </Button>
            ))}
          </Flex>
          <Typography.Paragraph type="secondary" style={{ marginTop: 12 }}>
            {said.modeNote}
          </Typography.Paragraph>
        </Card>
      )}
    </Frame>
  );
}
