package dev.farsight.parquet.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * DuckDB, whose reader of Parquet is its own, finds in exported files what was exported, to the
 * bit. Needs a Python with duckdb, which PYTHON may name; skipped without.
 */
class DuckDbTest {

  private static final Path SCRIPT = Path.of("src/test/python/read_export.py");
  private static final int DIM = 5;
  private static final int STATE = 2;
  private static final int ROWS = 30_000;

  /** Bits of floats that are easily lost: zeros with a sign, subnormals, infinities, NaN. */
  private static final int[] EDGES = {
    0, 0x80000000, 1, 0x807FFFFF, 0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000
  };

  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);

  /** What is exported, as the script prints it. */
  private final List<String> exportedRows = new ArrayList<>();

  private final List<String> exportedParameters = new ArrayList<>();

  @TempDir Path folder;

  private float draw() {
    int bits = random.nextInt();
    boolean edge = random.nextInt(20) == 0;
    float value = Float.intBitsToFloat(edge ? EDGES[bits & 7] : bits);
    return Float.isNaN(value) ? Float.NaN : value;
  }

  private final class Model implements ExportedModel {

    @Override
    public TableSet tables() {
      return new TableSet(List.of(new Table("C1", Integer.MAX_VALUE)));
    }

    @Override
    public RowFormat format() {
      return RowFormat.of(DIM, STATE);
    }

    @Override
    public InitialRows initial() {
      return new InitialRows(tables(), format(), 1);
    }

    @Override
    public long rowUpdates() {
      return 0;
    }

    @Override
    public long denseUpdates() {
      return 0;
    }

    @Override
    public List<DenseState.Parameter> parameters() {
      return List.of(
          new DenseState.Parameter("top.0.weight", List.of(20, 30), false),
          new DenseState.Parameter("top.0.bias \u00e9", List.of(20), false),
          new DenseState.Parameter("top.0.bias.adagrad", List.of(20), true));
    }

    @Override
    public float[] values(int parameter) {
      DenseState.Parameter of = parameters().get(parameter);
      var values = new float[of.shape().stream().reduce(1, (a, b) -> a * b)];
      var shape = new StringJoiner(" ", "[", "]");
      of.shape().forEach(size -> shape.add(size.toString()));
      exportedParameters.add(
          of.name() + (of.optimizerState() ? " True " : " False ") + shape + " " + fill(values));
      return values;
    }

    @Override
    public int rows(int table) {
      return ROWS;
    }

    @Override
    public void forEachRow(int table, RowSink sink) throws IOException {
      int index = -1;
      for (int r = 0; r < ROWS; r++) {
        index += random.nextInt(1, r == ROWS / 2 ? 1 << 30 : 9);
        var weight = new float[DIM];
        var state = new float[STATE];
        exportedRows.add(index + " " + fill(weight) + " " + fill(state));
        FloatBuffer row = FloatBuffer.allocate(1 + DIM + STATE);
        sink.row(index, row.put(1, weight).put(1 + DIM, state), 1);
      }
    }
  }

  /** Draws values, and tells their bits. */
  private String fill(float[] values) {
    var bits = new StringJoiner(" ", "[", "]");
    for (int i = 0; i < values.length; i++) {
      values[i] = draw();
      bits.add("%08x".formatted(Float.floatToIntBits(values[i])));
    }
    return bits.toString();
  }

  @Test
  void findsWhatWasExported() throws Exception {
    assumeTrue(python("-c", "import duckdb") != null, "no Python with duckdb");
    new ParquetFormat().write(new Model(), folder);

    List<String> rows = read("rows/C1.parquet", "index, weight, state");
    assertThat(rows.get(0)).isEqualTo("INTEGER FLOAT[] FLOAT[]");
    assertThat(rows.subList(1, rows.size())).as("seed %d", seed).isEqualTo(exportedRows);

    List<String> dense = read("dense.parquet", "name, optimizer_state, shape, value");
    assertThat(dense.get(0)).isEqualTo("VARCHAR BOOLEAN INTEGER[] FLOAT[]");
    assertThat(dense.subList(1, dense.size())).as("seed %d", seed).isEqualTo(exportedParameters);
  }

  private List<String> read(String file, String columns) throws Exception {
    List<String> printed = python(SCRIPT.toString(), folder.resolve(file).toString(), columns);
    assertThat(printed).isNotNull();
    return printed;
  }

  /** The lines that Python prints; null if there is none, or it fails. */
  private List<String> python(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(System.getenv().getOrDefault("PYTHON", "python3"));
    command.addAll(List.of(arguments));
    Path printed = folder.resolve("printed.txt");
    var builder = new ProcessBuilder(command).redirectOutput(printed.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("PYTHONUTF8", "1");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return null;
    }
    assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0 ? Files.readAllLines(printed) : null;
  }
}
