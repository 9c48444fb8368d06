import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { Notice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";

interface Props {
  readonly page: string;
  readonly children: ReactNode;
}

/** A fault of a page's own code shows a sentence in its place; the rail and the other pages go on. */
export class PageBoundary extends Component<Props, { fault: Error | null }> {
  override state = { fault: null as Error | null };

  static getDerivedStateFromError(fault: unknown) {
    return { fault: fault instanceof Error ? fault : new Error(String(fault)) };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <Page title={this.props.page}>
        <Notice
          kind="fault"
          title={`${this.props.page} could not be shown`}
          action={
            <Button variant="default" onClick={() => this.setState({ fault: null })}>
              Show it again
            </Button>
          }
        >
          This is a fault of Apexlab, and nothing of your study was lost: {fault.message}
        </Notice>
      </Page>
    );
  }
}
