package dev.farsight.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.HalfPrecision;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.testkit.store.NaiveRowStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model must not be. Most of it needs no damage: other programs can write it. */
class SavedModelTest {

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void save() {
    model = folder.resolve("model");
    TestModel.save(model);
  }

  private void assertRefused(String... found) {
    assertThatThrownBy(() -> TestModel.load(model))
        .isExactlyInstanceOf(FarsightException.class)
        .hasMessageContaining(model.toString())
        .hasMessageContainingAll(found);
  }

  @Test
  void aModelIsLoadedAsItWasSaved() throws IOException {
    assertThat(TestModel.load(model)).isEqualTo(1.5f);
    TestModel.unseal(model);
    assertThat(TestModel.load(model)).isEqualTo(1.5f);
  }

  /** Tables that changed places, grew, and got one more before them; rows of 16 bits. */
  @Test
  void weightsAreFoundByTheNamesOfTheirTables() {
    var saved = new SavedModel(model);
    var tables =
        new TableSet(List.of(new Table("new", 7), new Table("C2", 500), new Table("C1", 50)));
    var format = new RowFormat(4, RowFormat.Precision.BF16, List.of());
    List<Draw> drawn = saved.initial().draws();
    List<Draw> draws = List.of(Draw.normal(0.1f), drawn.get(1), drawn.get(0));
    var initial = new InitialRows(tables, format, draws, saved.initial().seed(), 0);
    var store =
        new NaiveRowStore(
            new StoreSpec(tables, format, initial, Settings.of("own", ConfigFactory.empty()), 1));
    saved.loadWeights(new TestModel.HeldDense(), store);
    NaiveRowStore before = TestModel.emptyStore();
    saved.loadRows(before);
    TableSet old = saved.initial().tables();
    for (Table table : old.tables()) {
      for (int i = 0; i < table.rows(); i++) {
        long oldRow = old.rowId(old.find(table.name()), i);
        long newRow = tables.rowId(tables.find(table.name()), i);
        var oldValue = ByteBuffer.wrap(before.value(oldRow)).order(ByteOrder.nativeOrder());
        var newValue = ByteBuffer.wrap(store.value(newRow)).order(ByteOrder.nativeOrder());
        for (int d = 0; d < 4; d++) {
          assertThat(newValue.getShort(2 * d))
              .as("%s %d", table.name(), i)
              .isEqualTo(HalfPrecision.nearest(RowFormat.Precision.BF16, oldValue.getFloat(4 * d)));
        }
      }
    }
    var untouched = new NaiveRowStore(store.spec());
    for (long row : new long[] {0, 6, tables.rowId(1, 400), tables.rowId(1, 499)}) {
      assertThat(store.written(row)).isFalse();
      assertThat(store.value(row)).isEqualTo(untouched.value(row));
    }
  }

  @Test
  void theChecksumOfTheManifestIsThatOfSha256sum() throws Exception {
    Process check =
        new ProcessBuilder("sha256sum", "-c", "model.json.sha256")
            .directory(model.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(output).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.json",
        "model.json.sha256",
        "dense/top.0.weight.npy",
        "dense/top.0.bias.npy",
        "rows/C1.index.npy",
        "rows/C2.weight.npy",
        "rows/C2.state.npy"
      })
  void aBitThatFlippedIsFound(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(model.resolve(file));
    bytes[bytes.length - 2] ^= 1;
    Files.write(model.resolve(file), bytes);
    assertRefused(file);
    Files.delete(model.resolve(file));
    assertRefused(file, "missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rows/C1.index.npy | <i4 | False | (N-1,) | index N-1 | shape",
        "rows/C1.weight.npy | <f4 | False | (N, 2) | as shape | not [",
        "rows/C1.weight.npy | <f4 | False | (4, N) | - | not [",
        "dense/top.0.weight.npy | <f4 | False | (4, 3) | - | shape [4, 3], not [3, 4]",
        "dense/top.0.bias.npy | >f4 | False | (3,) | - | type >f4, not <f4",
        "dense/top.0.bias.npy | <i4 | False | (3,) | - | type <i4, not <f4",
        "dense/top.0.weight.npy | <f4 | True | (3, 4) | - | Fortran order",
        "dense/top.0.bias.npy | <f4 | False | (4294967296, 4294967296) | - | larger than any file",
        "dense/top.0.bias.npy | <f4 | False | (99999999999999999999,) | - | header that cannot be read",
        "dense/top.0.bias.npy | <f4 | False | (4000000000,) | - | shape [4000000000] needs",
        "rows/C1.index.npy | <i4 | False | () | cut | not [0]",
        "rows/C1.state.npy | <f4 | False | (0, 1) | cut | shape [0, 1], not",
      })
  void anArrayOfAnotherShapeIsRefused(
      String file, String type, String order, String shape, String body, String complaint)
      throws IOException {
    TestModel.unseal(model);
    Path path = model.resolve(file);
    byte[] values = values(path);
    int rows = values(model.resolve("rows/C1.index.npy")).length / 4;
    String text = shape.replace("N-1", "" + (rows - 1)).replace("N", "" + rows);
    byte[] content =
        switch (body) {
          case "index N-1" -> Arrays.copyOf(values, values.length - 4);
          case "as shape" -> Arrays.copyOf(values, rows * 8);
          case "cut" -> Arrays.copyOf(values, shape.equals("()") ? 4 : 0);
          default -> values;
        };
    write(path, type, order, text, content);
    assertRefused(complaint, body.equals("index N-1") ? "rows/C1.weight.npy" : file);
  }

  @Test
  void dataBehindTheArrayIsRefused() throws IOException {
    TestModel.unseal(model);
    Path file = model.resolve("rows/C2.weight.npy");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 4));
    assertRefused("rows/C2.weight.npy", "has " + (bytes.length + 4) + " bytes, but");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused("rows/C2.weight.npy", "has " + (bytes.length - 1) + " bytes, but");
    Files.write(file, Arrays.copyOf(bytes, 70));
    assertRefused("rows/C2.weight.npy", "ends within its header");
  }

  @Test
  void aRowThatIsThereTwiceIsRefused() throws IOException {
    TestModel.unseal(model);
    Path file = model.resolve("rows/C1.index.npy");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int first = bytes.getInt(bytes.limit() - 8);
    bytes.putInt(bytes.limit() - 4, first);
    Files.write(file, bytes.array());
    assertRefused("has row " + first + " after row " + first);
    bytes.putInt(bytes.limit() - 4, 50);
    Files.write(file, bytes.array());
    assertRefused("has row 50 of the table C1, which has 50");
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws IOException {
    Path file = model.resolve("dense/top.0.bias.npy");
    Path elsewhere = folder.resolve("elsewhere.npy");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
    assertRefused("dense/top.0.bias.npy");
    Files.delete(file);
    Files.move(elsewhere, file);
    Files.move(model.resolve("rows"), folder.resolve("rows"));
    Files.createSymbolicLink(model.resolve("rows"), folder.resolve("rows"));
    assertRefused("symbolic link rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"seed\":17 | \"seed\":\"x\" | seed",
        "\"dim\":4 | \"dim\":[4] | dim",
        "\"dim\":4 | \"dim\":-4 | a row of -4 weights",
        "\"dim\":4 | \"dim\":2147483647 | a row of 2147483647 weights",
        "\"tables\" | \"tablets\" | tables",
        "\"dense\" | \"sparse\" | dense",
        "\"rows\":50 | \"rows\":5e99 | rows",
        "\"rows\":50 | \"rows\":0 | at least 1",
        "\"format\":2 | \"format\":{} | format",
        "\"format\":2 | \"format\":3 | files",
        "top.0.bias | top.0.weight | dense",
      })
  void aKeyThatIsMissingOrWrongIsNamedWithItsFile(String text, String replacement, String found)
      throws IOException {
    TestModel.unseal(model);
    Path file = model.resolve("model.json");
    String json = Files.readString(file);
    assertThat(json).contains(text);
    Files.writeString(file, json.replace(text, replacement));
    assertRefused("model.json", found);
  }

  private static byte[] values(Path npy) throws IOException {
    byte[] bytes = Files.readAllBytes(npy);
    int header = 10 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
    return Arrays.copyOfRange(bytes, header, bytes.length);
  }

  private static void write(Path file, String type, String order, String shape, byte[] values)
      throws IOException {
    String text =
        "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
    byte[] header =
        (text + " ".repeat(117 - text.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer all = ByteBuffer.allocate(128 + values.length).order(ByteOrder.LITTLE_ENDIAN);
    all.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
    Files.write(file, all.put(header).put(values).array());
  }
}
