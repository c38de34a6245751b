import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Card, Flex, Grid, List, Typography } from "antd";
import { type ReactNode, useState } from "react";
import { ok } from "../api";
import { type FieldCode, fill } from "../words";
import { BatchBar } from "./batch-bar";
import { useWords } from "./context";
import { cleared, Filters, NothingHere, narrows } from "./filters";
import { keepQueue } from "./queue";
import { useSeen } from "./seen";
import { Failed } from "./states";
import type { AnyThing, Query } from "./thing";
import { StateTag, useShow } from "./values";
import { WideTable } from "./wide-table";

type Row = Record<string, unknown> & { id: string; state?: string };

/** The list of any thing: filters live in the address, a row opens its record, on a phone rows become cards. */
export function ListPage({ thing }: { thing: AnyThing }) {
  const words = useWords();
  const search = useSearch({ strict: false }) as Query;
  const navigate = useNavigate();
  const client = useQueryClient();
  const wide = Grid.useBreakpoint().md ?? true;
  const page = Number(search.page ?? 1);
  const size = Number(search.size ?? 20);
  const query: Query = { ...search, page, size };
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [thing.path, "list", query],
    queryFn: () => ok(thing.list(query)),
    placeholderData: keepPreviousData,
  });
  const turn = (next: Query) => {
    const found = Object.fromEntries(
      Object.entries({ ...search, ...next }).filter(([, v]) => v !== undefined && v !== ""),
    );
    void navigate({ to: thing.path, search: found as never, replace: true });
  };
  const [chosen, setChosen] = useState<string[]>([]);
  const again = () => void client.invalidateQueries();
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const rows = (data?.items ?? []) as Row[];
  const total = data?.total ?? 0;
  const narrowed = narrows(search).length > 0;
  const nothing = <NothingHere thing={thing} clear={narrowed ? () => turn(cleared(search)) : undefined} />;
  if (data) keepQueue({ path: thing.path, query: search, ids: rows.map((row) => row.id), total: data.total });
  return (
    <Flex vertical gap={12}>
      {thing.Above && <thing.Above />}
      <Flex wrap gap={8} align="center" justify="space-between">
        {/* Where one's own only record is all there is, there is nothing to look for. */}
        {(narrowed || !data || total > 1) && (
          <Filters thing={thing} search={search} turn={(next) => turn({ ...next, page: undefined })} />
        )}
        {thing.Tools && (
          <Flex wrap gap={8}>
            <thing.Tools done={again} />
          </Flex>
        )}
      </Flex>
      {chosen.length > 0 && thing.batch && (
        <BatchBar
          thing={thing}
          ids={chosen}
          clear={() => setChosen([])}
          done={() => {
            setChosen([]);
            again();
          }}
        />
      )}
      {wide ? (
        <Wide
          chosen={chosen}
          choose={setChosen}
          thing={thing}
          rows={rows}
          loading={isPending}
          page={page}
          size={size}
          total={total}
          nothing={nothing}
          turn={turn}
        />
      ) : (
        <Narrow
          thing={thing}
          rows={rows}
          loading={isPending}
          page={page}
          size={size}
          total={total}
          nothing={nothing}
          turn={turn}
        />
      )}
      {total > 1 && <Typography.Text type="secondary">{fill(words.ui.total, { total })}</Typography.Text>}
    </Flex>
  );
}

interface Shown {
  thing: AnyThing;
  rows: Row[];
  loading: boolean;
  page: number;
  size: number;
  total: number;
  nothing: ReactNode;
  turn: (next: Query) => void;
}

function useCell(thing: AnyThing): (field: string, row: Row) => ReactNode {
  const show = useShow();
  return (field, row) => {
    const Own = thing.cells?.[field as FieldCode];
    if (Own) return <Own row={row} />;
    if (field === "state" && thing.flow && row.state) return <StateTag table={thing.flow} code={row.state} />;
    return show(field, row[field]);
  };
}

function Wide({
  thing,
  rows,
  loading,
  page,
  size,
  total,
  nothing,
  turn,
  chosen,
  choose,
}: Shown & { chosen: string[]; choose: (ids: string[]) => void }) {
  const words = useWords();
  const cell = useCell(thing);
  const navigate = useNavigate();
  const seen = useSeen(thing);
  const opens = Boolean(thing.get);
  return (
    <WideTable<Row>
      rowKey="id"
      size="middle"
      rowSelection={
        thing.batch && {
          selectedRowKeys: chosen,
          onChange: (keys) => choose(keys.map(String)),
          getTitleCheckboxProps: () => ({ "aria-label": words.ui.selectAll }),
          getCheckboxProps: (row) => ({
            "aria-label": fill(words.ui.select, { name: String(row[thing.columns[0]]) }),
          }),
        }
      }
      loading={loading}
      dataSource={rows}
      locale={{ emptyText: nothing }}
      columns={seen(thing.columns).map((field: FieldCode, i: number) => ({
        key: field,
        title: thing.called?.(words)[field] ?? words.fields[field],
        render: (_: unknown, row: Row) =>
          i === 0 && opens ? (
            <Link to={`${thing.path}/${row.id}` as string} onClick={(event) => event.stopPropagation()}>
              {cell(field, row)}
            </Link>
          ) : (
            <span className="fact">{cell(field, row)}</span>
          ),
      }))}
      onRow={(row) =>
        opens
          ? {
              className: "opens",
              onClick: (event) => {
                // Beside a box that is to be ticked one does not mean to leave the list.
                if ((event.target as HTMLElement).closest(".ant-table-selection-column")) return;
                void navigate({ to: `${thing.path}/${row.id}` as string });
              },
            }
          : {}
      }
      pagination={{
        current: page,
        pageSize: size,
        total,
        showSizeChanger: true,
        pageSizeOptions: [20, 50, 100],
        onChange: (next, nextSize) => turn({ page: next, size: nextSize === 20 ? undefined : nextSize }),
        hideOnSinglePage: total <= 20,
      }}
    />
  );
}

function Narrow({ thing, rows, loading, page, size, total, nothing, turn }: Shown) {
  const words = useWords();
  const cell = useCell(thing);
  const seen = useSeen(thing);
  const [first, ...columns] = thing.columns as FieldCode[];
  const others = thing.brief
    ? seen(thing.brief)
    : seen(columns.filter((field) => field !== "state")).slice(0, 4);
  return (
    <List
      loading={loading}
      dataSource={rows}
      locale={{ emptyText: nothing }}
      pagination={
        total > size && {
          current: page,
          pageSize: size,
          total,
          onChange: (next) => turn({ page: next }),
          size: "small",
        }
      }
      renderItem={(row: Row) => (
        <li key={row.id}>
          <Card size="small" style={{ marginBottom: 8 }}>
            <Flex justify="space-between" align="start" gap={8}>
              {thing.get ? (
                <Link to={`${thing.path}/${row.id}` as string}>{cell(first, row)}</Link>
              ) : (
                <strong>{cell(first, row)}</strong>
              )}
              {thing.flow && row.state && <StateTag table={thing.flow} code={row.state} />}
            </Flex>
            {others
              .filter((field) => (row[field] ?? "") !== "")
              .map((field) => (
                <div key={field} className="quiet" style={{ overflowWrap: "anywhere" }}>
                  {thing.called?.(words)[field] ?? words.fields[field]}：{cell(field, row)}
                </div>
              ))}
          </Card>
        </li>
      )}
    />
  );
}
