package dev.farsight.parquet.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.parquet.example.data.Group;

/** Random rows with all kinds of columns, which are written as Parquet and as csv. */
final class RandomRows {

  static final String SCHEMA =
      """
      required boolean label;
      optional int64 visits;
      optional double price;
      optional int32 user;
      optional binary shop (STRING);
      optional group seen (LIST) { repeated group list { optional int64 element; } }
      required group scores (LIST) { repeated group list { optional double element; } }
      optional group tags (LIST) { repeated group list { required binary element (STRING); } }
      """;

  private static final String HEADER = "label,visits,price,user,shop,seen,scores,tags\n";

  /** For csv with a separator, for parquet without. */
  private static final String SETTINGS =
      """
      %s {
        on-long-bag = truncate
        dense = [{ column = visits, buckets = true }, { column = price, transform = standard, buckets = true }]
        categorical = [
          { column = user, rows = 50, kind = integer, min-count = 3 }
          { column = shop, rows = 30, kind = string }
          { column = seen, rows = 40, kind = integer, max-lookups = 4, weights = scores, padding = "7" %s }
          { column = tags, rows = 20, kind = string, max-lookups = 6, pooling = mean %s }
        ]
      }
      """;

  /** A null is a missing value, or list. */
  private record Row(
      boolean label,
      Long visits,
      Double price,
      Integer user,
      String shop,
      List<Long> seen,
      List<Double> scores,
      List<String> tags) {}

  private final List<Row> rows = new ArrayList<>();

  RandomRows(int count, long seed) {
    var random = new SplittableRandom(seed);
    for (int r = 0; r < count; r++) {
      rows.add(row(random));
    }
  }

  private static Row row(SplittableRandom random) {
    List<Long> seen = random.nextInt(6) == 0 ? null : new ArrayList<>();
    var scores = new ArrayList<Double>();
    for (int i = random.nextInt(7); i > 0 && seen != null; i--) {
      seen.add(random.nextInt(5) == 0 ? null : (Long) random.nextLong(-5, 12));
      scores.add(random.nextInt(9) / 4.0 - 1);
    }
    // As csv has it, a list of nothing but one missing value is an empty one.
    if (seen != null && seen.size() == 1 && seen.get(0) == null) {
      seen.set(0, random.nextLong());
    }
    List<String> tags = random.nextInt(6) == 0 ? null : new ArrayList<>();
    for (int i = random.nextInt(5); i > 0 && tags != null; i--) {
      tags.add(random.nextInt(5) == 0 ? "" : "tag \u00e9" + random.nextInt(30));
    }
    return new Row(
        random.nextBoolean(),
        random.nextInt(5) == 0 ? null : (Long) random.nextLong(-3, 5_000),
        random.nextInt(5) == 0
            ? null
            : (Double) (random.nextDouble() * Math.pow(10, random.nextInt(-9, 9))),
        random.nextInt(5) == 0
            ? null
            : (Integer) random.nextInt(random.nextBoolean() ? 9 : 1 << 30),
        random.nextInt(5) == 0 ? null : "shop" + random.nextInt(60),
        seen,
        scores,
        tags);
  }

  /** The setting {@code path} and the columns, for the source {@code parquet}. */
  String parquet(WrittenFile how, Path folder, int files) throws IOException {
    Files.createDirectories(folder);
    for (int f = 0; f < files; f++) {
      List<Consumer<Group>> some = part(f, files).stream().map(RandomRows::filler).toList();
      how.write(folder.resolve("part-" + f + ".parquet"), SCHEMA, some);
    }
    Files.writeString(folder.resolve("_SUCCESS"), "");
    Files.writeString(folder.resolve(".part-0.parquet.crc"), "crc");
    return path(folder) + SETTINGS.formatted("parquet", "", "");
  }

  /** The setting {@code path} and the columns, for the source {@code csv}. */
  String csv(Path folder) throws IOException {
    Files.createDirectories(folder);
    String text = rows.stream().map(RandomRows::line).collect(Collectors.joining("", HEADER, ""));
    Path file = Files.writeString(folder.resolve("rows.csv"), text);
    String separator = ", separator = \"|\"";
    return path(file) + SETTINGS.formatted("csv", separator, separator);
  }

  private static String path(Path path) {
    return "path = \"" + path + "\"\n";
  }

  private List<Row> part(int number, int parts) {
    return rows.subList(rows.size() * number / parts, rows.size() * (number + 1) / parts);
  }

  private static Consumer<Group> filler(Row row) {
    return group -> fill(row, group);
  }

  private static void fill(Row row, Group into) {
    into.append("label", row.label());
    if (row.visits() != null) {
      into.append("visits", row.visits());
    }
    if (row.price() != null) {
      into.append("price", row.price());
    }
    if (row.user() != null) {
      into.append("user", row.user());
    }
    if (row.shop() != null) {
      into.append("shop", row.shop());
    }
    if (row.seen() != null) {
      Group seen = into.addGroup("seen");
      for (Long value : row.seen()) {
        Group element = seen.addGroup("list");
        if (value != null) {
          element.append("element", value);
        }
      }
    }
    Group scores = into.addGroup("scores");
    row.scores().forEach(value -> scores.addGroup("list").append("element", value));
    if (row.tags() != null) {
      Group tags = into.addGroup("tags");
      row.tags().forEach(value -> tags.addGroup("list").append("element", value));
    }
  }

  private static String line(Row row) {
    return String.join(
            ",",
            row.label() ? "1" : "0",
            text(row.visits()),
            text(row.price()),
            text(row.user()),
            text(row.shop()),
            joined(row.seen()),
            joined(row.scores()),
            joined(row.tags()))
        + "\n";
  }

  private static String joined(List<?> values) {
    return values == null
        ? ""
        : values.stream().map(RandomRows::text).collect(Collectors.joining("|"));
  }

  private static String text(Object value) {
    return value == null ? "" : value.toString();
  }
}
