package dev.farsight.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.store.NaiveRowStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A small model with known values: two tables, of which some rows were written, and a layer. */
public final class TestModel {

  static final RowFormat FORMAT = RowFormat.of(4, 1);
  static final TableSet TABLES = new TableSet(List.of(new Table("C1", 50), new Table("C2", 400)));
  private static final long SEED = 17;

  private final NaiveRowStore rows = emptyStore();
  private final HeldDense dense = new HeldDense();

  /**
   * @param value the value of all weights and parameters; so that a mixture of models is found
   */
  TestModel(float value) {
    var random = new Random(3);
    long[] ids = random.longs(120, 0, TABLES.rows()).distinct().sorted().toArray();
    var buffer = RowBuffer.allocate(FORMAT, ids.length, HostBuffers.plain());
    for (int w = 0; w < ids.length * FORMAT.words(); w++) {
      buffer.floats().put(w, value);
    }
    rows.write(ids, 0, ids.length, buffer, 0).await();
    for (int p = 0; p < dense.parameters().size(); p++) {
      var values = new float[dense.parameters().get(p).size()];
      Arrays.fill(values, value);
      dense.write(p, values);
    }
  }

  static NaiveRowStore emptyStore() {
    return new NaiveRowStore(
        new StoreSpec(
            TABLES,
            FORMAT,
            new InitialRows(TABLES, FORMAT, SEED),
            Settings.of("farsight.storage.test", ConfigFactory.empty()),
            1));
  }

  /** Saves a model whose values are all 1.5. */
  public static void save(Path model) {
    new TestModel(1.5f).saveTo(model);
  }

  void saveTo(Path model) {
    new ModelDirectory(model)
        .save(
            dense,
            rows,
            new ModelFacts(
                new OptimizerUpdates(7, 9), FittedFolder.Content.NONE, Optional.empty(), Map.of()));
  }

  /** Loads a model whose values must be the same everywhere, and returns that value. */
  static float load(Path model) {
    NaiveRowStore store = emptyStore();
    var dense = new HeldDense();
    new SavedModel(model).load(dense, store);
    float value = dense.values[0][0];
    assertSame(new TestModel(value), dense, store);
    return value;
  }

  /** Checks what was loaded. */
  private static void assertSame(TestModel expected, HeldDense dense, NaiveRowStore store) {
    assertThat(store.rowsHeld()).isEqualTo(expected.rows.rowsHeld());
    for (long row = 0; row < TABLES.rows(); row++) {
      assertThat(store.value(row)).as("row %d", row).isEqualTo(expected.rows.value(row));
    }
    for (int p = 0; p < dense.values.length; p++) {
      assertThat(dense.values[p]).isEqualTo(expected.dense.values[p]);
    }
  }

  /** Makes a model what earlier versions wrote: without checksums. */
  public static void unseal(Path model) throws IOException {
    Files.delete(model.resolve("model.json.sha256"));
    Path file = model.resolve("model.json");
    var json =
        ConfigFactory.parseString(Files.readString(file))
            .withoutPath("files")
            .withoutPath("version")
            .withValue("format", ConfigValueFactory.fromAnyRef(2));
    Files.writeString(file, json.root().render(ConfigRenderOptions.concise()));
  }

  /** Dense parameters on the heap. */
  static final class HeldDense implements DenseState {

    final float[][] values = {new float[12], new float[3]};

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter("top.0.weight", List.of(3, 4), false),
          new Parameter("top.0.bias", List.of(3), false));
    }

    @Override
    public void read(int parameter, float[] target) {
      System.arraycopy(values[parameter], 0, target, 0, target.length);
    }

    @Override
    public void write(int parameter, float[] source) {
      System.arraycopy(source, 0, values[parameter], 0, source.length);
    }
  }
}
