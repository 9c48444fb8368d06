/** The browser's door: who is let in, and what nobody gets, however they ask. Each attack is followed by an honest call. */
import { once } from "node:events";
import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writeFramedStudy } from "./framed-study.ts";
import { OpenHost } from "./open-host.ts";

let root = "";
let host: OpenHost;
const SECRET = "nobody may read this";

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-door-"));
  const page = path.join(root, "page");
  await mkdir(path.join(page, "assets"), { recursive: true });
  await writeFile(path.join(root, "secret.html"), SECRET);
  await writeFile(
    path.join(page, "index.html"),
    '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__" /><script type="module" src="./assets/x.js"></script>',
  );
  await writeFile(path.join(page, "assets", "x.js"), "export {};");
  await symlink(path.join(root, "secret.html"), path.join(page, "link.html"));
  await symlink(root, path.join(page, "up"));
  host = await OpenHost.start(path.join(root, "study"), { args: ["--page", page] });
  const manifest = await writeFramedStudy(path.join(root, "data"), { datasets: ["a"] });
  await host.calls.study.import.mutate({ path: manifest, as: "manifest" });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});
afterEach(async () => {
  const honest = await host.ask({ path: "/trpc/about" });
  expect(honest.status).toBe(200);
});

const codeOf = (body: Buffer) => JSON.parse(body.toString()).error.data.fault.code;

describe("the one-time code", () => {
  it("opens the door once, for a cookie that no script reads and no other site sends", async () => {
    await using fresh = await OpenHost.start(path.join(root, "fresh"), { enter: false });
    const first = await fresh.enter();
    expect([first.status, first.headers["location"]]).toEqual([303, "/"]);
    expect(first.headers["set-cookie"]).toEqual([expect.stringMatching(/; Path=\/; HttpOnly; SameSite=Strict$/)]);
    expect((await fresh.ask({ path: "/trpc/about" })).status).toBe(200);
    const { pathname, search } = new URL(fresh.address);
    const second = await fresh.ask({ path: pathname + search, headers: { cookie: "" } });
    expect([second.status, second.headers["set-cookie"]]).toEqual([403, undefined]);
    expect(second.body.toString()).toContain("was used before");
    // The window that is inside may be reloaded with it.
    expect((await fresh.ask({ path: pathname + search })).status).toBe(303);
  });

  it.each(["", "x", "%00", "a".repeat(5000)])("refuses a guessed code %#", async (code) => {
    const answer = await host.ask({ path: `/?code=${code}`, headers: { cookie: "" } });
    expect([answer.status, answer.headers["set-cookie"]]).toEqual([403, undefined]);
  });
});

describe("refused before anything is looked at", () => {
  const asked = { path: "/trpc/study.overview" };
  const cases: Record<string, () => Record<string, string>> = {
    "no cookie": () => ({ cookie: "" }),
    "a wrong cookie": () => ({ cookie: `${host.cookie}x` }),
    "a cookie of another name": () => ({ cookie: host.cookie.replace("apexlab", "other") }),
    "a foreign Host (DNS rebinding)": () => ({ host: `evil.example:${new URL(host.origin).port}` }),
    "localhost as Host": () => ({ host: `localhost:${new URL(host.origin).port}` }),
    "a Host without port": () => ({ host: "127.0.0.1" }),
    "a foreign Origin": () => ({ origin: "https://evil.example" }),
    "another port's Origin": () => ({ origin: "http://127.0.0.1:1" }),
    "the Origin null": () => ({ origin: "null" }),
    "a request that another site's page makes": () => ({ "sec-fetch-site": "cross-site" }),
    "a request that another port's page makes": () => ({ "sec-fetch-site": "same-site" }),
  };
  it.each(Object.keys(cases))("%s", async (name) => {
    for (const place of ["/trpc/study.overview", "/picture/apex?dataset=a&subject=p0&clip=c0", "/", "/assets/x.js"]) {
      const answer = await host.ask({ ...asked, path: place, headers: cases[name]() });
      expect(answer.status).toBe(403);
      expect(answer.body.toString()).not.toContain("__CSP_NONCE__");
      expect(answer.headers["content-security-policy"]).toBeDefined();
    }
    const changing = await host.ask({ method: "POST", path: "/trpc/settings.set", headers: cases[name](), body: "{}" });
    expect([changing.status, codeOf(changing.body)]).toEqual([403, "refused"]);
  });

  it("a change that does not say where it comes from", async () => {
    const body = JSON.stringify({ theme: "dark" });
    const changing = await host.ask({ method: "POST", path: "/trpc/settings.set", headers: { origin: "" }, body });
    expect([changing.status, codeOf(changing.body)]).toEqual([403, "refused"]);
    expect((await host.calls.settings.get.query()).theme).toBe("system");
  });

  it("a wrong token on the socket", async () => {
    const answer = await fetchSocket(
      host.socket,
      "GET /trpc/about HTTP/1.1\r\nhost: x\r\nauthorization: Bearer no\r\nconnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1.1 403 .*"refused"/s);
  });

  it("every address of this machine but 127.0.0.1", async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others)
      await expect(
        new Promise((resolve, reject) => {
          connect(Number(new URL(host.origin).port), address)
            .on("connect", resolve)
            .on("error", reject);
        }),
      ).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("the page", () => {
  it("lives under a strict policy with a new nonce each time", async () => {
    const nonces = [];
    for (let i = 0; i < 2; i++) {
      const answer = await host.ask({});
      const policy = String(answer.headers["content-security-policy"]);
      const [, nonce] = /'nonce-([^']+)'/.exec(policy) ?? [];
      expect(answer.body.toString()).toContain(`content="${nonce}"`);
      expect(policy.replace(nonce, "N")).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      nonces.push(nonce);
    }
    expect(new Set(nonces).size).toBe(2);
    const script = await host.ask({ path: "/assets/x.js" });
    expect([script.status, script.headers["content-type"]]).toEqual([200, "text/javascript; charset=utf-8"]);
  });
});

describe("no address leads out", () => {
  const climbs = [
    "../secret.html",
    "..%2fsecret.html",
    "%2e%2e/secret.html",
    "%2e%2e%2fsecret.html",
    "..%5csecret.html",
    "..\\secret.html",
  ];
  const odd = ["%00", "x%00.html", "%ff%fe", "//evil.example/", "/etc/passwd", "C:/Windows/win.ini"];
  const places = [
    ...[...climbs, ...odd, "link.html", "up/secret.html", "./../secret.html"].flatMap((name) => [
      `/${name}`,
      `/assets/${name}`,
    ]),
    ...[...climbs, ...odd].flatMap((name) => [
      `/picture/${name}`,
      `/picture/apex?dataset=${name}&subject=p0&clip=c0`,
      `/picture/frame?dataset=a&subject=p0&clip=c0&frame=${name}`,
      `/trpc/${name}`,
    ]),
  ];
  it("of the page, of pictures, of calls", async () => {
    for (const place of places) {
      const answer = await host.ask({ path: place });
      expect([place, [400, 404].includes(answer.status)]).toEqual([place, true]);
      expect(answer.body.toString()).not.toContain(SECRET);
      expect(answer.body.toString()).not.toContain("root:");
    }
  });

  it("nor a whole address in the request line, nor a request that is none", async () => {
    const port = Number(new URL(host.origin).port);
    const lines = [
      "GET http://evil.example/secret.html HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
      "GET /\0 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
      "CONNECT evil.example:80 HTTP/1.1\r\nhost: x\r\n\r\n",
      "TRACE / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
      "GET / HTTP/1.1\r\nconnection: close\r\n\r\n",
      `GET /${"a".repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    ];
    for (const line of lines) expect(await fetchSocket(port, line)).not.toMatch(/^HTTP\/1.1 [23]/);
  });
});

describe("calls that are none", () => {
  const cases: [
    string,
    { path: string; method?: string; body?: string | Buffer; headers?: Record<string, string> },
    number,
  ][] = [
    ["malformed JSON", { method: "POST", path: "/trpc/settings.set", body: "{" }, 400],
    ["JSON of another shape", { method: "POST", path: "/trpc/settings.set", body: '{"theme":7}' }, 400],
    [
      "no JSON at all",
      { method: "POST", path: "/trpc/settings.set", body: "a=b", headers: { "content-type": "text/plain" } },
      415,
    ],
    ["malformed input", { path: "/trpc/samples.get?input=%7B" }, 400],
    ["an unknown procedure", { path: "/trpc/samples.steal" }, 404],
    ["a procedure of the prototype", { path: "/trpc/__proto__.toString" }, 404],
    ["a change by GET", { path: "/trpc/study.demo?input=%7B%7D" }, 405],
    ["a body over the limit", { method: "POST", path: "/trpc/settings.set", body: Buffer.alloc(2_000_000, " ") }, 413],
    [
      "a body over the limit, said beforehand",
      { method: "POST", path: "/trpc/x", headers: { "content-length": "99999999999" }, body: "" },
      413,
    ],
    ["too many calls at once", { path: `/trpc/${Array.from({ length: 500 }, () => "about").join(",")}?batch=1` }, 400],
    ["another method", { method: "DELETE", path: "/trpc/about" }, 405],
    ["writing to a picture", { method: "POST", path: "/picture/apex", body: "x" }, 405],
    [
      "a sample that does not exist",
      { path: `/trpc/samples.get?input=${encodeURIComponent('{"dataset":"a","subject":"p0","clip":"gone"}')}` },
      404,
    ],
    ["a run that does not exist", { path: `/trpc/runs.get?input=${encodeURIComponent('{"run":"gone"}')}` }, 404],
    ["a task that does not exist", { method: "POST", path: "/trpc/tasks.cancel", body: '{"id":"gone"}' }, 404],
    [
      "a dataset that does not exist",
      {
        method: "POST",
        path: "/trpc/study.setLabels",
        body: '{"dataset":"gone","labels":"paper","was":{"kind":"preset","name":"paper"}}',
      },
      404,
    ],
    [
      "a labels file that does not exist",
      { path: `/trpc/study.presetEffect?input=${encodeURIComponent('{"dataset":"a","labels":"/gone.json"}')}` },
      404,
    ],
  ];
  it.each(cases)("%s", async (_name, asked, status) => {
    const headers = { ...(asked.method === "POST" ? { "content-type": "application/json" } : {}), ...asked.headers };
    const answer = await host.ask({ ...asked, headers });
    expect(answer.status).toBe(status);
    const { error } = JSON.parse(answer.body.toString());
    expect(error.data.fault).toEqual({
      code: expect.any(String),
      message: expect.stringMatching(/\w/),
      place: expect.anything(),
    });
    expect(error.data.fault.code).not.toBe("internal");
    expect(JSON.stringify(error)).not.toContain("node_modules"); // no stack
  });

  it.each([
    ["said beforehand", 3_000_000, 1000],
    ["only seen as it comes", null, 1_500_000],
  ])(
    "a body over the limit, %s: its caller has the answer, and may still send the rest",
    async (_name, length, first) => {
      const socket = connect(Number(new URL(host.origin).port), "127.0.0.1").setEncoding("latin1");
      const closed = read(socket);
      const answered = once(socket, "data");
      const size = length === null ? "transfer-encoding: chunked" : `content-length: ${length}`;
      const part = (bytes: number) =>
        length === null ? `${bytes.toString(16)}\r\n${" ".repeat(bytes)}\r\n` : " ".repeat(bytes);
      socket.write(`POST /trpc/settings.set HTTP/1.1\r\nhost: x\r\n${size}\r\n\r\n${part(first)}`);
      await answered;
      for (let sent = first; sent < 3_000_000; sent += 500_000) {
        await new Promise((resolve, reject) => {
          socket.write(part(Math.min(500_000, 3_000_000 - sent)), (error) => (error ? reject(error) : resolve(null)));
        });
      }
      if (length === null) socket.write("0\r\n\r\n");
      expect(await closed).toMatch(/^HTTP\/1.1 413 .*"usage"/s);
    },
  );
});

/** All that the other side has said when it closes. */
function read(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    socket.on("data", (part) => (said += String(part)));
    socket.on("error", reject).on("close", () => resolve(said));
  });
}

/** Bytes as they are, to a port of this machine or a socket; what comes back until the other side closes. */
function fetchSocket(place: number | string, text: string): Promise<string> {
  const socket = typeof place === "number" ? connect(place, "127.0.0.1") : connect(place);
  const closed = read(socket.setEncoding("latin1"));
  socket.write(text);
  return closed;
}
