import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeNpy, encodeNpy, readNpy, writeNpy } from "./npy.ts";

const arrays = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((a, b) => a * b, 1);
  return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ shape, data }));
});

/** A file as NumPy 1.x writes it: np.save(f, np.arange(3, dtype='<f4')). */
function numpyBytes(dict: string, numbers: number): Uint8Array {
  const header = `${dict.padEnd(117)}\n`;
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from("NUMPY\x01\x00", "latin1"),
    Buffer.from([header.length, 0]),
    Buffer.from(header, "latin1"),
    Buffer.from(Float32Array.from({ length: numbers }, (_, i) => i).buffer),
  ]);
}

function refused(bytes: Uint8Array, why: RegExp): void {
  expect(() => decodeNpy(bytes, "some/x.npy")).toThrow(why);
  expect(() => decodeNpy(bytes, "some/x.npy")).toThrow(/some\/x\.npy/);
}

describe(".npy", () => {
  it("gives back shape and numbers, NaN and -0 included", () => {
    fc.assert(
      fc.property(arrays, (array) => {
        const bytes = encodeNpy(array);
        expect(decodeNpy(bytes, "x.npy")).toEqual(array);
        expect((bytes.length - array.data.length * 4) % 64).toBe(0);
      }),
      { seed: 1 },
    );
  });

  it("reads what NumPy writes", () => {
    const bytes = numpyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 3);
    expect(decodeNpy(bytes, "x.npy")).toEqual({ shape: [3], data: Float32Array.of(0, 1, 2) });
  });

  it("refuses other types, orders, versions, sizes and headers, naming the file", () => {
    refused(numpyBytes("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", 6), /<f8/);
    refused(numpyBytes("{'descr': '<f4', 'fortran_order': True, 'shape': (3,), }", 3), /Fortran/);
    refused(numpyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", 3), /16 bytes and 12/);
    refused(numpyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 3), /8 bytes and 12/);
    refused(numpyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 999999999), }", 3), /1 GiB/);
    refused(numpyBytes("{'shape': (3,)}", 3), /malformed/);
    const newer = numpyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 3);
    newer[6] = 2;
    refused(newer, /version 1\.0/);
    refused(newer.subarray(0, 5), /version 1\.0/);
    newer[6] = 1;
    refused(newer.subarray(0, 50), /inside its header/);
    expect(() => encodeNpy({ shape: [2, 2], data: new Float32Array(3) })).toThrow(/\(2, 2\)/);
  });

  it("survives any damage with a number of numbers that fits, or one sentence", () => {
    const whole = encodeNpy({ shape: [2, 3], data: new Float32Array(6) });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }))),
        (changes) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          try {
            const { shape, data } = decodeNpy(bytes, "x.npy");
            expect(shape.reduce((a, b) => a * b, 1)).toBe(data.length);
          } catch (error) {
            expect(error).toMatchObject({ code: "file-unreadable" });
          }
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  it("goes through a file, and names a missing one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "apexlab-npy-"));
    const path = join(folder, "flow.npy");
    const array = { shape: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4) };
    await writeNpy(path, array);
    expect(await readNpy(path)).toEqual(array);
    writeFileSync(path, "");
    await expect(readNpy(path)).rejects.toThrow(path);
    rmSync(folder, { recursive: true });
    await expect(readNpy(path)).rejects.toMatchObject({ code: "file-missing" });
  });
});
