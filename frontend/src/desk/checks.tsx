import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Descriptions, Result } from "antd";
import { api, asProblem, ok } from "../api";
import { useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { word } from "../shared/values";
import { date } from "../words/dates";
import { Frame } from "./public";

export function CertificateCheck() {
  const words = useWords();
  const { ui, fields } = words;
  const { code } = useParams({ strict: false }) as { code: string };
  const { data, error, isPending } = useQuery({
    queryKey: ["certificate", code],
    queryFn: () => ok(api.publicCertificate({ path: { code } })),
    retry: false,
  });
  const english = words.language === "en";
  if (isPending) return <Frame>{<Loading />}</Frame>;
  if (error && asProblem(error).status !== 404) return <Frame>{<Failed error={error} />}</Frame>;
  return (
    <Frame>
      {data ? (
        <Result status="success" title={ui.checkTrue} subTitle={english ? data.title_en : data.title}>
          <Descriptions
            column={1}
            bordered
            size="small"
            items={[
              { key: "n", label: fields.number, children: data.number },
              { key: "m", label: fields.name, children: data.masked_name },
              {
                key: "s",
                label: fields.subject,
                children: english ? data.subject_name_en : data.subject_name,
              },
              { key: "g", label: fields.result_grade, children: word(words, "grade", data.grade) },
              { key: "u", label: fields.university_name, children: data.university_name },
              { key: "d", label: fields.issued_at, children: date(data.issued_at, words.language) },
            ]}
          />
        </Result>
      ) : (
        <Result status="error" title={ui.checkFalse} subTitle={code} />
      )}
    </Frame>
  );
}

export function LetterCheck() {
  const words = useWords();
  const { ui, fields } = words;
  const { code } = useParams({ strict: false }) as { code: string };
  const { data, error } = useQuery({
    queryKey: ["letter", code],
    queryFn: () => ok(api.publicLetter({ path: { code } })),
    retry: false,
  });
  return (
    <Frame>
      {error ? (
        <Failed error={error} />
      ) : !data ? (
        <Loading />
      ) : (
        <Result status="success" title={ui.letterTrue}>
          <Descriptions
            column={1}
            bordered
            size="small"
            items={[
              { key: "n", label: fields.letter_number, children: data.letter_number },
              { key: "m", label: fields.name, children: data.name },
              { key: "u", label: fields.university_name, children: data.university_name },
            ]}
          />
        </Result>
      )}
    </Frame>
  );
}
