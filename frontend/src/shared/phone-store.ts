/** Which account the phone's pages are of while nobody can be asked. */
export const PHONE_ACCOUNT = "miaopu.m.account";

interface Written {
  session: string;
  state: string;
  dirty: boolean;
}

/** What one account keeps on this phone. Each account has a database of its own; signing out takes it away. */
export interface Store<Entry extends Written> {
  entries(): Promise<Entry[]>;
  keep(entry: Entry): Promise<void>;
  drop(session: string): Promise<void>;
  photo(id: string): Promise<Blob | undefined>;
  keepPhoto(id: string, photo: Blob): Promise<void>;
  dropPhoto(id: string): Promise<void>;
  answer<T>(name: string): Promise<T | undefined>;
  keepAnswer(name: string, value: unknown): Promise<void>;
  close(): void;
}

const nameOf = (account: string) => `miaopu.m.${account}`;
const TABLES = ["entries", "photos", "answers"] as const;
type Table = (typeof TABLES)[number];

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((found, failed) => {
    request.onsuccess = () => found(request.result);
    request.onerror = () => failed(request.error);
  });
}

export async function openStore<Entry extends Written>(account: string): Promise<Store<Entry>> {
  const request = indexedDB.open(nameOf(account), 1);
  request.onupgradeneeded = () => {
    for (const table of TABLES) request.result.createObjectStore(table);
  };
  const database = await done(request);
  // Another tab signs out: the database must be free to go.
  database.onversionchange = () => database.close();
  const read = <T>(table: Table, key: string) =>
    done(database.transaction(table).objectStore(table).get(key)) as Promise<T | undefined>;
  const write = (table: Table, work: (store: IDBObjectStore) => void): Promise<void> =>
    new Promise((kept, failed) => {
      const transaction = database.transaction(table, "readwrite");
      transaction.oncomplete = () => kept();
      transaction.onerror = () => failed(transaction.error);
      transaction.onabort = () => failed(transaction.error);
      work(transaction.objectStore(table));
    });
  return {
    entries: () => done(database.transaction("entries").objectStore("entries").getAll()),
    keep: (entry) => write("entries", (store) => store.put(entry, entry.session)),
    drop: (session) => write("entries", (store) => store.delete(session)),
    photo: (id) => read("photos", id),
    keepPhoto: (id, photo) => write("photos", (store) => store.put(photo, id)),
    dropPhoto: (id) => write("photos", (store) => store.delete(id)),
    answer: (name) => read("answers", name),
    keepAnswer: (name, value) => write("answers", (store) => store.put(value, name)),
    close: () => database.close(),
  };
}

/** True for what has not reached the server as it stands here. */
export const isUnsent = (entry: Written): boolean => entry.state === "waiting" || entry.dirty;

/** How many entries of an account wait on this device, for whoever has not opened its database and leaves none behind. */
export function unsentOf(account: string): Promise<number> {
  return new Promise((found) => {
    const request = indexedDB.open(nameOf(account));
    // There was none: it is not begun by looking.
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = request.onblocked = () => found(0);
    request.onsuccess = async () => {
      const database = request.result;
      const entries = database.transaction("entries").objectStore("entries").getAll();
      found(((await done(entries).catch(() => [])) as Written[]).filter(isUnsent).length);
      database.close();
    };
  });
}

export function eraseStore(account: string): Promise<void> {
  return new Promise((gone) => {
    const request = indexedDB.deleteDatabase(nameOf(account));
    // Where another tab holds it, it goes as soon as that one lets go.
    request.onsuccess = request.onerror = request.onblocked = () => gone();
  });
}
