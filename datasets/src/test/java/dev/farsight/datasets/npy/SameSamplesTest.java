package dev.farsight.datasets.npy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.data.Permutation;
import dev.farsight.datasets.ContractData;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prepared samples are those that were prepared, read plainly; shuffled ones are permuted. */
class SameSamplesTest {

  private static final int ROWS = 2_500;

  @TempDir Path folder;
  private Path prepared;

  @BeforeEach
  void makeFolder() throws IOException {
    prepared = Files.createDirectory(folder.resolve("prepared"));
  }

  private static DataSource open(DataSourceFactory factory, String conf, int threads) {
    return factory.open(Opened.context(factory.name(), conf, 1, threads));
  }

  private DataSource npy(String more, int threads) {
    return open(new NpyFactory(), "path = \"" + prepared + "\"\n" + more, threads);
  }

  private static List<BagRow> rows(BatchSource pass, int capacity) {
    try (pass) {
      return Opened.bagRows(pass, capacity);
    }
  }

  private void assertSame(DataSource original, int partSamples) throws IOException {
    PreparedWriter.write(original, prepared, partSamples);
    List<BagRow> train = rows(original.train(0), 100);
    List<BagRow> eval = rows(original.eval(), 100);
    try (DataSource npy = npy("eval-fraction = 0.5, npy.verify = true", 3)) {
      assertThat(npy.schema()).isEqualTo(original.schema());
      assertThat(npy.denseFeatures()).hasSize(original.schema().denseWidth());
      assertThat(npy.trainSamples()).isEqualTo(train.size());
      assertThat(rows(npy.train(0), 1_000)).isEqualTo(train);
      assertThat(rows(npy.eval(), 77)).isEqualTo(eval);
    }
    var all = new ArrayList<>(train);
    all.addAll(eval);
    try (DataSource npy = npy("eval-fraction = 0", 1)) {
      assertThat(npy.evalSamples()).isZero();
      assertThat(rows(npy.train(0), 10_000)).isEqualTo(all);
    }
    try (DataSource npy = npy("eval-fraction = 1", 2)) {
      assertThat(npy.trainSamples()).isZero();
      assertThat(rows(npy.eval(), 512)).isEqualTo(all);
    }
  }

  @Test
  void ofCriteo() throws IOException {
    String rows =
        ContractData.rows(
            8,
            random ->
                random.nextInt(2)
                    + IntStream.range(0, 13)
                        .mapToObj(i -> "\t" + ContractData.value(random, 5000, "%d"))
                        .collect(Collectors.joining())
                    + IntStream.range(0, 26)
                        .mapToObj(i -> "\t" + ContractData.value(random, 1 << 24, "%08x"))
                        .collect(Collectors.joining()));
    String conf =
        ContractData.file(folder, "day_0", rows)
            + "eval-fraction = 0.2, criteo { min-count = 2, transform = [log, standard] }";
    try (DataSource criteo = open(new CriteoFactory(), conf, 2)) {
      assertSame(criteo, 60);
      try (DataSource npy = npy("eval-fraction = 0.2", 1)) {
        assertThat(npy.denseFeatures()).isEqualTo(criteo.denseFeatures());
      }
    }
  }

  @Test
  void ofBags() throws IOException {
    String rows =
        ContractData.rows(
            9,
            random -> {
              String ids = ContractData.bag(random, 900, 4);
              String weights =
                  Arrays.stream(ids.split("\\|", -1))
                      .map(id -> ids.isEmpty() ? "" : "." + random.nextInt(1, 99))
                      .collect(Collectors.joining("|"));
              return random.nextInt(2) + "," + ids + "," + weights + "," + random.nextInt(99);
            });
    String conf =
        ContractData.file(folder, "rows.csv", "label,ids,w,user\n" + rows)
            + "eval-fraction = 0.3, csv { dense = [user], categorical = ["
            + "{ column = ids, rows = 1000, kind = integer, separator = \"|\", max-lookups = 4, weights = w },"
            + "{ column = user, rows = 50, kind = integer },"
            + "{ column = user, name = again, table = user, max-lookups = 1, pooling = max }] }";
    try (DataSource csv = open(new CsvFactory(), conf, 2)) {
      assertSame(csv, 97);
    }
  }

  @Test
  void ofEveryKind() throws IOException {
    try (var source = new RandomSource(RandomSource.EVERYTHING, 2_000, ROWS)) {
      assertSame(source, 333);
    }
  }

  @Test
  void withoutAMarkedPartTheShareIsTaken() throws IOException {
    try (var source = new RandomSource(RandomSource.EVERYTHING, ROWS, ROWS)) {
      PreparedWriter.write(source, prepared, 1_000);
    }
    try (DataSource npy = npy("eval-fraction = 0.2", 2)) {
      assertThat(npy.evalSamples()).isEqualTo(ROWS / 5);
    }
  }

  @Test
  void shuffledSamplesArePermuted() throws IOException {
    long seed = System.nanoTime();
    try (var source = new RandomSource(RandomSource.EVERYTHING, 2_000, ROWS)) {
      PreparedWriter.write(source, prepared, 333);
      List<BagRow> train = rows(source.train(0), 100);
      for (int epoch = 0; epoch < 3; epoch++) {
        var order = new Permutation(train.size(), seed, epoch);
        List<BagRow> expected =
            IntStream.range(0, train.size()).mapToObj(i -> train.get((int) order.at(i))).toList();
        for (int threads = 1; threads < 4; threads++) {
          try (DataSource npy = npy("eval-fraction = 0.2", threads)) {
            assertThat(npy.seeks()).isTrue();
            assertThat(rows(npy.shuffled(seed, epoch), 1 + 600 * (threads - 1)))
                .as("seed %d, epoch %d, %d threads", seed, epoch, threads)
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void aShuffledPassSkips() throws IOException {
    try (var source = new RandomSource(RandomSource.EVERYTHING, ROWS, ROWS)) {
      PreparedWriter.write(source, prepared, 700);
      try (DataSource npy = npy("eval-fraction = 0", 2)) {
        List<BagRow> all = rows(npy.shuffled(5, 0), 128);
        BatchSource pass = npy.shuffled(5, 0);
        assertThat(pass.skip(1_280, null)).isEqualTo(1_280);
        assertThat(rows(pass, 128)).isEqualTo(all.subList(1_280, ROWS));
      }
    }
  }

  @Test
  void whatWasFoundOutMustBeThatOfTheModel() throws IOException {
    Path fitted = Files.createDirectory(folder.resolve("fitted"));
    var random = new Random(4);
    String rows = ContractData.rows(4, r -> r.nextInt(2) + "," + random.nextInt(40));
    String conf =
        ContractData.file(folder, "rows.csv", "label,user\n" + rows)
            + "eval-fraction = 0.2, csv { dense = [{ column = user, transform = standard }],"
            + " categorical = [{ column = user, rows = 50, kind = integer, min-count = 9 }] }";
    try (DataSource csv = open(new CsvFactory(), conf, 2)) {
      PreparedWriter.write(csv, prepared, 200);
      csv.saveFitted(fitted);
    }
    npyWith(fitted).close();
    Path json = fitted.resolve("fitted.json");
    String good = Files.readString(json);
    Files.writeString(json, good.replace("mean", "mode"));
    NpyDamageTest.assertRefused(
        () -> npyWith(fitted),
        prepared.resolve("fitted/fitted.json")
            + ": differs from "
            + json
            + ": the data was prepared");
    Files.delete(json);
    NpyDamageTest.assertRefused(
        () -> npyWith(fitted),
        prepared.resolve("fitted/fitted.json") + ": has no counterpart in " + fitted);
    Files.writeString(json, good);
    Path more = Files.writeString(fitted.resolve("more.npy"), "");
    NpyDamageTest.assertRefused(
        () -> npyWith(fitted), more + ": has no counterpart in " + prepared.resolve("fitted"));
  }

  private DataSource npyWith(Path fitted) {
    var context = Opened.context("npy", "path = \"" + prepared + "\"", 1, 1);
    return new NpyFactory().open(Opened.with(new FittedData(fitted, false), context));
  }
}
