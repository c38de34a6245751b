import {
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  Outlet,
  useParams,
} from "@tanstack/react-router";
import { ApiProblem } from "../api";
import { AfterPage } from "../rooms/after/mine";
import { FinalPage } from "../rooms/annual/comparison";
import { PanelPage } from "../rooms/annual/panel";
import { BoardPage } from "../rooms/board";
import { PersonalDataPage } from "../rooms/compliance";
import { LivePage } from "../rooms/evaluations";
import { StudentFilePage } from "../rooms/file";
import { CountersignPage } from "../rooms/heads";
import { NumbersPage } from "../rooms/numbers";
import { HoursPage } from "../rooms/outside/hours";
import { MyDataPage } from "../rooms/personal";
import { SystemPage } from "../rooms/system";
import { FeedbackPage } from "../rooms/training/feedback";
import { TeamPage } from "../rooms/training/team";
import { ListPage } from "../shared/list-page";
import { RecordPage } from "../shared/record-page";
import { Failed } from "../shared/states";
import { AccountPage } from "./account";
import { CertificateCheck, LetterCheck } from "./checks";
import { DemoMails } from "./demo-mails";
import { Home } from "./home";
import { Inbox } from "./inbox";
import { ConsentPage, InvitationPage } from "./links";
import { MailLinkPage } from "./mail-link";
import { Preferences } from "./preferences";
import { PrivacyPage } from "./privacy";
import { PublicPage } from "./public";
import { PublicCyclePage } from "./public-cycle";
import { PublicHeadsPage } from "./public-heads";
import { PublicNoticePage } from "./public-notice";
import { ResetPage } from "./reset-link";
import { ScanPage } from "./scan";
import { Shell } from "./shell";
import { SignIn } from "./sign-in";
import { SsoPage } from "./sso";
import { SsoBackPage } from "./sso-door";
import { StageTabs } from "./stage-tabs";
import { THINGS } from "./things";

const search = (given: Record<string, unknown>) => given as Record<string, string>;
const root = createRootRoute({ component: Outlet, notFoundComponent: () => <Navigate to={"/" as string} /> });
const inside = createRoute({ getParentRoute: () => root, id: "inside", component: Shell });
const home = createRoute({ getParentRoute: () => inside, path: "/", component: Home });
const inbox = createRoute({ getParentRoute: () => inside, path: "/inbox", component: Inbox });
const preferences = createRoute({
  getParentRoute: () => inside,
  path: "/preferences",
  component: Preferences,
});
const account = createRoute({ getParentRoute: () => inside, path: "/account", component: AccountPage });
const sso = createRoute({ getParentRoute: () => inside, path: "/single-sign-on", component: SsoPage });
const myData = createRoute({ getParentRoute: () => inside, path: "/my-data", component: MyDataPage });
const privacy = createRoute({ getParentRoute: () => root, path: "/privacy", component: PrivacyPage });
const demoMails = createRoute({ getParentRoute: () => inside, path: "/demo-mails", component: DemoMails });
const mailLink = createRoute({ getParentRoute: () => root, path: "/mail/$token", component: MailLinkPage });
const personalData = createRoute({
  getParentRoute: () => inside,
  path: "/personal-data",
  component: PersonalDataPage,
});
const numbers = createRoute({ getParentRoute: () => inside, path: "/numbers", component: NumbersPage });
const board = createRoute({
  getParentRoute: () => inside,
  path: "/board",
  validateSearch: search,
  component: BoardPage,
});
const system = createRoute({ getParentRoute: () => inside, path: "/status", component: SystemPage });
const team = createRoute({ getParentRoute: () => inside, path: "/team", component: TeamPage });
const after = createRoute({ getParentRoute: () => inside, path: "/after", component: AfterPage });
const feedback = createRoute({ getParentRoute: () => inside, path: "/feedback", component: FeedbackPage });
const cityPanel = createRoute({ getParentRoute: () => inside, path: "/city-panel", component: PanelPage });
const final = createRoute({ getParentRoute: () => inside, path: "/final", component: FinalPage });
const hours = createRoute({ getParentRoute: () => inside, path: "/teacher-hours", component: HoursPage });
const file = createRoute({
  getParentRoute: () => inside,
  path: "/student-files/$id",
  component: StudentFilePage,
});
const live = createRoute({
  getParentRoute: () => inside,
  path: "/midterm-sessions/$id/live",
  component: LivePage,
});
const scan = createRoute({ getParentRoute: () => inside, path: "/scan", component: ScanPage });
const scanned = createRoute({ getParentRoute: () => inside, path: "/scan/$code", component: ScanPage });
const list = createRoute({
  getParentRoute: () => inside,
  path: "/$thing",
  validateSearch: search,
  component: ThingList,
});
const record = createRoute({ getParentRoute: () => inside, path: "/$thing/$id", component: ThingRecord });
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: search,
  component: SignIn,
});
const ssoBack = createRoute({ getParentRoute: () => root, path: "/sso", component: SsoBackPage });
const open = createRoute({ getParentRoute: () => root, path: "/public", component: PublicPage });
const notice = createRoute({
  getParentRoute: () => root,
  path: "/public/notices/$id",
  component: PublicNoticePage,
});
const year = createRoute({
  getParentRoute: () => root,
  path: "/public/cycles/$code",
  component: PublicCyclePage,
});
const heads = createRoute({ getParentRoute: () => root, path: "/public/heads", component: PublicHeadsPage });
const countersign = createRoute({
  getParentRoute: () => inside,
  path: "/countersign",
  component: CountersignPage,
});
const certificate = createRoute({
  getParentRoute: () => root,
  path: "/c/$code",
  component: CertificateCheck,
});
const letter = createRoute({ getParentRoute: () => root, path: "/l/$code", component: LetterCheck });
const invitation = createRoute({ getParentRoute: () => root, path: "/i/$token", component: InvitationPage });
const reset = createRoute({ getParentRoute: () => root, path: "/r/$token", component: ResetPage });
const consent = createRoute({ getParentRoute: () => root, path: "/consent/$token", component: ConsentPage });

function useThing() {
  const { thing } = useParams({ strict: false }) as { thing?: string };
  return THINGS.find((found) => found.path === `/${thing}`);
}

function ThingList() {
  const thing = useThing();
  if (!thing) return <Failed error={new ApiProblem({ code: "not_found" }, 404)} />;
  return (
    <>
      <StageTabs thing={thing} />
      <ListPage key={thing.path} thing={thing} />
    </>
  );
}

function ThingRecord() {
  const thing = useThing();
  const { id } = useParams({ strict: false }) as { id: string };
  if (!thing?.get) return <Failed error={new ApiProblem({ code: "not_found" }, 404)} />;
  return <RecordPage key={id} thing={thing} id={id} />;
}

export const router = createRouter({
  routeTree: root.addChildren([
    inside.addChildren([
      home,
      inbox,
      preferences,
      account,
      sso,
      myData,
      demoMails,
      board,
      system,
      hours,
      team,
      feedback,
      final,
      after,
      cityPanel,
      countersign,
      file,
      numbers,
      personalData,
      live,
      scan,
      scanned,
      list,
      record,
    ]),
    signIn,
    ssoBack,
    open,
    notice,
    year,
    heads,
    certificate,
    letter,
    invitation,
    reset,
    consent,
    mailLink,
    privacy,
  ]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
