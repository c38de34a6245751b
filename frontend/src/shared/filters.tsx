import { Button, Flex, Tag } from "antd";
import { fill } from "../words";
import { date } from "../words/dates";
import { useKnownMe, useWords } from "./context";
import { FilterField } from "./list-filters";
import { Nothing } from "./states";
import type { AnyThing, Query } from "./thing";

/** What of an address makes a list shorter. */
export function narrows(search: Query): string[] {
  return Object.keys(search).filter((name) => !["page", "size", "sort"].includes(name));
}

/** The address without it. */
export function cleared(search: Query): Query {
  return Object.fromEntries([...narrows(search), "page"].map((name) => [name, undefined]));
}

/** An empty list says why: nothing fits the filters, the stage has not begun, or there is nothing yet. */
export function NothingHere({ thing, clear }: { thing: AnyThing; clear?: () => void }) {
  const { ui, language } = useWords();
  const stage = useKnownMe().stages.find((found) => found.code === thing.stage);
  if (clear)
    return (
      <Flex vertical align="center" gap={8}>
        <Nothing hint={ui.nothingFits} />
        <Button onClick={clear}>{ui.clear}</Button>
      </Flex>
    );
  if (stage?.state === "planned")
    return <Nothing hint={fill(ui.emptyPlanned, { at: date(stage.opens_at, language) })} />;
  return <Nothing />;
}

/** The filters a list has; what narrows it without a field of its own (one sitting, one panel) can be taken off. */
export function Filters({
  thing,
  search,
  turn,
}: {
  thing: AnyThing;
  search: Query;
  turn: (next: Query) => void;
}) {
  const words = useWords();
  const hidden = narrows(search).filter((name) => !thing.filters.some((filter) => filter.name === name));
  return (
    <Flex wrap gap={8} className="filters">
      {thing.filters.map((filter) => (
        <FilterField key={filter.name} filter={filter} search={search} turn={turn} />
      ))}
      {hidden.length > 0 && (
        <Tag
          closable={{ "aria-label": words.ui.clear }}
          onClose={() => turn(Object.fromEntries(hidden.map((name) => [name, undefined])))}
          className="narrowed"
        >
          {words.ui.onlyPart}
        </Tag>
      )}
    </Flex>
  );
}
