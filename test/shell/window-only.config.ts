/** The shell alone, as electron.vite.config.ts builds it, without the page: what its tests start. */
import config from "../../electron.vite.config.ts";

const { main, preload } = config;

export default { main, preload };
