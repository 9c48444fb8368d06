import { Modal } from "@mantine/core";
import { KEY_GROUPS } from "../lib/keys/all.ts";
import { useKeyboard } from "../lib/keys/keys.tsx";
import { KeyCaps } from "../parts/key-caps.tsx";
import classes from "./key-sheet.module.css";

/** The keys that work where the user is now. */
export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { active, keysOf } = useKeyboard();
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size={680} closeButtonProps={{ "aria-label": "Close" }}>
      <div className={classes.groups}>
        {KEY_GROUPS.filter(({ where }) => active.has(where)).map(({ where, actions }) => (
          <section key={where} className={classes.group}>
            <h3>{where}</h3>
            <dl>
              {Object.entries(actions).map(([action, { does }]) => (
                <div key={action} className={classes.row}>
                  <dt>{does}</dt>
                  <dd>
                    <KeyCaps keys={keysOf(action)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
