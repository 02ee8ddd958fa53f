package dev.farsight.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import dev.farsight.datasets.csv.CsvFactory;
import dev.farsight.datasets.text.RandomClicks.Scale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is found out from random files is what a few lines of HashMaps and sums find out. */
@Timeout(300)
class RandomFitTest {

  private static final CsvFactory CSV = new CsvFactory();

  @TempDir Path folder;

  /** All rows of a source, the training part first. */
  private record Read(List<BagRow> train, List<BagRow> eval) {}

  /** What the rows should be mapped by. */
  private record Expected(Set<Integer> users, Set<Integer> tags, Scale scaleX, Scale scaleY) {}

  private static final class Case {
    final long seed;
    final int usersMin;
    final int tagsMin;
    final int every;
    final double evalFraction;
    final int threads;
    final int capacity;

    Case(long seed, SplittableRandom random) {
      this.seed = seed;
      this.usersMin = random.nextInt(2, 6);
      this.tagsMin = random.nextInt(2, 6);
      this.every = random.nextInt(3) == 0 ? random.nextInt(2, 5) : 1;
      this.evalFraction = random.nextInt(4) / 5.0;
      this.threads = random.nextInt(2, 6);
      this.capacity = random.nextInt(1, 300);
    }

    DataContext context(RandomClicks clicks, double fraction, int threadCount) {
      String conf =
          """
          path = %s, eval-fraction = %s, on-bad-row = skip
          csv {
            dense = [{ column = x, transform = standard },
                     { column = y, transform = [log, standard, clip] },
                     { column = z, transform = [standard] }]
            clip-max = 1.5
            categorical = [
              { column = user, rows = %d, kind = integer, min-count = %d }
              { column = friend, table = user }
              { column = tags, rows = %d, kind = integer, separator = "|", max-lookups = %d }
            ]
            on-long-bag = truncate, min-count = %d, min-count-sample = %d
          }
          """
              .formatted(
                  clicks.path(),
                  fraction,
                  RandomClicks.USERS,
                  usersMin,
                  RandomClicks.TAGS,
                  RandomClicks.MOST_TAGS,
                  tagsMin,
                  every);
      return Opened.context("csv", conf, 1, threadCount);
    }

    Expected expected(RandomClicks clicks, int training) {
      return new Expected(
          clicks.kept(false, training, usersMin, every),
          clicks.kept(true, training, tagsMin, every),
          clicks.scale(training, RandomClicks::x),
          clicks.scale(training, RandomClicks::logY));
    }

    @Override
    public String toString() {
      return "seed %d: min-count %d, %d of every %d, eval %s, %d threads, batches of %d"
          .formatted(seed, usersMin, tagsMin, every, evalFraction, threads, capacity);
    }
  }

  private Read read(DataContext context, int capacity, Path save) {
    try (DataSource source = CSV.open(context);
        var train = source.train(0);
        var eval = source.eval()) {
      assertThat(source.schema().tables().tables())
          .extracting(table -> table.name() + " " + table.rows())
          .containsExactly("user " + (RandomClicks.USERS + 1), "tags " + (RandomClicks.TAGS + 1));
      source.saveFitted(Files.createDirectories(save));
      return new Read(Opened.bagRows(train, capacity), Opened.bagRows(eval, capacity));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String as, List<BagRow> rows, List<String[]> raw, Expected expected) {
    assertThat(rows).as(as).hasSameSizeAs(raw);
    for (int r = 0; r < rows.size(); r++) {
      String[] fields = raw.get(r);
      String of = as + ", row " + r + " " + List.of(fields);
      assertThat(rows.get(r).bags())
          .as(of)
          .isEqualTo(
              List.of(
                  List.of(mapped(RandomClicks.users(fields).get(0), expected.users, false)),
                  List.of(mapped(RandomClicks.users(fields).get(1), expected.users, false)),
                  RandomClicks.tags(fields).stream()
                      .map(tag -> mapped(tag, expected.tags, true))
                      .toList()));
      double x = (RandomClicks.x(fields) - expected.scaleX.mean()) / expected.scaleX.deviation();
      double y = (RandomClicks.logY(fields) - expected.scaleY.mean()) / expected.scaleY.deviation();
      List<Float> dense = rows.get(r).dense();
      assertThat(dense.get(0)).as(of).isCloseTo(Double.isNaN(x) ? 0 : (float) x, within(1e-4f));
      assertThat(dense.get(1)).as(of).isCloseTo((float) Math.min(y, 1.5), within(1e-4f));
      assertThat(dense.get(2)).as(of).isEqualTo(0f);
    }
  }

  private static int mapped(int index, Set<Integer> kept, boolean tags) {
    return kept.contains(index) ? index : tags ? RandomClicks.TAGS : RandomClicks.USERS;
  }

  @Test
  void files() throws IOException {
    long seed = System.nanoTime();
    for (int round = 0; round < 40; round++, seed++) {
      var random = new SplittableRandom(seed);
      var one = new Case(seed, random);
      var clicks = new RandomClicks(random, folder, "a", round % 2 == 0 ? 0 : 0.03);
      Path saved = folder.resolve("saved" + seed);
      Read read = read(one.context(clicks, one.evalFraction, 1), 7, saved);
      int training = clicks.training(one.evalFraction);
      if (clicks.good(0, training).stream().map(RandomClicks::x).distinct().count() < 3) {
        continue; // Whether its deviation is 0 or nearly is a matter of the last bit.
      }
      Expected expected = one.expected(clicks, training);
      check(one + " train", read.train, clicks.good(0, training), expected);
      check(one + " eval", read.eval, clicks.good(training, clicks.rows()), expected);
      // Not a bit depends on threads and batches, nor on whether it is found out or read.
      Path again = folder.resolve("again" + seed);
      assertThat(read(one.context(clicks, one.evalFraction, one.threads), one.capacity, again))
          .as(one.toString())
          .isEqualTo(read);
      assertThat(contents(again)).as(one.toString()).isEqualTo(contents(saved));
      DataContext loaded =
          Opened.with(
              new FittedData(saved, false), one.context(clicks, one.evalFraction, one.threads));
      assertThat(read(loaded, one.capacity, folder.resolve("third" + seed)))
          .as(one.toString())
          .isEqualTo(read);
      assertThat(contents(folder.resolve("third" + seed))).isEqualTo(contents(saved));
      goOn(one, random, saved, expected);
    }
  }

  /** Other data, read by what the earlier data was found to be like, and added to it. */
  private void goOn(Case one, SplittableRandom random, Path saved, Expected expected)
      throws IOException {
    var later = new RandomClicks(random, folder, "b", 0.03);
    DataContext evaluated =
        Opened.with(new FittedData(saved, false), one.context(later, 1, one.threads));
    check(
        one + " evaluated",
        read(evaluated, one.capacity, folder.resolve("eval" + one.seed)).eval,
        later.good(0, later.rows()),
        expected);
    DataContext extended =
        Opened.with(new FittedData(saved, true), one.context(later, 0, one.threads));
    Expected found = one.expected(later, later.rows());
    var both =
        new Expected(
            union(expected.users, found.users),
            union(expected.tags, found.tags),
            expected.scaleX,
            expected.scaleY);
    Path grown = folder.resolve("grown" + one.seed);
    check(
        one + " extended",
        read(extended, one.capacity, grown).train,
        later.good(0, later.rows()),
        both);
    DataContext loaded =
        Opened.with(new FittedData(grown, false), one.context(later, 1, one.threads));
    check(
        one + " evaluated with the extended",
        read(loaded, one.capacity, folder.resolve("last" + one.seed)).eval,
        later.good(0, later.rows()),
        both);
  }

  private static Set<Integer> union(Set<Integer> a, Set<Integer> b) {
    var both = new HashSet<>(a);
    both.addAll(b);
    return both;
  }

  private static Map<String, List<Integer>> contents(Path folder) throws IOException {
    var contents = new TreeMap<String, List<Integer>>();
    try (var files = Files.list(folder)) {
      for (Path file : new ArrayList<>(files.toList())) {
        byte[] bytes = Files.readAllBytes(file);
        contents.put(
            file.getFileName().toString(),
            IntStream.range(0, bytes.length).mapToObj(i -> (int) bytes[i]).toList());
      }
    }
    assertThat(contents).containsOnlyKeys("fitted.json", "user.kept.npy", "tags.kept.npy");
    return contents;
  }
}
