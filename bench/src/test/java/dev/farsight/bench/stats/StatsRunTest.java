package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random csv files, and what maps and sets tell of them. */
class StatsRunTest {

  private static final int USERS = 97;
  private static final int TAGS = 40;

  private static final String COLUMNS =
      """
      data {
        source = csv, path = "%s", batch-size = %d, eval-fraction = 0.25, on-bad-row = skip
        csv {
          label = y, transform = none
          dense = [ x ]
          categorical = [
            { column = user, rows = 97, kind = integer }
            { column = tags, name = tag, rows = 40, kind = integer, separator = "|", max-lookups = 3 }
            { column = wish, table = tag }
          ]
          on-long-bag = truncate
        }
      }
      """;

  @TempDir private Path folder;

  /** A row of the file; null where there is no value. */
  private record Row(int label, Double x, Integer user, List<Integer> tags, Integer wish) {

    static Row random(SplittableRandom random) {
      return new Row(
          random.nextInt(4) == 0 ? 1 : 0,
          random.nextInt(5) == 0 ? null : random.nextInt(-100, 100) / 8.0,
          random.nextInt(6) == 0 ? null : (int) (300 * Math.pow(random.nextDouble(), 4)),
          random.ints(random.nextInt(5), 1, 90).boxed().toList(),
          random.nextInt(7) == 0 ? null : random.nextInt(90));
    }

    String line() {
      return String.join(
          ",",
          "" + label,
          x == null ? "" : "" + x,
          user == null ? "" : "" + user,
          String.join("|", tags.stream().map(String::valueOf).toList()),
          wish == null ? "" : "" + wish);
    }

    List<Integer> kept() {
      return tags.subList(0, Math.min(3, tags.size()));
    }
  }

  private Path file(List<Row> rows, SplittableRandom random, int bad) throws IOException {
    var lines = new ArrayList<>(rows.stream().map(Row::line).toList());
    for (int i = 0; i < bad; i++) {
      // In the training part, which is all but the last quarter.
      lines.add(random.nextInt(lines.size() / 2), "1,not a number,1,1,1");
    }
    lines.add(0, "y,x,user,tags,wish");
    return Files.write(folder.resolve("rows.csv"), lines);
  }

  private DataStats stats(Path file, int batch, String... sizes) throws IOException {
    var config = StatsFixture.config(folder, COLUMNS.formatted(file, batch));
    return StatsFixture.run(config).run(List.of(sizes), 5);
  }

  @Test
  void tellsWhatIsInTheFile() throws IOException {
    long seed = System.nanoTime();
    for (int round = 0; round < 10; round++, seed++) {
      var random = new SplittableRandom(seed);
      List<Row> rows = Stream.generate(() -> Row.random(random)).limit(400).toList();
      int bad = random.nextInt(4);
      DataStats stats = stats(file(rows, random, bad), random.nextInt(1, 200), "50%");
      String of = "seed " + seed;
      int evaluated = (int) Math.round((rows.size() + bad) * .25);
      List<Row> training = rows.subList(0, rows.size() - evaluated);
      assertPart(stats.training(), training, bad, of);
      assertPart(stats.evaluation(), rows.subList(training.size(), rows.size()), 0, of);
      assertDense(stats.dense().get(0), training, of);
      assertFeatures(stats, training, of);
      assertTables(stats, training, of);
    }
  }

  private static void assertPart(PartFigures part, List<Row> rows, int bad, String of) {
    assertThat(part.rows()).as(of).isEqualTo(rows.size());
    assertThat(part.badRows()).as(of).isEqualTo(bad);
    assertThat(part.clickRate())
        .as(of)
        .isEqualTo(rows.stream().mapToInt(Row::label).average().orElseThrow());
    assertThat(part.truncatedBags())
        .as(of)
        .isEqualTo(rows.stream().filter(row -> row.tags().size() > 3).count());
  }

  private static void assertDense(DenseFigures dense, List<Row> rows, String of) {
    double[] given = rows.stream().mapToDouble(row -> row.x() == null ? 0 : row.x()).toArray();
    double mean =
        Stream.of(given).flatMapToDouble(java.util.Arrays::stream).average().orElseThrow();
    double square = 0;
    double min = given[0];
    double max = given[0];
    for (double x : given) {
      square += (x - mean) * (x - mean);
      min = Math.min(min, x);
      max = Math.max(max, x);
    }
    assertThat(dense.name()).isEqualTo("x");
    assertThat(dense.missing()).as(of).isEqualTo(share(rows, row -> row.x() == null));
    assertThat(dense.min()).as(of).isEqualTo(min);
    assertThat(dense.max()).as(of).isEqualTo(max);
    assertThat(dense.mean()).as(of).isCloseTo(mean, within(1e-9));
    assertThat(dense.deviation()).as(of).isCloseTo(Math.sqrt(square / given.length), within(1e-9));
  }

  private static double share(List<Row> rows, java.util.function.Predicate<Row> which) {
    return (double) rows.stream().filter(which).count() / rows.size();
  }

  private static void assertFeatures(DataStats stats, List<Row> rows, String of) {
    FeatureFigures user = stats.features().get(0);
    FeatureFigures tags = stats.features().get(1);
    FeatureFigures wish = stats.features().get(2);
    assertThat(user.missing()).as(of).isEqualTo(share(rows, row -> row.user() == null));
    assertThat(tags.missing()).as(of).isEqualTo(share(rows, row -> row.tags().isEmpty()));
    assertThat(wish.missing()).as(of).isEqualTo(share(rows, row -> row.wish() == null));
    assertThat(user.lookups()).as(of).isEqualTo(rows.size());
    long kept = rows.stream().mapToLong(row -> row.kept().size()).sum();
    assertThat(tags.lookups()).as(of).isEqualTo(kept);
    assertThat(tags.meanLookups()).as(of).isEqualTo((double) kept / rows.size());
    assertThat(tags.mostLookups())
        .as(of)
        .isEqualTo(rows.stream().mapToInt(row -> row.kept().size()).max().orElseThrow());
    assertThat(wish.mostLookups()).isEqualTo(1);
    assertThat(user.values()).as(of).isEqualTo(distinct(rows.stream().map(Row::user)));
    assertThat(tags.values())
        .as(of)
        .isEqualTo(distinct(rows.stream().flatMap(row -> row.kept().stream())));
    assertThat(wish.values()).as(of).isEqualTo(distinct(rows.stream().map(Row::wish)));
  }

  private static long distinct(Stream<Integer> values) {
    Set<Integer> distinct = new HashSet<>(values.toList());
    distinct.remove(null);
    return distinct.size();
  }

  private static void assertTables(DataStats stats, List<Row> rows, String of) {
    Map<Integer, Integer> users = new HashMap<>();
    Map<Integer, Integer> tags = new HashMap<>();
    for (Row row : rows) {
      users.merge(row.user() == null ? 0 : row.user() % USERS, 1, Integer::sum);
      row.kept().forEach(tag -> tags.merge(tag % TAGS, 1, Integer::sum));
      tags.merge(row.wish() == null ? 0 : row.wish() % TAGS, 1, Integer::sum);
    }
    assertTable(stats, 0, users, distinct(rows.stream().map(Row::user)), of);
    long values =
        distinct(
            rows.stream()
                .flatMap(row -> Stream.concat(row.kept().stream(), Stream.ofNullable(row.wish()))));
    assertTable(stats, 1, tags, values, of);
  }

  private static void assertTable(
      DataStats stats, int position, Map<Integer, Integer> counts, long values, String of) {
    TableFigures table = stats.tables().get(position);
    int[] counted = stats.counts().ofTable(position);
    for (int row = 0; row < counted.length; row++) {
      assertThat(counted[row]).as("%s, row %d", of, row).isEqualTo(counts.getOrDefault(row, 0));
    }
    assertThat(table.rows()).isEqualTo(counted.length);
    assertThat(table.lookups()).as(of).isEqualTo(counts.values().stream().mapToInt(c -> c).sum());
    assertThat(table.usedRows()).as(of).isEqualTo(counts.size());
    assertThat(table.onceRows())
        .as(of)
        .isEqualTo(counts.values().stream().filter(c -> c == 1).count());
    assertThat(table.values()).as(of).isEqualTo(values);
    assertThat(table.sharedValues()).as(of).isEqualTo(Math.max(0, values - counts.size()));
    List<Integer> sorted =
        counts.values().stream().sorted(java.util.Comparator.reverseOrder()).toList();
    assertThat(table.curve())
        .as(of)
        .allSatisfy(
            point ->
                assertThat(point.count()).isEqualTo((long) sorted.get((int) point.rank() - 1)));
    assertThat(table.curve().get(table.curve().size() - 1).rank()).as(of).isEqualTo(counts.size());
    assertThat(table.top10())
        .as(of)
        .isCloseTo(
            (double) sorted.stream().limit(10).mapToInt(c -> c).sum() / table.lookups(),
            within(1e-12));
  }

  @Test
  void sourcesWithoutRawValuesLeaveOutWhatTheyDoNotKnow() throws IOException {
    var config =
        StatsFixture.config(
            folder,
            "data { source = synthetic, batch-size = 50, synthetic { rows = 700, cardinalities = [9, 30] } }");
    DataStats stats = StatsFixture.run(config).run(List.of("50%"), 5);
    assertThat(stats.rawValues()).isFalse();
    assertThat(stats.features()).allSatisfy(f -> assertThat(f.values()).isNull());
    assertThat(StatsJson.of(stats, Map.of(), true)).doesNotContain("\"missing\"", "\"values\"");
    assertThat(stats.training().rows() + stats.evaluation().rows()).isEqualTo(700);
  }

  @Test
  void dataWithoutLabels() throws IOException {
    Path file = Files.writeString(folder.resolve("u.csv"), "c\n1\n2\n1\n5\n");
    var config =
        StatsFixture.config(
            folder,
            "data { source = csv, path = \"%s\", eval-fraction = 1, batch-size = 2, csv { label = null, categorical = [{ column = c, rows = 9, kind = integer }] } }"
                .formatted(file));
    DataStats stats = StatsFixture.run(config).run(List.of("50%"), 0);
    assertThat(stats.labelled()).isFalse();
    assertThat(stats.training()).isEqualTo(new PartFigures(0, null, 0, 0));
    assertThat(stats.evaluation()).isEqualTo(new PartFigures(4, null, 0, 0));
    assertThat(stats.counts().ofTable(0)).containsExactly(0, 2, 1, 0, 0, 1, 0, 0, 0);
    assertThat(stats.expected().sizes().get(0).lfu()).isNull();
  }

  @Test
  void countsThatTheHeapCannotHoldAreRefused() {
    StatsRun.requireHeap(100, 200);
    assertThatThrownBy(() -> StatsRun.requireHeap(3L << 30, 4L << 30))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "the counts of the rows take 3.0 GiB of the Java heap, 4 bytes a row, and it has 4.0 GiB; start farsight with JDK_JAVA_OPTIONS=-Xmx7g");
  }

  @Test
  void aRunThatIsStoppedEnds() throws IOException {
    var config = StatsFixture.config(folder, "data.synthetic { rows = 700, cardinalities = [9] }");
    var run = StatsFixture.run(config);
    run.stop();
    assertThatThrownBy(() -> run.run(List.of("50%"), 5)).isInstanceOf(StatsRun.Stopped.class);
  }

  @Test
  void wrongSizesAreRefused() throws IOException {
    var config = StatsFixture.config(folder, "data.synthetic { rows = 70, cardinalities = [9] }");
    assertThatThrownBy(() -> StatsFixture.run(config).run(List.of("10 rows"), 5))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--sizes: 10 rows is 10 slots, but the tables have 9 rows");
  }
}
