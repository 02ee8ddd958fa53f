package dev.farsight.reading.internal.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Vocabularies are what HashMaps find, whatever the memory and the threads. */
@Timeout(300)
class ValueCountsTest {

  /** Everything spills, with every few values. */
  private static final long TINY = 1;

  @TempDir Path folder;

  /** Values of three features: the first two share a table. */
  private static final class Values {

    final List<long[]> told = new ArrayList<>();
    final List<Map<Long, Integer>> counts = List.of(new HashMap<>(), new HashMap<>());

    Values(SplittableRandom random) {
      int count = random.nextInt(1, 40_000);
      int range = random.nextInt(1, 30_000);
      for (int i = 0; i < count; i++) {
        int feature = random.nextInt(3);
        long value =
            switch (random.nextInt(4)) {
              case 0 -> List.of(0L, -1L, 1L, Long.MIN_VALUE, Long.MAX_VALUE).get(random.nextInt(5));
              case 1 -> random.nextLong(range);
              default -> ((long) Math.pow(range, random.nextDouble())) * 1_000_003; // Zipf
            };
        told.add(new long[] {feature, value});
        counts.get(feature / 2).merge(value, 1, Integer::sum);
      }
    }

    /** Values kept, in order. */
    List<Long> kept(int table, int enough, int most) {
      Comparator<Long> mixed =
          (a, b) -> Long.compareUnsigned(InitialRows.mix64(a), InitialRows.mix64(b));
      Map<Long, Integer> of = counts.get(table);
      return of.keySet().stream()
          .filter(value -> of.get(value) >= enough)
          .sorted(Comparator.<Long>comparingInt(value -> -of.get(value)).thenComparing(mixed))
          .limit(most)
          .sorted(mixed)
          .toList();
    }
  }

  private static List<Vocabulary> count(
      Values values, List<Table> tables, int[] enough, int threads, long budget)
      throws InterruptedException {
    try (var counts = new ValueCounts(tables, new int[] {0, 0, 1, -1}, threads, budget)) {
      var running = new ArrayList<Thread>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        running.add(
            new Thread(
                () -> {
                  for (int i = thread; i < values.told.size(); i += threads) {
                    long[] told = values.told.get(i);
                    counts.values(thread).categorical((int) told[0], told[1]);
                    counts.values(thread).categorical(3, told[1]);
                    counts.values(thread).missing(0);
                  }
                }));
      }
      running.forEach(Thread::start);
      for (Thread thread : running) {
        thread.join();
      }
      return counts.frequent(enough);
    }
  }

  @Test
  void isWhatHashMapsFind() throws Exception {
    long seed = System.nanoTime();
    for (int round = 0; round < 24; round++, seed++) {
      var random = new SplittableRandom(seed);
      var values = new Values(random);
      int[] enough = {random.nextInt(1, 5), random.nextInt(1, 5)};
      int most = random.nextInt(1, 400);
      var tables = List.of(new Table("a", Integer.MAX_VALUE), new Table("b", most + 2));
      for (int threads : new int[] {1, 2, 4}) {
        for (long budget : new long[] {TINY, 100_000, 1 << 26}) {
          String as = "seed %d, %d threads, %d bytes".formatted(seed, threads, budget);
          List<Vocabulary> found = count(values, tables, enough, threads, budget);
          check(as, found.get(0), values.kept(0, enough[0], Integer.MAX_VALUE), values, 0);
          check(as, found.get(1), values.kept(1, enough[1], most), values, 1);
        }
      }
    }
  }

  private static void check(
      String as, Vocabulary found, List<Long> kept, Values values, int table) {
    assertThat(found.size()).as(as).isEqualTo(kept.size());
    assertThat(found.rows()).isEqualTo(kept.size() + 2);
    Map<Long, Integer> indices = new HashMap<>();
    kept.forEach(value -> indices.put(value, indices.size() + 1));
    for (long value : values.counts.get(table).keySet()) {
      assertThat(found.index(value))
          .as("%s, value %d", as, value)
          .isEqualTo(indices.getOrDefault(value, kept.size() + 1));
    }
    for (long never : new long[] {-77, 1L << 40, Long.MIN_VALUE + 1}) {
      assertThat(found.index(never)).as(as).isEqualTo(kept.size() + 1);
    }
  }

  @Test
  void filesAreReadAsTheyWereWritten() throws Exception {
    var random = new SplittableRandom(5);
    var values = new Values(random);
    var tables = List.of(new Table("a", Integer.MAX_VALUE), new Table("b", 9));
    Vocabulary made = count(values, tables, new int[] {1, 1}, 2, 1 << 20).get(0);
    Path file = folder.resolve("v.npy");
    made.write(file);
    check(
        "read",
        Vocabulary.read(file, made.size()),
        values.kept(0, 1, Integer.MAX_VALUE),
        values,
        0);
  }

  @Test
  void anEmptyVocabulary() throws Exception {
    try (var counts = new ValueCounts(List.of(new Table("a", 9)), new int[] {0}, 1, TINY)) {
      Vocabulary none = counts.frequent(new int[] {1}).get(0);
      assertThat(none.rows()).isEqualTo(2);
      assertThat(none.index(0)).isEqualTo(1);
      Path file = folder.resolve("v.npy");
      none.write(file);
      assertThat(Vocabulary.read(file, 0).index(7)).isEqualTo(1);
    }
  }

  @Test
  void damagedFilesAreNamed() throws Exception {
    long[] some = IntStream.range(0, 100).mapToLong(i -> i).toArray();
    try (var counts = new ValueCounts(List.of(new Table("a", 200)), new int[] {0}, 1, TINY)) {
      Arrays.stream(some).forEach(value -> counts.values(0).categorical(0, value));
      counts.frequent(new int[] {1}).get(0).write(folder.resolve("v.npy"));
    }
    byte[] whole = Files.readAllBytes(folder.resolve("v.npy"));
    byte[] swapped = whole.clone();
    swapped[whole.length - 800] ^= 1;
    damaged(swapped, 100, "its values are not in order");
    damaged(Arrays.copyOf(whole, 500), 100, "it is no npy file of 100 unsigned 64-bit numbers");
    damaged(whole, 99, "it is no npy file of 99 unsigned 64-bit numbers");
    damaged(new byte[0], 100, "is not an npy file");
    damaged(
        new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1)
            .replace("<u8", "<i8")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
        100,
        "it is no npy file of 100 unsigned 64-bit numbers");
    assertThatThrownBy(() -> Vocabulary.read(folder.resolve("none"), 1))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageStartingWith(folder.resolve("none") + ": cannot be read");
  }

  private void damaged(byte[] bytes, int size, String message) throws IOException {
    Path file = folder.resolve("damaged.npy");
    Files.write(file, bytes);
    assertThatThrownBy(() -> Vocabulary.read(file, size))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessage(file + ": is damaged: " + message);
  }

  @Test
  void mixingIsUndone() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      long value = i < 100 ? i - 50 : random.nextLong();
      assertThat(Mix.value(Mix.mixed(value))).isEqualTo(value);
    }
  }

  /** Temporary files have no names while they are used. */
  @Test
  void nothingIsLeftBehind() throws Exception {
    var before = temporary();
    try (var counts = new ValueCounts(List.of(new Table("a", 200)), new int[] {0}, 1, TINY)) {
      for (long value = 0; value < 10_000; value++) {
        counts.values(0).categorical(0, value);
      }
      assertThat(temporary()).isEqualTo(before);
      assertThat(counts.frequent(new int[] {1}).get(0).size()).isEqualTo(198);
      assertThat(temporary()).isEqualTo(before);
    }
  }

  private static List<Path> temporary() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().contains("farsight-vocabulary")).toList();
    }
  }
}
