import { useQuery } from "@tanstack/react-query";
import { Typography } from "antd";
import { api, ok } from "../api";
import { KeptLines } from "../rooms/personal/kept";
import { useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { personalWords } from "../words/personal";
import { Frame } from "./public";

/** The notice on personal data, for everybody. */
export function PrivacyPage() {
  const { language } = useWords();
  const said = personalWords(language);
  const { data, error } = useQuery({
    queryKey: ["public", "privacy", language],
    queryFn: () => ok(api.publicPrivacy()),
  });
  return (
    <Frame>
      <Typography.Title level={4}>{said.notice}</Typography.Title>
      <p>{said.noticeIntro}</p>
      {error && <Failed error={error} />}
      {data ? <KeptLines lines={data.items} /> : !error && <Loading />}
    </Frame>
  );
}
