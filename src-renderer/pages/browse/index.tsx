import { Page } from "../../parts/page.tsx";

export default function BrowsePage() {
  return <Page title="Browse">{null}</Page>;
}
