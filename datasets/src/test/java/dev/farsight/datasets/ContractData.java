package dev.farsight.datasets;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** Files that the data source contract reads: rows drawn from a seed. */
public final class ContractData {

  /** Not a multiple of the contract's batches. */
  private static final int ROWS = 519;

  private ContractData() {}

  /** Rows drawn from a seed, one a line. */
  public static String rows(long seed, Function<Random, String> row) {
    var random = new Random(seed);
    return IntStream.range(0, ROWS)
        .mapToObj(r -> row.apply(random) + "\n")
        .collect(Collectors.joining());
  }

  /** The same rows, some of them malformed. */
  public static String spoilt(String rows) {
    var random = new Random(99);
    return rows.lines()
        .map(row -> random.nextInt(20) == 0 ? row + "!" : row)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** A value that many samples have, or none now and then. */
  public static String value(Random random, int most, String format) {
    int value = random.nextInt(1 + random.nextInt(most));
    return random.nextInt(8) == 0 ? "" : format.formatted(value);
  }

  /** Values of a bag, some of them empty. */
  public static String bag(Random random, int most, int values) {
    return IntStream.range(0, random.nextInt(values + 1))
        .mapToObj(i -> value(random, most, "%d"))
        .collect(Collectors.joining("|"));
  }

  /** Writes a file; returns the setting {@code path}. */
  public static String file(Path folder, String name, String text) throws IOException {
    return path(Files.writeString(folder.resolve(name), text));
  }

  /** Writes three files, two of them compressed; returns the setting {@code path}. */
  public static String files(Path folder, String header, String rows) throws IOException {
    List<String> lines = rows.lines().toList();
    Path plain = folder.resolve("a");
    Path gzip = folder.resolve("b.gz");
    Path zstd = folder.resolve("c.zst");
    write(Files.newOutputStream(plain), header, lines.subList(0, 300));
    write(new GZIPOutputStream(Files.newOutputStream(gzip)), header, lines.subList(300, 301));
    write(
        new ZstdOutputStream(Files.newOutputStream(zstd)),
        header,
        lines.subList(301, lines.size()));
    return path(plain, gzip, zstd);
  }

  private static void write(OutputStream to, String header, List<String> lines) throws IOException {
    try (to) {
      to.write((header + String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Writes a pipe from a process; returns the setting {@code path}. */
  public static String pipe(Path folder, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), text);
    try {
      Path pipe = Pipe.make(folder.resolve("pipe"));
      // The reader may leave early.
      Pipe.bash("cat \"$1\" >\"$2\" 2>/dev/null", file, pipe);
      return path(pipe);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String path(Path... files) {
    return List.of(files).stream()
        .map(file -> "\"" + file + "\"")
        .collect(Collectors.joining(", ", "path = [", "]\n"));
  }
}
