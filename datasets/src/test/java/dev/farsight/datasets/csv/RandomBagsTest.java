package dev.farsight.datasets.csv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import dev.farsight.datasets.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random files with bags, read as a naive parser reads them. */
class RandomBagsTest {

  private static final CsvFactory CSV = new CsvFactory();

  @TempDir Path folder;

  /** Files, and how they are read. */
  private record Case(
      RandomBagFiles files, List<Path> paths, int threads, int capacity, String context) {

    String conf() {
      return "path = [\"%s\"], on-bad-row = skip, %s"
          .formatted(
              String.join("\", \"", paths.stream().map(Path::toString).toList()), files.conf());
    }

    void check(BatchSource pass) {
      assertThat(Opened.bagRows(pass, capacity)).as(context).isEqualTo(files.rows());
      assertThat(pass.badRows()).as(context).isEqualTo(files.bad());
      assertThat(pass.truncatedBags()).as(context).isEqualTo(files.truncated());
    }
  }

  private Case make(long seed, SplittableRandom random) throws Exception {
    var files = new RandomBagFiles(random);
    var paths = new ArrayList<Path>();
    for (int f = 0; f < random.nextInt(1, 4); f++) {
      paths.add(Files.writeString(folder.resolve(seed + "-" + f + ".csv"), files.file()));
    }
    int threads = random.nextInt(1, 9);
    int capacity = random.nextInt(1, 400);
    return new Case(
        files,
        paths,
        threads,
        capacity,
        "seed %d, %d threads, batches of %d, %s".formatted(seed, threads, capacity, files.conf()));
  }

  @Test
  void files() throws Exception {
    long seed = System.nanoTime();
    for (int round = 0; round < 60; round++, seed++) {
      var random = new SplittableRandom(seed);
      Case made = make(seed, random);
      try (DataSource source = CSV.open(Opened.context("csv", made.conf(), 1, made.threads))) {
        try (BatchSource pass = source.train(0)) {
          made.check(pass);
        }
        try (BatchSource pass = source.train(1)) {
          var batch = new Batch(pass.schema(), made.capacity, HostBuffers.plain());
          long skipped = pass.skip(random.nextLong(4) * made.capacity, batch);
          List<BagRow> rest = Opened.bagRows(pass, made.capacity);
          assertThat(pass.truncatedBags()).as(made.context).isEqualTo(made.files.truncated());
          assertThat(rest)
              .as("%d skipped, %s", skipped, made.context)
              .isEqualTo(made.files.rows().subList((int) skipped, made.files.rows().size()));
        }
      }
    }
  }

  @Test
  void skippingSeeksIfNoRowIsLeftOut() throws Exception {
    String text = "label,ids\n" + "1,1|2|3\n0,\n1,4\n".repeat(400);
    Path file = Files.writeString(folder.resolve("own.csv"), text);
    String conf =
        "path = \""
            + file
            + "\", csv.categorical = [{ column = ids, rows = 9, kind = integer, separator = \"|\", max-lookups = 3 }]";
    try (DataSource source = CSV.open(Opened.context("csv", conf, 1, 2));
        BatchSource pass = source.train(0)) {
      assertThat(pass.skip(1000, new Batch(pass.schema(), 100, HostBuffers.plain())))
          .isEqualTo(1000);
      assertThat(Opened.bagRows(pass, 77))
          .hasSize(200)
          .startsWith(
              new Opened.BagRow(
                  0, List.of(), List.of(List.of()), Collections.singletonList(null), Float.NaN));
    }
  }

  @Test
  @Timeout(120)
  void pipes() throws Exception {
    long seed = System.nanoTime();
    for (int round = 0; round < 5; round++, seed++) {
      Case made = make(seed, new SplittableRandom(seed));
      Path file = made.paths.get(0);
      Path pipe = Pipe.make(folder.resolve(seed + ".pipe"));
      made.paths.set(0, pipe);
      Process writer = Pipe.bash("cat \"$1\" > \"$2\"", file, pipe);
      DataContext any = Opened.context("csv", made.conf(), 1, made.threads);
      var once =
          new DataContext(any.data(), any.own(), any.batchSize(), any.seed(), any.threads(), null);
      try (DataSource source = CSV.open(once);
          BatchSource pass = source.train(0)) {
        made.check(pass);
      }
      assertThat(writer.waitFor()).isZero();
    }
  }
}
