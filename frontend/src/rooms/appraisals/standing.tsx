import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Collapse, Flex, Progress, Typography } from "antd";
import { api, ok, type StandingUnit, type SummaryStandingCity } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import { StateTag, word } from "../../shared/values";
import { fill } from "../../words";
import { accountsWords } from "../../words/accounts";

/** Which units of each city have handed in and are accepted; for the offices. */
export function Standing() {
  const { language } = useWords();
  const words = accountsWords(language);
  const asks = useKnownMe().permissions.includes("appraisal.read");
  const { data, error, refetch } = useQuery({
    queryKey: ["/summaries", "standing"],
    queryFn: () => ok(api.summariesStanding()),
    enabled: asks,
  });
  if (!asks) return null;
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const cities = data?.items ?? [];
  if (cities.length === 0) return null;
  return (
    <section aria-label={words.standing}>
      <Typography.Title level={5} style={{ marginTop: 0 }}>
        {words.standing}
      </Typography.Title>
      <Collapse
        size="small"
        defaultActiveKey={cities.length === 1 ? cities[0].city_id : undefined}
        items={cities.map((city) => ({
          key: city.city_id,
          label: <Head city={city} />,
          children: (
            <Flex vertical gap={6}>
              {city.units.map((unit) => (
                <Line key={unit.unit_id} unit={unit} />
              ))}
            </Flex>
          ),
        }))}
      />
    </section>
  );
}

function Head({ city }: { city: SummaryStandingCity }) {
  const words = accountsWords(useWords().language);
  const { accepted, total, handed_in: handed } = city;
  return (
    <Flex gap={12} wrap align="center">
      <strong>{city.city_name}</strong>
      <span className="fact">{fill(words.progress, { accepted, total, handed })}</span>
      <Progress
        aria-label={city.city_name}
        size="small"
        style={{ flex: "1 1 120px", maxWidth: 220 }}
        percent={Math.round((100 * accepted) / total)}
        showInfo={false}
      />
    </Flex>
  );
}

function Line({ unit }: { unit: StandingUnit }) {
  const all = useWords();
  const words = accountsWords(all.language);
  return (
    <Flex gap={8} wrap align="center">
      <span className="quiet">{word(all, "unitKind", unit.unit_kind)}</span>
      {unit.summary_id ? (
        <Link to={`/summaries/${unit.summary_id}` as string}>{unit.unit_name}</Link>
      ) : (
        <span>{unit.unit_name}</span>
      )}
      {unit.state && unit.state !== "draft" ? (
        <StateTag table="summary" code={unit.state} />
      ) : (
        <span className="quiet">{words.notHandedIn}</span>
      )}
    </Flex>
  );
}
