import { Input, Select } from "antd";
import type { FieldCode } from "../words";
import { useWords } from "./context";
import { useCityOptions, useSubjectOptions } from "./plan";
import type { Filter, Query } from "./thing";

interface Chosen {
  search: Query;
  turn: (next: Query) => void;
}

/** One filter of a list: what it is set to stands in the address. */
export function FilterField({ filter, search, turn }: Chosen & { filter: Filter }) {
  const words = useWords();
  const { name, from } = filter;
  const label = words.fields[name as FieldCode] ?? name;
  const value = search[name] as string | undefined;
  const set = (next: string | undefined) => turn({ [name]: next || undefined });
  if (filter.useOptions) return <FromHook label={label} value={value} set={set} use={filter.useOptions} />;
  if (from === "subjects") return <FromHook label={label} value={value} set={set} use={useSubjectOptions} />;
  if (from === "cities") return <FromHook label={label} value={value} set={set} use={useCityOptions} />;
  if (from === "day") {
    return (
      <Input
        type="date"
        prefix={<span className="quiet">{label}</span>}
        aria-label={label}
        value={value ?? ""}
        onChange={(event) => set(event.target.value)}
        style={{ width: 180 }}
      />
    );
  }
  if (!from) {
    return (
      <Input.Search
        allowClear
        aria-label={words.ui.search}
        placeholder={words.ui.search}
        defaultValue={value}
        onSearch={set}
        style={{ width: 190 }}
      />
    );
  }
  const options = Object.entries(words.enums[from]).map(([code, said]) => ({
    value: code,
    label: String(said),
  }));
  return <Options label={label} value={value} set={set} options={options} />;
}

type Option = { value: string; label: string };
type Choice = { label: string; value: string | undefined; set: (next: string | undefined) => void };

function FromHook({ use, ...choice }: Choice & { use: () => Option[] }) {
  const options = use();
  // Nothing to choose from for this reader: no filter.
  return options.length > 0 ? <Options {...choice} options={options} /> : null;
}

function Options({ label, value, set, options }: Choice & { options: Option[] }) {
  return (
    <Select
      allowClear
      showSearch={options.length > 20 && { optionFilterProp: "label" }}
      aria-label={label}
      placeholder={label}
      value={value}
      options={options}
      onChange={set}
      style={{ minWidth: 130 }}
      popupMatchSelectWidth={false}
    />
  );
}
