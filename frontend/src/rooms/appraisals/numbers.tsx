import { useQuery } from "@tanstack/react-query";
import { Card, Typography } from "antd";
import { api, type NumberLine, ok } from "../../api";
import { useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import { accountsWords } from "../../words/accounts";

/** What the platform counted of a unit's year; where it moved on since, the number of now stands beside. */
export function NumbersCard({
  title,
  lines,
  now,
  hint,
}: {
  title: string;
  lines: NumberLine[];
  now?: NumberLine[];
  hint?: string;
}) {
  const words = accountsWords(useWords().language);
  return (
    <Card size="small" title={title}>
      {hint && <Typography.Paragraph type="secondary">{hint}</Typography.Paragraph>}
      <dl className="counts">
        {lines.map((line) => {
          const later = now?.find((one) => one.code === line.code);
          return (
            <div key={line.code}>
              <dt className="quiet">{words.count[line.code]}</dt>
              <dd className="fact">
                {line.value}
                {later && later.value !== line.value && (
                  <span className="quiet">
                    {" "}
                    · {words.numbersNow} {later.value}
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}

/** The numbers of a unit as they stand now. */
export function NumbersNow({ unit }: { unit: string }) {
  const words = accountsWords(useWords().language);
  const { data, error, refetch } = useNumbers(unit);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return data ? <NumbersCard title={words.numbers} lines={data.items} hint={words.numbersHint} /> : null;
}

export function useNumbers(unit: string, enabled = true) {
  return useQuery({
    queryKey: ["/summaries", "numbers", unit],
    queryFn: () => ok(api.summariesNumbers({ query: { unit } })),
    enabled,
  });
}
