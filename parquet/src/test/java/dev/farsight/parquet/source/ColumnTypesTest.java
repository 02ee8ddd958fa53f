package dev.farsight.parquet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.reading.RowIndexRule;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the values of each type become, and which types are refused. */
class ColumnTypesTest {

  private static final int ROWS = 1_000_003;
  private static final String LABEL = "required int32 label; ";

  @TempDir Path folder;

  private String path(String schema, Consumer<Group> row) throws IOException {
    Path file =
        WrittenFile.PLAIN.write(
            folder.resolve("a.parquet"),
            LABEL + schema,
            List.of(
                group -> {
                  group.append("label", 1);
                  row.accept(group);
                }));
    return "path = \"" + file + "\"\n";
  }

  /** The index of the one value in column x. */
  private int index(String schema, String kind, Consumer<Group> row) throws IOException {
    return index("x", schema, kind, row);
  }

  private int index(String column, String schema, String kind, Consumer<Group> row)
      throws IOException {
    String conf =
        "parquet.categorical = [{ column = \"%s\", rows = %d, kind = %s }]"
            .formatted(column, ROWS, kind);
    return Opened.train(path(schema, row) + conf).get(0).bags().get(0).get(0);
  }

  private float number(String schema, Consumer<Group> row) throws IOException {
    String conf =
        """
        parquet.transform = none
        parquet.dense = [x]
        parquet.categorical = [{ column = label, rows = 2, kind = integer }]
        """;
    return Opened.train(path(schema, row) + conf).get(0).dense().get(0);
  }

  private List<Integer> list(String schema, Consumer<Group> row) throws IOException {
    String conf =
        "parquet.categorical = [{ column = x, rows = %d, kind = integer, max-lookups = 9 }]"
            .formatted(ROWS);
    return Opened.train(path(schema, row) + conf).get(0).bags().get(0);
  }

  private static int hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return RowIndexRule.text().index(bytes, 0, bytes.length, ROWS);
  }

  private static int modulo(String number) {
    return new BigInteger(number).mod(BigInteger.valueOf(ROWS)).intValue();
  }

  @Test
  void wholeNumbers() throws IOException {
    assertThat(index("optional int32 x;", "integer", g -> g.append("x", -7)))
        .isEqualTo(modulo("-7"));
    assertThat(index("optional int32 x (INTEGER(8,true));", "integer", g -> g.append("x", -128)))
        .isEqualTo(modulo("-128"));
    assertThat(index("optional int64 x;", "integer", g -> g.append("x", Long.MIN_VALUE)))
        .isEqualTo(modulo("-9223372036854775808"));
    assertThat(index("optional int32 x (INTEGER(32,false));", "integer", g -> g.append("x", -1)))
        .isEqualTo(modulo("4294967295"));
    assertThat(index("optional int64 x (INTEGER(64,false));", "integer", g -> g.append("x", -1L)))
        .isEqualTo(modulo("18446744073709551615"));
    assertThat(index("optional int64 x;", "string", g -> g.append("x", 1200L)))
        .isEqualTo(hash("1200"));
    assertThat(index("optional int64 x;", "hex", g -> g.append("x", 12L))).isEqualTo(0x12);
    assertThat(number("optional int64 x;", g -> g.append("x", -(1L << 62) - 1)))
        .isEqualTo((float) -(1L << 62));
  }

  @Test
  void text() throws IOException {
    assertThat(index("optional binary x (STRING);", "string", g -> g.append("x", "h\u00e9")))
        .isEqualTo(hash("h\u00e9"));
    assertThat(index("optional binary x (ENUM);", "string", g -> g.append("x", "RED")))
        .isEqualTo(hash("RED"));
    assertThat(index("optional binary x;", "hex", g -> g.append("x", "ff"))).isEqualTo(255);
    assertThat(number("optional binary x (STRING);", g -> g.append("x", "-2.5"))).isEqualTo(-2.5f);
  }

  @Test
  void floatingPointNumbers() throws IOException {
    assertThat(number("optional float x;", g -> g.append("x", 0.1f))).isEqualTo(0.1f);
    assertThat(number("optional double x;", g -> g.append("x", -1e-300))).isEqualTo(-0f);
    assertThat(number("optional double x;", g -> g.append("x", Math.PI)))
        .isEqualTo((float) Math.PI);
    assertThat(index("optional double x;", "integer", g -> g.append("x", 12.0))).isEqualTo(12);
    assertThat(index("optional float x;", "integer", g -> g.append("x", -3f)))
        .isEqualTo(modulo("-3"));
    assertThat(index("optional double x;", "string", g -> g.append("x", 12e6)))
        .isEqualTo(hash("12000000.0"));
  }

  @Test
  void otherTypes() throws IOException {
    assertThat(index("optional boolean x;", "integer", g -> g.append("x", true))).isEqualTo(1);
    assertThat(number("optional boolean x;", g -> g.append("x", true))).isEqualTo(1);
    assertThat(index("optional int32 x (DATE);", "string", g -> g.append("x", 19_782)))
        .isEqualTo(hash("2024-02-29"));
    assertThat(number("optional int32 x (DECIMAL(9,2));", g -> g.append("x", -1234)))
        .isEqualTo(-12.34f);
    assertThat(number("optional int64 x (DECIMAL(18,3));", g -> g.append("x", 1L)))
        .isEqualTo(0.001f);
    Binary minusOne = Binary.fromConstantByteArray(new byte[] {-1, -1, -1});
    assertThat(
            number(
                "optional fixed_len_byte_array(3) x (DECIMAL(6,1));", g -> g.append("x", minusOne)))
        .isEqualTo(-0.1f);
  }

  @Test
  void nullsAndEmptyTextsAreMissing() throws IOException {
    assertThat(index("optional int64 x;", "integer", g -> {})).isZero();
    assertThat(index("optional binary x (STRING);", "string", g -> g.append("x", ""))).isZero();
    assertThat(number("optional double x;", g -> {})).isZero();
    assertThat(
            list(
                "optional group x (LIST) { repeated group list { optional int32 element; } }",
                g -> {}))
        .isEmpty();
  }

  @Test
  void listsOfAllKinds() throws IOException {
    assertThat(
            list(
                "optional group x (LIST) { repeated group list { optional int32 element; } }",
                g -> {
                  Group x = g.addGroup("x");
                  x.addGroup("list").append("element", 5);
                  x.addGroup("list");
                  x.addGroup("list").append("element", 6);
                }))
        .containsExactly(5, 6);
    assertThat(
            list(
                "optional group x (LIST) { repeated group bag { optional int64 array_element; } }",
                g -> g.addGroup("x").addGroup("bag").append("array_element", 8L)))
        .containsExactly(8);
    assertThat(
            list(
                "optional group x (LIST) { repeated int32 array; }",
                g -> g.addGroup("x").append("array", 1).append("array", 2)))
        .containsExactly(1, 2);
    assertThat(list("repeated int32 x;", g -> g.append("x", 3).append("x", 4)))
        .containsExactly(3, 4);
    assertThat(list("optional int32 x;", g -> g.append("x", 9)))
        .as("one value is a list of one")
        .containsExactly(9);
  }

  @Test
  void membersOfStructsHaveNamesWithDots() throws IOException {
    String schema = "optional group user { optional group home { required int32 city; } }";
    assertThat(
            index(
                "user.home.city",
                schema,
                "integer",
                g -> g.addGroup("user").addGroup("home").append("city", 77)))
        .isEqualTo(77);
    assertThat(index("user.home.city", schema, "integer", g -> g.addGroup("user"))).isZero();
    assertThat(index("user.home.city", schema, "integer", g -> {})).isZero();
  }

  @Test
  void oneColumnAsNumberAndCategory() throws IOException {
    String conf =
        """
        parquet.transform = none
        parquet.dense = [x]
        parquet.buckets = true
        parquet.categorical = [{ column = x, rows = 100, kind = integer }]
        """;
    Opened.Row row =
        Opened.train(path("optional double x;", g -> g.append("x", 2.0)) + conf).get(0);
    assertThat(row.dense()).containsExactly(2f);
    assertThat(row.bags()).containsExactly(List.of(2), List.of(19));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "optional int96 x; # is of type int96, which cannot be read; convert it to a number or text",
        "optional int64 x (TIMESTAMP(MICROS,true)); # is of type int64 timestamp(micros,true), which cannot be read",
        "optional int32 x (TIME(MILLIS,true)); # is of type int32 time(millis,true), which cannot be read",
        "optional fixed_len_byte_array(16) x (UUID); # is of type fixed_len_byte_array uuid, which cannot be read",
        "optional group x { optional int32 id; } # is a struct; name one of its members, such as x.id",
        "optional group x (MAP) { repeated group key_value { required int32 key; } } # is a map",
        "repeated int32 x; # is a list, and one value is expected; a categorical column of lists has max-lookups",
        "optional group x (LIST) { repeated group list { optional group element (LIST) { repeated group list { optional int32 element; } } } } # is a list",
      })
  void refused(String schema, String complaint) throws IOException {
    String path = path(schema, group -> {});
    String conf = path + "parquet.categorical = [{ column = x, rows = 9, kind = integer }]";
    assertThatThrownBy(() -> Opened.train(conf))
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith(folder + "/a.parquet: column x " + complaint);
  }

  @Test
  void listsOfListsAreRefused() throws IOException {
    String path =
        path(
            "optional group x (LIST) { repeated group list { optional group element (LIST) { repeated group list { optional int32 element; } } } }",
            group -> {});
    assertThatThrownBy(
            () ->
                Opened.train(
                    path
                        + "parquet.categorical = [{ column = x, rows = 9, kind = integer, max-lookups = 3 }]"))
        .hasMessageContaining("column x is a list of lists or structs, which cannot be read");
  }
}
