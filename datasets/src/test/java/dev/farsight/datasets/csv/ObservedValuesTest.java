package dev.farsight.datasets.csv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Pipe;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.reading.RowIndexRule;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Observers see what a few lines of Strings find in the files. */
@Timeout(120)
class ObservedValuesTest {

  private static final CsvFactory CSV = new CsvFactory();
  private static final String COLUMNS =
      """
      csv {
        dense = [{ column = x, transform = [log, standard] }, { column = y, transform = none, buckets = true }]
        categorical = [
          { column = h, rows = 7, kind = hex, min-count = 2 }
          { column = i, rows = 5, kind = integer }
          { column = s, rows = 3, kind = string }
          { column = bag, rows = 4, kind = string, separator = "|", max-lookups = 3, padding = p, weights = w }
        ]
        on-long-bag = truncate
      }
      on-bad-row = skip
      """;

  @TempDir Path folder;

  /** Counts what each thread tells, and that no two threads share an object. */
  private static final class Seen implements ValueObserver {

    final Map<String, Integer> counts = new ConcurrentHashMap<>();
    final AtomicInteger threads = new AtomicInteger();

    @Override
    public Values values() {
      threads.incrementAndGet();
      return new Values() {
        @Override
        public void dense(int column, double value) {
          add("dense " + column + " " + value);
        }

        @Override
        public void categorical(int feature, long value) {
          add("feature " + feature + " " + Long.toUnsignedString(value));
        }

        @Override
        public void missing(int feature) {
          add("feature " + feature + " missing");
        }
      };
    }

    private void add(String what) {
      counts.merge(what, 1, Integer::sum);
    }
  }

  private static String text(long hash) {
    return Long.toUnsignedString(hash);
  }

  private static String hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return text(RowIndexRule.hash(bytes, 0, bytes.length));
  }

  /** What is to be seen of a well-formed row {@code label,x,y,h,i,s,bag,w}. */
  private static List<String> expected(String[] row) {
    var seen = new ArrayList<String>();
    seen.add("dense 0 " + (row[1].isEmpty() ? Double.NaN : Double.parseDouble(row[1])));
    seen.add("dense 1 " + (row[2].isEmpty() ? Double.NaN : Double.parseDouble(row[2])));
    seen.add("feature 0 " + (row[3].isEmpty() ? "missing" : new BigInteger(row[3], 16)));
    seen.add(
        "feature 1 "
            + (row[4].isEmpty()
                ? "missing"
                : new BigInteger(row[4]).mod(BigInteger.ONE.shiftLeft(64))));
    seen.add("feature 2 " + (row[5].isEmpty() ? "missing" : hash(row[5])));
    List<String> values =
        Stream.of(row[6].split("\\|"))
            .filter(value -> !value.isEmpty() && !value.equals("p"))
            .limit(3)
            .toList();
    values.forEach(value -> seen.add("feature 3 " + hash(value)));
    if (values.isEmpty()) {
      seen.add("feature 3 missing");
    }
    double y = row[2].isEmpty() ? 0 : Double.parseDouble(row[2]);
    seen.add("feature 4 " + (row[2].isEmpty() ? "missing" : "" + (int) (17 + y)));
    return seen;
  }

  private static String[] row(SplittableRandom random) {
    int values = random.nextInt(6);
    String[] parts = new String[values];
    Arrays.setAll(parts, v -> List.of("a", "b", "", "p", "long").get(random.nextInt(5)));
    String h = Long.toHexString(random.nextInt(3) == 0 ? -random.nextInt(3) : random.nextInt(9));
    String i =
        List.of("-1", "0", "12", "18446744073709551615", "9223372036854775808", "4.0")
            .get(random.nextInt(6));
    String[] row = {
      "" + random.nextInt(2),
      "" + random.nextInt(-3, 1000) / 4.0,
      "" + random.nextInt(-3, 3),
      h,
      i.replace("4.0", "4"),
      "s" + random.nextInt(4),
      String.join("|", parts),
      String.join("|", Collections.nCopies(values, "0.5"))
    };
    if (values == 1 && parts[0].isEmpty()) {
      row[7] = "";
    }
    for (int f = 1; f < 6; f++) {
      if (random.nextInt(6) == 0) {
        row[f] = "";
      }
    }
    if (random.nextInt(10) == 0) {
      row[random.nextInt(1, 5)] = "?";
    }
    return row;
  }

  private static Map<String, Integer> counted(List<String[]> rows) {
    var counts = new TreeMap<String, Integer>();
    for (String[] row : rows) {
      if (Stream.of(row).noneMatch("?"::equals)) {
        expected(row).forEach(what -> counts.merge(what, 1, Integer::sum));
      }
    }
    return counts;
  }

  @Test
  void valuesOfWellFormedRowsAsTheyStand() throws Exception {
    long seed = System.nanoTime();
    for (int round = 0; round < 12; round++, seed++) {
      var random = new SplittableRandom(seed);
      List<String[]> rows =
          Stream.generate(() -> row(random)).limit(random.nextInt(10, 3000)).toList();
      Path file = folder.resolve("f.csv");
      var lines = new ArrayList<>(List.of("label,x,y,h,i,s,bag,w"));
      rows.forEach(row -> lines.add(String.join(",", row)));
      Files.write(file, lines);
      int threads = 1 << random.nextInt(3);
      String conf = "path = \"" + file + "\", eval-fraction = 0.4\n" + COLUMNS;
      int training = (int) (rows.size() - Math.round(rows.size() * 0.4));
      try (DataSource source = CSV.open(Opened.context("csv", conf, 1, threads))) {
        var seen = new Seen();
        try (BatchSource before = source.train(0)) {
          assertThat(source.observe(seen)).isTrue();
          Opened.bagRows(before, 50);
          assertThat(seen.counts).as("a pass opened before").isEmpty();
        }
        try (BatchSource pass = source.train(0)) {
          Opened.bagRows(pass, random.nextInt(1, 500));
        }
        assertThat(new TreeMap<>(seen.counts))
            .as("seed %d, %d threads", seed, threads)
            .isEqualTo(counted(rows.subList(0, training)));
        assertThat(seen.threads).hasValue(threads);
        var evaluated = new Seen();
        source.observe(evaluated);
        try (BatchSource pass = source.eval()) {
          Opened.bagRows(pass, 100);
        }
        assertThat(new TreeMap<>(evaluated.counts))
            .as("seed %d", seed)
            .isEqualTo(counted(rows.subList(training, rows.size())));
      }
    }
  }

  @Test
  void pipesAndOtherSourcesToo() throws Exception {
    Path file = Files.writeString(folder.resolve("f.csv"), "label,c\n1,5\n0,\n1,5\n");
    String columns = "csv { categorical = [{ column = c, rows = 2, kind = integer }] }";
    Path pipe = Pipe.make(folder.resolve("pipe"));
    Process writer = Pipe.bash("cat \"$1\" > \"$2\"", file, pipe);
    var context = Opened.context("csv", "path = \"" + pipe + "\", " + columns, 1, 2);
    var once =
        new dev.farsight.api.data.DataContext(context.data(), context.own(), 4, 1, 2, null, null);
    var seen = new Seen();
    try (DataSource source = CSV.open(once)) {
      assertThat(source.observe(seen)).isTrue();
      try (BatchSource pass = source.train(0)) {
        Opened.rows(pass, 2);
      }
    }
    writer.waitFor();
    assertThat(seen.counts).isEqualTo(Map.of("feature 0 5", 2, "feature 0 missing", 1));
    Path criteo =
        Files.writeString(folder.resolve("c"), "1" + "\t7" + "\t".repeat(38) + "ffffffff\n");
    var all = new Seen();
    try (DataSource source =
        new CriteoFactory().open(Opened.context("criteo", "path = \"" + criteo + "\"", 1, 1))) {
      source.observe(all);
      try (BatchSource pass = source.train(0)) {
        Opened.rows(pass, 1);
      }
    }
    assertThat(all.counts)
        .hasSize(39)
        .containsEntry("dense 0 7.0", 1)
        .containsEntry("dense 1 NaN", 1)
        .containsEntry("feature 0 missing", 1)
        .containsEntry("feature 25 4294967295", 1);
  }
}
