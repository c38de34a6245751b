import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  type AppraisalItem,
  type AppraisalRecord,
  api,
  ok,
  type SummaryItem,
  type SummaryRecord,
} from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { useCityOptions } from "../../shared/plan";
import type { Thing } from "../../shared/thing";
import { accountsWords } from "../../words/accounts";
import { CityGrade, SheetBody } from "./sheet";
import { Standing } from "./standing";
import { Begin, SummaryBody } from "./summary";

function Tools({ done }: { done: () => void }) {
  const words = accountsWords(useWords().language);
  const office = useKnownMe().permissions.includes("appraisal.read");
  return (
    <>
      {office && (
        <DownloadButton label={words.workbook} path="/summaries/workbook" name={`${words.workbook}.xlsx`} />
      )}
      <Begin done={done} />
    </>
  );
}

export const summaries: Thing<SummaryItem, SummaryRecord, "summary"> = {
  path: "/summaries",
  stage: "acceptance",
  flow: "summary",
  title: (record) => record.unit_name,
  columns: ["unit_name", "unit_kind", "city_name", "papers_count", "submitted_at", "state"],
  filters: [
    { name: "state", from: "summary" },
    { name: "city", from: "cities" },
  ],
  list: (query) => api.summariesList({ query: query as never }),
  get: (id) => api.summariesGet({ path: { summary_id: id } }),
  act: (id, action, body, headers) =>
    api.summariesAct({ path: { summary_id: id, action: action as never }, body, headers }),
  trail: (id) => api.summariesTrail({ path: { summary_id: id } }),
  facts: ["unit_kind", "city_name", "submitted_at"],
  steps: ["draft", "submitted", "accepted"],
  Above: Standing,
  Body: SummaryBody,
  Tools: Tools,
};

function NewSheet({ done }: { done: () => void }) {
  const { fields, ui, language } = useWords();
  const writes = useKnownMe().permissions.includes("appraisal.write");
  const navigate = useNavigate();
  const cities = useCityOptions();
  const { data } = useQuery({
    queryKey: ["/appraisals", "begun"],
    queryFn: () => ok(api.appraisalsList({ query: { size: 100 } })),
    enabled: writes,
  });
  const begun = new Set((data?.items ?? []).map((one) => one.city_id));
  const options = cities.filter((city) => !begun.has(city.value));
  if (!writes || !data || options.length === 0) return null;
  return (
    <AskButton
      type="primary"
      label={accountsWords(language).beginSheet}
      submit={ui.create}
      asks={[{ name: "city_id", label: fields.city_name, kind: "choice", required: true, options }]}
      send={(values) => api.appraisalsWrite({ body: values as never })}
      done={(made) => {
        done();
        void navigate({ to: `/appraisals/${(made as { id: string }).id}` as string });
      }}
    />
  );
}

export const appraisals: Thing<AppraisalItem, AppraisalRecord, "appraisal"> = {
  path: "/appraisals",
  stage: "acceptance",
  flow: "appraisal",
  title: (record) => record.city_name,
  columns: ["city_name", "points", "city_grade", "decided_at", "state"],
  cells: { city_grade: ({ row }) => <CityGrade code={row.city_grade} /> },
  filters: [],
  list: (query) => api.appraisalsList({ query: query as never }),
  get: (id) => api.appraisalsGet({ path: { appraisal_id: id } }),
  act: (id, action, body, headers) =>
    api.appraisalsAct({ path: { appraisal_id: id, action: action as never }, body, headers }),
  trail: (id) => api.appraisalsTrail({ path: { appraisal_id: id } }),
  steps: ["draft", "proposed", "decided"],
  Body: SheetBody,
  Tools: NewSheet,
};
