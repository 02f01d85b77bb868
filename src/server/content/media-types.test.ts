import { describe, expect, it } from "vitest";
import { mediaTypeOf } from "./media-types.ts";

const kind = (name: string, head: string | Buffer): string => mediaTypeOf(name, Buffer.from(head as string)).kind;

describe("what a file is taken for", () => {
  it("goes by its first bytes, whatever it is called", () => {
    expect(mediaTypeOf("page.html", Buffer.from("89504e470d0a1a0a00", "hex"))).toMatchObject({
      mediaType: "image/png",
      shown: "plain",
    });
    expect(kind("a.png", Buffer.from([0xff, 0xd8, 0xff, 0]))).toBe("image");
    expect(kind("a", "GIF89a\0")).toBe("image");
    expect(kind("a", "RIFF\0\0\0\0WEBPVP8 ")).toBe("image");
    expect(kind("picture.png", "<script>alert(1)</script>")).toBe("text");
    expect(kind("table.csv", "a\0b")).toBe("binary");
  });

  it.each([
    ["report.html", "x"],
    ["REPORT.HTM", "x"],
    ["chart.svg", "<svg/>"],
    ["chart.txt", '<?xml version="1.0"?>\n<svg onload="x">'],
    ["chart", "<!-- hi --><svg>"],
    ["page.png", "  <!DOCTYPE HTML><p>"],
  ])("takes %s, which may hold scripts, for a page", (name, head) => {
    expect(mediaTypeOf(name, Buffer.from(head))).toMatchObject({ kind: "page", shown: "page" });
  });

  it("takes text with some broken bytes for text, and mostly broken bytes for none", () => {
    expect(kind("log", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("text ".repeat(20))]))).toBe("text");
    expect(kind("weights", Buffer.from(Array.from({ length: 200 }, (_, i) => 0x80 + (i % 0x40))))).toBe("binary");
    expect(kind("empty", "")).toBe("text");
  });
});
