import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Alert, Descriptions, Result } from "antd";
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
        <Result
          status={data.status === "valid" ? "success" : "warning"}
          title={data.status === "valid" ? ui.checkTrue : ui.certificateStates[data.status]}
          subTitle={english ? data.title_en : data.title}
        >
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
              ...(data.revoked_at
                ? [
                    {
                      key: "r",
                      label: ui.certificateVoidSince,
                      children: date(data.revoked_at, words.language),
                    },
                  ]
                : []),
            ]}
          />
          <Signature code={code} />
        </Result>
      ) : (
        <Result status="error" title={ui.checkFalse} subTitle={code}>
          <Signature code={code} />
        </Result>
      )}
    </Frame>
  );
}

/** What the QR carries behind the `#`: signed facts, true or not whatever the database says. */
function Signature({ code }: { code: string }) {
  const { ui } = useWords();
  const carried = location.hash.slice(1);
  const { data, error } = useQuery({
    queryKey: ["signature", carried],
    queryFn: () => ok(api.publicCertificateSignature({ body: { signed: carried } })),
    enabled: carried !== "",
    retry: false,
  });
  if (!carried || (!data && !error)) return null;
  const same = data?.code === code;
  const lost = error && asProblem(error).status !== 422;
  return (
    <Alert
      style={{ marginTop: 16, textAlign: "start" }}
      showIcon
      type={same ? "success" : lost ? "warning" : "error"}
      title={same ? ui.signatureTrue : lost ? asProblem(error).message : ui.signatureFalse}
      description={
        same ? `${data.number} · ${data.name} · ${data.university} · ${data.issued_on}` : undefined
      }
    />
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
