package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.ModelSequence;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An export and those of changed rows after it, compared with exports in full. */
class ModelSequenceTest {

  @TempDir Path folder;

  private Components components;

  @BeforeEach
  void load() {
    components = TestRun.builtIn();
  }

  /** Three epochs of 30 steps. */
  private void train(String name, String... sets) {
    new TestRun(folder)
        .set(
            "data.synthetic.cardinalities=[3, 50, 400, 900]",
            "data.synthetic.rows=" + 30 * 37,
            "data.eval-fraction=0",
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "train.epochs=3",
            "checkpoint.every=20 steps",
            "checkpoint.keep=100",
            "checkpoint.directory=" + folder.resolve(name))
        .set(sets)
        .train();
  }

  private Path export(String name, long step, long since) {
    Path target = folder.resolve(name + "-" + since + "-" + step);
    new Export(new TestRun(folder).config(), components)
        .write(
            checkpoint(name, step),
            since < 0 ? Optional.empty() : Optional.of(checkpoint(name, since)),
            target,
            new NpyFormat());
    return target;
  }

  private Path checkpoint(String name, long step) {
    return folder.resolve(name).resolve("step-%012d".formatted(step));
  }

  /** Bits of the written rows, by table and index. */
  private static List<Map<Integer, List<Float>>> rows(ModelSequence sequence) {
    List<Map<Integer, List<Float>>> rows = new ArrayList<>();
    sequence.initial().tables().tables().forEach(table -> rows.add(new TreeMap<>()));
    sequence.rows(
        new ModelSequence.RowSink() {
          @Override
          public void row(int table, int index, float[] weights) {
            var values = new ArrayList<Float>();
            for (float weight : weights) {
              values.add(weight);
            }
            rows.get(table).put(index, values);
          }

          @Override
          public void removed(int table, int index) {
            assertThat(rows.get(table).remove(index)).isNotNull();
          }
        });
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"offheap, never", "offheap, each-epoch", "ssd, never", "ssd, each-epoch"})
  void baseAndDeltasAreTheFullExport(String store, String reset) {
    train(
        "run",
        "storage.backend=" + store,
        "storage.ssd.maps=2",
        "storage.ssd.path=" + folder.resolve("rows"),
        "train.reset-rows=" + reset);
    var sequence = new ModelSequence(export("run", 20, -1));
    int removed = 0;
    long before = 20;
    for (long step : new long[] {40, 60, 90}) {
      Path delta = export("run", step, before);
      sequence.then(delta);
      var full = new ModelSequence(export("run", step, -1));
      assertThat(rows(sequence)).as("step %d", step).isEqualTo(rows(full));
      assertThat(sequence.steps()).isEqualTo(step);
      assertThat(sequence.initial().generation()).isEqualTo(full.initial().generation());
      assertThat(sequence.dense(sequence.parameters()))
          .isDeepEqualTo(full.dense(full.parameters()));
      removed += removedRows(delta);
      before = step;
    }
    assertThat(removed > 0).isEqualTo(reset.equals("each-epoch"));
  }

  private static int removedRows(Path delta) {
    try {
      int rows = 0;
      for (String table : List.of("C1", "C2", "C3", "C4")) {
        rows += (int) (Files.size(delta.resolve("rows/" + table + ".removed.npy")) - 128) / 4;
      }
      return rows;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void gapsAndOtherRunsAndDamageAreRefused() throws IOException {
    train("run");
    train("other", "train.seed=6");
    Path base = export("run", 20, -1);
    Path first = export("run", 40, 20);
    Path second = export("run", 60, 40);
    assertThatThrownBy(() -> new ModelSequence(base).then(second))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll("begins at step", "40", "ends at step", "20");
    assertThatThrownBy(() -> new ModelSequence(base).then(first).then(first))
        .hasMessageContaining("without a gap");
    Path foreign = export("other", 40, 20);
    assertThatThrownBy(() -> new ModelSequence(base).then(foreign))
        .hasMessageContaining("of another run");
    assertThatThrownBy(() -> new ModelSequence(base).then(base))
        .hasMessageContaining("no export of changed rows");
    assertThatThrownBy(() -> new ModelSequence(first))
        .hasMessageContaining("only the rows that differ");
    Path file = first.resolve("rows/C3.weight.npy");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> rows(new ModelSequence(base).then(first)))
        .hasMessageContaining("C3.weight.npy");
    Files.delete(first.resolve("rows/C3.removed.npy"));
    assertThatThrownBy(() -> rows(new ModelSequence(base).then(first)))
        .hasMessageContaining("C3.removed.npy");
  }
}
