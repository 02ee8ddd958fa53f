package dev.farsight.parquet.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.parquet.ParquetPlugin;
import dev.farsight.testkit.plugin.RegisteredFactories;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFormatTest {

  private static final int ROWS = 20_000;

  @TempDir Path folder;

  /** Two tables; every third row of the second one, whose value tells its index. */
  private record Model(RowFormat format) implements ExportedModel {

    @Override
    public TableSet tables() {
      return new TableSet(List.of(new Table("../none", 5), new Table("C2", ROWS)));
    }

    @Override
    public InitialRows initial() {
      return new InitialRows(tables(), format, 1);
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
          new DenseState.Parameter("top.0.weight", List.of(2, 3), false),
          new DenseState.Parameter("top.0.weight.adagrad", List.of(2, 3), true));
    }

    @Override
    public float[] values(int parameter) {
      return new float[] {parameter, 1, -2, Float.MIN_VALUE, 4, 5};
    }

    @Override
    public int rows(int table) {
      return table == 0 ? 0 : (ROWS + 2) / 3;
    }

    @Override
    public void forEachRow(int table, RowSink sink) throws IOException {
      FloatBuffer values = FloatBuffer.allocate(7 + format.words());
      for (int i = 0; i < ROWS && table == 1; i += 3) {
        for (int d = 0; d < format.words(); d++) {
          values.put(7 + d, i + d / 16f);
        }
        sink.row(i, values, 7);
      }
    }
  }

  private static List<Group> read(Path file) throws IOException {
    var groups = new ArrayList<Group>();
    var options = ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (var reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      for (var pages = reader.readNextRowGroup(); pages != null; ) {
        var records =
            new ColumnIOFactory()
                .getColumnIO(schema)
                .getRecordReader(pages, new GroupRecordConverter(schema));
        for (long r = 0; r < pages.getRowCount(); r++) {
          groups.add(records.read());
        }
        pages = reader.readNextRowGroup();
      }
    }
    return groups;
  }

  private static List<Float> floats(Group record, String field) {
    Group list = record.getGroup(field, 0);
    var floats = new ArrayList<Float>();
    for (int i = 0; i < list.getFieldRepetitionCount("list"); i++) {
      floats.add(list.getGroup("list", i).getFloat("element", 0));
    }
    return floats;
  }

  @Test
  void rowsAndDenseParametersComeBack() throws IOException {
    new ParquetFormat().write(new Model(RowFormat.of(3, 1)), folder);
    List<Group> rows = read(folder.resolve("rows/C2.parquet"));
    assertThat(rows).hasSize((ROWS + 2) / 3);
    for (int r = 0; r < rows.size(); r++) {
      float i = 3f * r;
      assertThat(rows.get(r).getInteger("index", 0)).isEqualTo(3 * r);
      assertThat(floats(rows.get(r), "weight")).containsExactly(i, i + 1 / 16f, i + 2 / 16f);
      assertThat(floats(rows.get(r), "state")).containsExactly(i + 3 / 16f);
    }
    assertThat(read(folder.resolve("rows/%2E.%2Fnone.parquet"))).isEmpty();

    List<Group> dense = read(folder.resolve("dense.parquet"));
    assertThat(dense).hasSize(2);
    assertThat(dense.get(1).getString("name", 0)).isEqualTo("top.0.weight.adagrad");
    assertThat(dense.get(1).getBoolean("optimizer_state", 0)).isTrue();
    assertThat(floats(dense.get(1), "value")).containsExactly(1f, 1f, -2f, Float.MIN_VALUE, 4f, 5f);
    Group shape = dense.get(0).getGroup("shape", 0);
    assertThat(shape.getGroup("list", 0).getInteger("element", 0)).isEqualTo(2);
    assertThat(shape.getGroup("list", 1).getInteger("element", 0)).isEqualTo(3);
  }

  @Test
  void withoutStateThereIsNoColumnForIt() throws IOException {
    new ParquetFormat().write(new Model(RowFormat.of(2, 0)), folder);
    Group first = read(folder.resolve("rows/C2.parquet")).get(0);
    assertThat(first.getType().containsField("state")).isFalse();
    assertThat(floats(first, "weight")).containsExactly(0f, 1 / 16f);
  }

  @Test
  void aPluginOffersIt() {
    assertThat(RegisteredFactories.ofService(ParquetPlugin.class).exportFormats())
        .containsOnlyKeys("parquet");
  }
}
