package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.data.Pooling;
import dev.farsight.api.table.Table;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BagRule;
import dev.farsight.reading.BagRule.LongBags;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.RowIndexRule;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Fields by name, against a map of texts. */
class RecordFieldsTest {

  private static final String BETWEEN = "\uFFFF";

  private static final Columns COLUMNS =
      new Columns(
          "label",
          List.of(DenseColumn.plain("x"), DenseColumn.plain("y")),
          Stream.of("one", "bag", "other")
              .map(name -> column(name, name.equals("one") ? null : listed()))
              .toList());

  private static BagRule listed() {
    return new BagRule(BagRule.LISTED, 9, LongBags.FAIL, Pooling.SUM, null, null);
  }

  private static CategoricalColumn column(String name, BagRule bag) {
    return new CategoricalColumn(name, name, new Table(name, 9), RowIndexRule.text(), bag, 1);
  }

  @Test
  void fieldsAreWhatWasHandedOverLast() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var fields = new RecordFields(COLUMNS);
    List<String> names = List.of("label", "x", "y", "one", "bag", "other", "no column");
    for (int round = 0; round < 3000; round++) {
      fields.start(new byte[0]);
      var expected = new TreeMap<String, String>();
      for (int left = random.nextInt(12); left > 0; left--) {
        String name = names.get(random.nextInt(names.size()));
        String text = "\u00e9".repeat(random.nextInt(3)) + random.nextInt(1000);
        if (random.nextInt(20) == 0) {
          text = text.repeat(100);
        }
        if (name.equals("bag") || name.equals("other")) {
          fields.add(name, text);
          expected.merge(name, text, (before, next) -> before + BETWEEN + next);
        } else {
          fields.set(name, text);
          expected.put(name, text);
        }
      }
      for (int f = 0; f < 6; f++) {
        assertThat(text(fields, f))
            .as("seed %d, %s", seed, names.get(f))
            .isEqualTo(expected.getOrDefault(names.get(f), ""));
      }
    }
  }

  private static String text(RecordFields fields, int field) {
    if (field >= fields.count()) {
      return "";
    }
    var text = new StringBuilder();
    int start = fields.from(field);
    for (int i = start; i <= fields.to(field); i++) {
      if (i == fields.to(field) || fields.bytes()[i] == BagRule.LISTED) {
        text.append(text.isEmpty() ? "" : BETWEEN);
        text.append(new String(fields.bytes(), start, i - start, UTF_8));
        start = i + 1;
      }
    }
    return text.toString();
  }

  @Test
  void aListOfTwoIsForABag() {
    var fields = new RecordFields(COLUMNS);
    fields.start(new byte[0]);
    fields.add("no column", "1");
    fields.add("no column", "2");
    fields.add("one", "1");
    assertThat(text(fields, 3)).isEqualTo("1");
    assertThatThrownBy(() -> fields.add("one", "2"))
        .isInstanceOf(BadRowException.class)
        .hasMessage("column one: a list of values, and one is expected");
    fields.start(new byte[0]);
    fields.add("one", "3");
    assertThat(text(fields, 3)).as("in the next record").isEqualTo("3");
  }
}
