package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.data.StepPass;
import dev.farsight.engine.process.OwnRanks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How files of text are read in splits: row n of the data looks up its own number. */
class SplitsReadingTest {

  private static final int ROWS = 30_011;
  private static final int BATCH = 120;
  private static final int SPLITS = 6;

  @TempDir Path folder;

  private RunData open(List<Path> paths) {
    var run =
        new TestRun(folder)
            .set(
                "data.source=csv",
                "data.path=["
                    + String.join(", ", paths.stream().map(p -> "\"" + p + "\"").toList())
                    + "]",
                "data.eval-fraction=0",
                "data.batch-size=" + BATCH,
                "data.splits=" + SPLITS,
                "data.csv.categorical=[{ column = row, rows = " + ROWS + ", kind = integer }]");
    var data = Settings.of("farsight.data", run.config().getConfig("data"));
    return RunData.open(
        TestRun.builtIn().sources().get("csv"),
        new DataContext(data, data.section("csv"), BATCH, 1, 2));
  }

  private Path file(String name, int from, int to) throws IOException {
    var text = new StringBuilder("label,row\n");
    for (int row = from; row < to; row++) {
      text.append(row % 2).append(',').append(row).append('\n');
    }
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream packed = name.endsWith(".gz") ? new GZIPOutputStream(out) : out) {
      packed.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  /** The rows of each step, by a calculation of where each split is. */
  private static List<List<Integer>> expected(int rows) {
    int[] starts = new int[SPLITS + 1];
    for (int split = 0; split < SPLITS; split++) {
      starts[split + 1] = starts[split] + rows / SPLITS + (split < rows % SPLITS ? 1 : 0);
    }
    int each = BATCH / SPLITS;
    var steps = new ArrayList<List<Integer>>();
    for (int step = 0; step * BATCH < rows; step++) {
      var of = new ArrayList<Integer>();
      for (int split = 0; split < SPLITS; split++) {
        int from = starts[split] + step * each;
        IntStream.range(from, Math.min(from + each, starts[split + 1])).forEach(of::add);
      }
      steps.add(of);
    }
    return steps;
  }

  private static List<List<Integer>> read(RunData data, OwnRanks own) {
    var steps = new ArrayList<List<Integer>>();
    var batch = new Batch(data.schema(), BATCH / own.all(), HostBuffers.plain());
    try (BatchSource pass = StepPass.of(data, own, BATCH, () -> data.train(0))) {
      while (pass.next(batch)) {
        steps.add(IntStream.range(0, batch.samples()).mapToObj(s -> batch.indices(0)[s]).toList());
      }
    }
    return steps;
  }

  @Test
  void filesPlainAndCompressedAreCutAnywhere() throws IOException {
    List<Path> files =
        List.of(
            file("a.csv", 0, 12_345),
            file("b.csv.gz", 12_345, 12_999),
            file("c.csv.gz", 12_999, ROWS));
    try (RunData data = open(files)) {
      assertThat(read(data, OwnRanks.all(1))).isEqualTo(expected(ROWS));
    }
  }

  /** Batches have all of these rows, and each split belongs to one process. */
  @Test
  void aProcessParsesItsRowsAlone() throws IOException {
    int rows = ROWS / BATCH * BATCH;
    Path file = file("rows.csv", 0, rows);
    for (int processes : new int[] {2, 3}) {
      var steps = new ArrayList<List<Integer>>();
      for (int process = 0; process < processes; process++) {
        var parsed = new AtomicLong();
        try (RunData data = open(List.of(file))) {
          assertThat(data.observe(() -> new Counter(parsed))).isTrue();
          List<List<Integer>> own = read(data, new OwnRanks(process, 1, processes));
          for (int step = 0; step < own.size(); step++) {
            if (process == 0) {
              steps.add(new ArrayList<>());
            }
            steps.get(step).addAll(own.get(step));
          }
        }
        assertThat(parsed).as("process %d of %d", process, processes).hasValue(rows / processes);
      }
      assertThat(steps).isEqualTo(expected(rows));
    }
  }

  /** Counts the rows that are parsed. */
  private record Counter(AtomicLong parsed) implements ValueObserver.Values {

    @Override
    public void dense(int column, double value) {}

    @Override
    public void categorical(int feature, long value) {
      parsed.incrementAndGet();
    }

    @Override
    public void missing(int feature) {}
  }
}
