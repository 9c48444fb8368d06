import { ActionIcon, Button, Modal } from "@mantine/core";
import { IconArrowUp, IconFileSpreadsheet, IconFolder } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Browsed } from "../../../src-main/contract/api/app.ts";
import { host } from "../../lib/host/client.ts";
import { FaultNotice } from "../asked.tsx";
import classes from "./path-dialog.module.css";

/** A folder; a table; either, as a release is a folder and a manifest is a table; a file of a network's weights. */
export type Wanted = "folder" | "file" | "either" | "weights";

/** Endings of the files that are meant; without dots. */
export const ENDINGS: Readonly<Record<Exclude<Wanted, "folder">, readonly string[]>> = {
  file: ["csv", "tsv", "txt", "xls", "xlsx", "json"],
  either: ["csv", "tsv", "txt", "xls", "xlsx", "json"],
  weights: ["safetensors", "pth", "pt"],
};

interface PathDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly wanted: Wanted;
  /** What the field holds: where to begin. */
  readonly start: string;
  readonly onClose: () => void;
  readonly onChoose: (path: string) => void;
}

/** Folders and tables of the host's machine, for windows without a dialog of the system. */
export function PathDialog({ opened, title, onClose, ...rest }: PathDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={600} closeButtonProps={{ "aria-label": "Close" }}>
      <Chooser {...rest} />
    </Modal>
  );
}

function Chooser({ wanted, start, onChoose }: Omit<PathDialogProps, "opened" | "title" | "onClose">) {
  const [folder, setFolder] = useState<string | null>(start === "" ? null : start);
  const [file, setFile] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ["machine", "browse", folder],
    queryFn: ({ signal }) => host.workspace.browse.query({ folder }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: 0,
  });
  const enter = (next: string | null) => {
    setFolder(next);
    setFile(null);
  };
  if (query.error !== null && query.data === undefined)
    return <FaultNotice error={query.error} onRetry={() => enter(null)} />;
  const { data } = query;
  const chosen = data === undefined ? null : file === null ? data.folder : joined(data.folder, file);
  const ready = wanted === "folder" || file !== null || (wanted === "either" && data !== undefined);
  return (
    <>
      <div className={classes.where}>
        <ActionIcon
          aria-label="Up to the folder above"
          disabled={data === undefined || data.parent === null}
          onClick={() => data !== undefined && enter(data.parent)}
        >
          <IconArrowUp size={18} stroke={1.6} />
        </ActionIcon>
        <span className={classes.folder}>
          <bdi>{data?.folder ?? ""}</bdi>
        </span>
      </div>
      {query.error !== null && <FaultNotice error={query.error} />}
      <Entries
        data={data}
        endings={wanted === "folder" ? [] : ENDINGS[wanted]}
        file={file}
        onEnter={enter}
        onFile={setFile}
      />
      <div className={classes.foot}>
        <span className={classes.told}>{data?.study === true && "This folder holds a study."}</span>
        <Button disabled={!ready || chosen === null} onClick={() => chosen !== null && onChoose(chosen)}>
          {file === null && (wanted === "folder" || wanted === "either") ? "Choose this folder" : "Choose this file"}
        </Button>
      </div>
    </>
  );
}

interface EntriesProps {
  readonly data: Browsed | undefined;
  /** Of the files that are shown. */
  readonly endings: readonly string[];
  readonly file: string | null;
  readonly onEnter: (folder: string) => void;
  readonly onFile: (file: string) => void;
}

function Entries({ data, endings, file, onEnter, onFile }: EntriesProps) {
  const files = (data?.files ?? []).filter((name) =>
    endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`)),
  );
  const shown = (data?.folders.length ?? 0) + files.length;
  return (
    <ul className={classes.list} aria-label="Folders and files" aria-busy={data === undefined}>
      {data?.folders.map((name) => (
        <li key={`d ${name}`}>
          <button type="button" className={classes.entry} onClick={() => onEnter(joined(data.folder, name))}>
            <IconFolder size={18} stroke={1.6} aria-hidden />
            {name}
          </button>
        </li>
      ))}
      {files.map((name) => (
        <li key={`f ${name}`}>
          <button type="button" className={classes.entry} aria-pressed={file === name} onClick={() => onFile(name)}>
            <IconFileSpreadsheet size={18} stroke={1.6} aria-hidden />
            {name}
          </button>
        </li>
      ))}
      {data !== undefined && shown === 0 && (
        <li className={classes.hint}>
          {endings.length > 0 ? "No folders and no such files here." : "No folders here."}
        </li>
      )}
    </ul>
  );
}

/** The host may be on Windows: its own separator is in the folder's path. */
function joined(folder: string, name: string): string {
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}
