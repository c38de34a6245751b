import { useQuery } from "@tanstack/react-query";
import { Card, Flex, Typography } from "antd";
import { api, ok } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { download } from "../../shared/download";
import { JobButton } from "../../shared/job-button";
import { Failed, Loading } from "../../shared/states";
import { personalWords } from "../../words/personal";
import { Agreed } from "./again";
import { Corrections } from "./corrections";
import { KeptLines } from "./kept";
import { Looks } from "./looks";

/** One's own data: what is kept and why, who looked, how to take it along and have it put right. */
export function MyDataPage() {
  const { language } = useWords();
  const said = personalWords(language);
  const me = useKnownMe();
  const family = me.permissions.includes("correction.ask");
  return (
    <Flex vertical gap={16} style={{ maxWidth: 860 }}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {said.title}
      </Typography.Title>
      {family && <Looks />}
      <Card title={said.export}>
        <p className="quiet">{said.exportIntro}</p>
        <JobButton
          label={said.export}
          send={(headers) => api.myDataExport({ headers })}
          finished={(job) => download(`/jobs/${job.id}/file`, said.exportName)}
        />
      </Card>
      {me.permissions.includes("consent.say") && <Agreed />}
      {me.permissions.includes("correction.read") && <Corrections />}
      <Kept />
    </Flex>
  );
}

function Kept() {
  const { language } = useWords();
  const said = personalWords(language);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["my-data", "kept", language],
    queryFn: () => ok(api.myDataKept()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <Loading />;
  return (
    <Card title={said.notice}>
      <p className="quiet">{said.intro}</p>
      <KeptLines lines={data.items} />
    </Card>
  );
}
