import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Flex, Typography } from "antd";
import { api, ok, type PictureOffer } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { FilterField } from "../../shared/list-filters";
import { Failed, Loading } from "../../shared/states";
import type { Filter, Query } from "../../shared/thing";
import { numbersWords } from "../../words/numbers";
import { PictureCard } from "./card";

const FILTERS: Filter[] = [
  { name: "city", from: "cities" },
  { name: "subject", from: "subjects" },
];

/** The year in pictures, as far as one sees it; an address with `picture` shows that one alone. */
export function NumbersPage() {
  const { language, ui } = useWords();
  const words = numbersWords(language);
  const search = useSearch({ strict: false }) as Query;
  const navigate = useNavigate();
  const me = useKnownMe();
  const turn = (next: Query) => {
    const kept = Object.entries({ ...search, ...next }).filter(([, value]) => value !== undefined);
    void navigate({ to: "/numbers" as string, search: Object.fromEntries(kept) as never });
  };
  const { data, error, refetch } = useQuery({
    queryKey: ["numbers", language],
    queryFn: () => ok(api.numbersOffer()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const alone = data.pictures.find((picture) => picture.code === search.picture);
  const shown: PictureOffer[] = alone ? [alone] : data.pictures;
  return (
    <Flex vertical gap={12}>
      <Flex justify="space-between" align="center" wrap gap={8}>
        <Typography.Title level={3} style={{ margin: 0 }}>
          {ui.numbers}
        </Typography.Title>
        {me.permissions.includes("numbers.report") && (
          <DownloadButton label={words.report} path="/numbers/report.pdf" name={`${words.report}.pdf`} />
        )}
      </Flex>
      <Flex wrap gap={8} align="center">
        {FILTERS.map((filter) => (
          <FilterField key={filter.name} filter={filter} search={search} turn={turn} />
        ))}
        {alone && (
          <Link to={"/numbers" as string} search={{ ...search, picture: undefined, by: undefined } as never}>
            {words.all}
          </Link>
        )}
      </Flex>
      <div className={alone ? "pictures alone" : "pictures"}>
        {shown.map((offer) => (
          <PictureCard
            key={offer.code}
            offer={offer}
            given={{ city: search.city, subject: search.subject }}
            by={alone && search.by ? String(search.by) : undefined}
            alone={Boolean(alone)}
            chosen={alone ? (by) => turn({ by }) : undefined}
          />
        ))}
      </div>
    </Flex>
  );
}
