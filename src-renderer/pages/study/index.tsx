import { Page } from "../../parts/page.tsx";

export default function StudyPage() {
  return <Page title="Study">{null}</Page>;
}
