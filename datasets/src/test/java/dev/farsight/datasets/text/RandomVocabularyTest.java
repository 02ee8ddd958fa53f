package dev.farsight.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.reading.RowIndexRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ids = vocabulary} over random files gives the indices that a few HashMaps give. */
@Timeout(300)
class RandomVocabularyTest {

  private static final CsvFactory CSV = new CsvFactory();
  private static final int TAGS_MOST = 12;

  @TempDir Path folder;

  /** Rows of {@code label,user,friend,word,tags,shop}; those of shop are looked up by modulo. */
  private static String[] row(SplittableRandom random) {
    String[] row = {
      "" + random.nextInt(2),
      user(random),
      user(random),
      "w" + skewed(random, 300),
      tags(random),
      "" + random.nextInt(9)
    };
    for (int f = 1; f < 4; f++) {
      if (random.nextInt(9) == 0) {
        row[f] = "";
      }
    }
    if (random.nextInt(30) == 0) {
      row[random.nextBoolean() ? 1 : 5] = "?";
    }
    return row;
  }

  private static int skewed(SplittableRandom random, int most) {
    return (int) Math.pow(most, random.nextDouble());
  }

  private static String user(SplittableRandom random) {
    return switch (random.nextInt(12)) {
      case 0 -> "0";
      case 1 -> "18446744073709551615";
      default -> "" + skewed(random, 500) * 1_000_000_007L;
    };
  }

  private static String tags(SplittableRandom random) {
    return String.join(
        "|",
        IntStream.range(0, random.nextInt(5))
            .mapToObj(i -> random.nextInt(5) == 0 ? "" : Integer.toHexString(skewed(random, 90)))
            .toList());
  }

  private static boolean good(String[] row) {
    return Stream.of(row).noneMatch("?"::equals);
  }

  /** Raw values of a row by feature: user, friend, word, tags. */
  private static List<List<Long>> values(String[] row) {
    return List.of(
        Stream.of(row[1])
            .filter(v -> !v.isEmpty())
            .map(v -> new BigInteger(v).longValue())
            .toList(),
        Stream.of(row[2])
            .filter(v -> !v.isEmpty())
            .map(v -> new BigInteger(v).longValue())
            .toList(),
        Stream.of(row[3]).filter(v -> !v.isEmpty()).map(RandomVocabularyTest::hash).toList(),
        Stream.of(row[4].split("\\|"))
            .filter(v -> !v.isEmpty())
            .limit(3)
            .map(v -> Long.parseLong(v, 16))
            .toList());
  }

  private static long hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return RowIndexRule.hash(bytes, 0, bytes.length);
  }

  /** By table, user, word and tags: the index of each value that is kept. */
  private static List<Map<Long, Integer>> vocabularies(List<String[]> training, int minCount) {
    var counts = new ArrayList<Map<Long, Integer>>();
    for (int table = 0; table < 3; table++) {
      counts.add(new HashMap<>());
    }
    for (String[] row : training) {
      List<List<Long>> values = values(row);
      for (int f = 0; f < 4; f++) {
        for (long value : values.get(f)) {
          counts.get(table(f)).merge(value, 1, Integer::sum);
        }
      }
    }
    Comparator<Long> mixed =
        (a, b) -> Long.compareUnsigned(InitialRows.mix64(a), InitialRows.mix64(b));
    return IntStream.range(0, 3)
        .mapToObj(
            table -> {
              Map<Long, Integer> of = counts.get(table);
              Map<Long, Integer> indices = new HashMap<>();
              of.keySet().stream()
                  .filter(value -> of.get(value) >= (table == 1 ? 1 : minCount))
                  .sorted(Comparator.<Long>comparingInt(v -> -of.get(v)).thenComparing(mixed))
                  .limit(table == 2 ? TAGS_MOST - 2 : Integer.MAX_VALUE)
                  .sorted(mixed)
                  .forEach(value -> indices.put(value, indices.size() + 1));
              return indices;
            })
        .toList();
  }

  private static int table(int feature) {
    return Math.max(0, feature - 1);
  }

  private static List<List<List<Integer>>> expected(
      List<String[]> rows, List<Map<Long, Integer>> vocabularies) {
    return rows.stream()
        .map(
            row -> {
              List<List<Long>> values = values(row);
              var bags = new ArrayList<List<Integer>>();
              for (int f = 0; f < 4; f++) {
                Map<Long, Integer> of = vocabularies.get(table(f));
                bags.add(
                    values.get(f).isEmpty() && f < 3
                        ? List.of(0)
                        : values.get(f).stream()
                            .map(value -> of.getOrDefault(value, of.size() + 1))
                            .toList());
              }
              bags.add(List.of(Integer.parseInt(row[5]) % 5));
              return (List<List<Integer>>) bags;
            })
        .toList();
  }

  private static DataContext context(
      Path file, double fraction, int minCount, int threads, FittedData fitted) {
    String conf =
        """
        path = "%s", eval-fraction = %s, on-bad-row = skip
        csv {
          ids = vocabulary, min-count = %d, on-long-bag = truncate
          categorical = [
            { column = user, kind = integer }
            { column = friend, table = user }
            { column = word, kind = string, min-count = 1 }
            { column = tags, kind = hex, rows = %d, separator = "|", max-lookups = 3 }
            { column = shop, kind = integer, rows = 5, ids = modulo, min-count = 1 }
          ]
        }
        """
            .formatted(file, fraction, minCount, TAGS_MOST);
    return Opened.with(fitted, Opened.context("csv", conf, 1, threads));
  }

  private record Read(List<Table> tables, List<BagRow> train, List<BagRow> eval) {}

  private static Read read(DataContext context, Path save) {
    try (DataSource source = CSV.open(context);
        var train = source.train(0);
        var eval = source.eval()) {
      source.saveFitted(Files.createDirectories(save));
      return new Read(
          source.schema().tables().tables(), Opened.bagRows(train, 100), Opened.bagRows(eval, 37));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<List<List<Integer>>> bags(List<BagRow> rows) {
    return rows.stream().map(BagRow::bags).toList();
  }

  private Path write(List<String[]> rows, String name) throws IOException {
    var lines = new ArrayList<>(List.of("label,user,friend,word,tags,shop"));
    rows.forEach(row -> lines.add(String.join(",", row)));
    return Files.write(folder.resolve(name), lines);
  }

  @Test
  void indicesAreThoseOfHashMaps() throws IOException {
    long seed = System.nanoTime();
    for (int round = 0; round < 15; round++, seed++) {
      var random = new SplittableRandom(seed);
      List<String[]> rows =
          Stream.generate(() -> row(random)).limit(random.nextInt(20, 4000)).toList();
      Path file = write(rows, "f.csv");
      int minCount = random.nextInt(1, 5);
      int cut = (int) (rows.size() - Math.round(rows.size() * 0.3));
      List<String[]> training =
          rows.subList(0, cut).stream().filter(RandomVocabularyTest::good).toList();
      List<String[]> evaluation =
          rows.subList(cut, rows.size()).stream().filter(RandomVocabularyTest::good).toList();
      List<Map<Long, Integer>> vocabularies = vocabularies(training, minCount);
      Path saved = folder.resolve("saved" + seed);
      Read read = read(context(file, 0.3, minCount, 1, null), saved);
      String as = "seed " + seed + ", min-count " + minCount;
      assertThat(read.tables)
          .as(as)
          .containsExactly(
              new Table("user", vocabularies.get(0).size() + 2),
              new Table("word", vocabularies.get(1).size() + 2),
              new Table("tags", vocabularies.get(2).size() + 2),
              new Table("shop", 5));
      assertThat(bags(read.train)).as(as).isEqualTo(expected(training, vocabularies));
      assertThat(bags(read.eval)).as(as).isEqualTo(expected(evaluation, vocabularies));
      for (int threads : new int[] {2, 4}) {
        Path again = folder.resolve("again" + threads + seed);
        assertThat(read(context(file, 0.3, minCount, threads, null), again)).isEqualTo(read);
        sameFiles(again, saved);
      }
      goOn(as, random, minCount, saved, read, vocabularies);
    }
  }

  /** Newer data has the indices of the model, whether it may add to them or not. */
  private void goOn(
      String as,
      SplittableRandom random,
      int minCount,
      Path saved,
      Read first,
      List<Map<Long, Integer>> vocabularies)
      throws IOException {
    List<String[]> later = Stream.generate(() -> row(random)).limit(500).toList();
    Path file = write(later, "later.csv");
    List<String[]> good = later.stream().filter(RandomVocabularyTest::good).toList();
    for (boolean extend : new boolean[] {false, true}) {
      Path again = folder.resolve("later" + extend + as.hashCode());
      Read read = read(context(file, 0, minCount, 2, new FittedData(saved, extend)), again);
      assertThat(read.tables).as(as).isEqualTo(first.tables);
      assertThat(bags(read.train)).as(as).isEqualTo(expected(good, vocabularies));
      sameFiles(again, saved);
    }
  }

  private static void sameFiles(Path a, Path b) throws IOException {
    for (String name :
        List.of(
            "fitted.json", "user.vocabulary.npy", "word.vocabulary.npy", "tags.vocabulary.npy")) {
      assertThat(a.resolve(name)).hasSameBinaryContentAs(b.resolve(name));
    }
    try (var files = Files.list(a)) {
      assertThat(files).hasSize(4);
    }
  }
}
