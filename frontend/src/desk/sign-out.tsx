import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Modal, Typography } from "antd";
import { type ReactNode, useState } from "react";
import { api, asProblem, forget, ok } from "../api";
import { useKnownMe, useWords } from "../shared/context";
import { draftsOf, eraseDrafts } from "../shared/drafts";
import { eraseStore, PHONE_ACCOUNT, unsentOf } from "../shared/phone-store";
import { fill } from "../words";
import { accountWords } from "../words/account";

interface Leaving {
  everywhere: boolean;
  drafts: number;
  logs: number;
}

/** The way out, here or everywhere: it takes away what this device keeps of the person, and asks where that is all there is. */
export function useSignOut(): [(everywhere: boolean) => void, ReactNode] {
  const me = useKnownMe();
  const said = accountWords(useWords().language);
  const client = useQueryClient();
  const { notification } = App.useApp();
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const [busy, setBusy] = useState(false);
  const { id } = me.account;
  const leave = async (everywhere: boolean) => {
    setBusy(true);
    try {
      await ok(everywhere ? api.authSignOutEverywhere() : api.authSignOut());
    } catch (wrong) {
      // Out already is out; but whoever is still in must not believe otherwise.
      if (asProblem(wrong).status !== 401) {
        notification.error({ title: said.stillInTitle, description: said.stillIn, role: "alert" });
        return;
      }
    } finally {
      setBusy(false);
      setLeaving(null);
    }
    await eraseDevice(id);
    client.clear();
    forget();
  };
  const signOut = async (everywhere: boolean) => {
    // A browser that keeps nothing has nothing to ask about.
    const logs = await unsentOf(id).catch(() => 0);
    const drafts = draftsOf(id).length + logs;
    if (drafts > 0) setLeaving({ everywhere, drafts, logs });
    else await leave(everywhere);
  };
  const asked = leaving && (
    <Modal open title={said.leavingTitle} footer={null} onCancel={() => setLeaving(null)}>
      <Typography.Paragraph>{fill(said.leaving, { count: leaving.drafts })}</Typography.Paragraph>
      {leaving.logs > 0 && (
        <Typography.Paragraph>
          {fill(said.leavingLogs, { logs: leaving.logs })} <a href="/m/">{said.leavingPhone}</a>
        </Typography.Paragraph>
      )}
      <Flex gap={8} wrap justify="end">
        <Button onClick={() => setLeaving(null)}>{said.leavingStay}</Button>
        <Button danger type="primary" loading={busy} onClick={() => void leave(leaving.everywhere)}>
          {said.leavingStill}
        </Button>
      </Flex>
    </Modal>
  );
  return [(everywhere) => void signOut(everywhere), asked];
}

/** Drafts, and what the phone's pages of this browser know of the account. */
async function eraseDevice(account: string): Promise<void> {
  eraseDrafts(account);
  if (localStorage.getItem(PHONE_ACCOUNT)?.includes(account)) localStorage.removeItem(PHONE_ACCOUNT);
  await eraseStore(account).catch(() => undefined);
}
