import { useQuery } from "@tanstack/react-query";
import { Alert, Card, List, Typography } from "antd";
import { api, ok } from "../api";
import { useWords } from "../shared/context";
import { useReminders } from "../shared/reminder-words";
import { Failed, Loading } from "../shared/states";
import { dateTime } from "../words/dates";

/** What the demo's own mail host took, instead of people's post boxes. */
export function DemoMails() {
  const { language } = useWords();
  const said = useReminders();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["demo", "mails"],
    queryFn: () => ok(api.demoMails()),
    refetchInterval: 5_000,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <Loading />;
  return (
    <Card title={said.pages.mails}>
      <Alert type="info" title={said.caughtNote} />
      <List
        dataSource={data.items}
        rowKey="id"
        locale={{ emptyText: said.caughtNone }}
        renderItem={(mail) => (
          <List.Item>
            <List.Item.Meta
              title={mail.subject}
              description={
                <>
                  {said.caughtTo} {mail.to} · {dateTime(mail.at, language)}
                  <Typography.Paragraph
                    style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", marginTop: 8 }}
                  >
                    {mail.text}
                  </Typography.Paragraph>
                </>
              }
            />
          </List.Item>
        )}
      />
    </Card>
  );
}
