package dev.farsight.reading.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;

/** Formats of files that are often handed over as text and are none, so that they are named. */
enum ForeignFormat {
  ZIP("PK\3\4", 0, "a zip archive", "unpack it"),
  EMPTY_ZIP("PK\5\6", 0, "an empty zip archive", "nothing can be read from it"),
  TAR("ustar", 257, "a tar archive", "unpack it"),
  SEVEN_ZIP("7z\u00bc\u00af'\u001c", 0, "a 7z archive", "unpack it"),
  RAR("Rar!\u001a\7", 0, "a rar archive", "unpack it"),
  LZ4("\4\"M\u0018", 0, "lz4 data", "unpack it, or use zstd"),
  PARQUET("PAR1", 0, "a Parquet file", "read it with data.source = parquet"),
  ORC("ORC\u0011", 0, "an ORC file", "convert it to parquet or csv"),
  ARROW("ARROW1\0\0", 0, "an Arrow (Feather) file", "convert it to parquet or csv"),
  AVRO("Obj\1", 0, "an Avro file", "convert it to parquet or csv");

  /** So many bytes tell all formats. */
  static final int START = 257 + 5;

  @SuppressWarnings("ImmutableEnumChecker") // never handed out
  private final byte[] magic;

  private final int offset;
  private final String what;
  private final String advice;

  ForeignFormat(String magic, int offset, String what, String advice) {
    this.magic = magic.getBytes(ISO_8859_1);
    this.offset = offset;
    this.what = what;
    this.advice = advice;
  }

  /** What is wrong with a file that begins so; empty if it is of none of these formats. */
  static Optional<String> complaint(byte[] start) {
    return Arrays.stream(values())
        .filter(format -> format.begins(start))
        .map(format -> "is " + format.what + ", which is no text; " + format.advice)
        .findFirst();
  }

  private boolean begins(byte[] start) {
    int end = offset + magic.length;
    return start.length >= end && Arrays.equals(magic, 0, magic.length, start, offset, end);
  }
}
