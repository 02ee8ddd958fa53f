package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Columns of a row against the words of a row, counted one by one. */
class RowColumnsTest {

  private static final List<Precision> PRECISIONS = List.of(Precision.values());

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void theColumnsOfAllRanksMakeTheRow() {
    for (int round = 0; round < 200; round++) {
      int ranks = 2 + random.nextInt(4);
      var precision = PRECISIONS.get(random.nextInt(PRECISIONS.size()));
      int dim = ranks * RowColumns.unit(rowOf(4, precision)) * (1 + random.nextInt(5));
      List<StatePart> state = new ArrayList<>();
      for (int p = random.nextInt(3); p > 0; p--) {
        state.add(new StatePart("s" + p, random.nextBoolean() ? dim : 1, p));
      }
      check(new RowFormat(dim, precision, state), ranks);
    }
  }

  private static RowFormat rowOf(int dim, Precision precision) {
    return new RowFormat(dim, precision, List.of());
  }

  private void check(RowFormat format, int ranks) {
    String what = "seed " + seed + ", " + ranks + " ranks, " + format;
    var whole = RowBuffer.allocate(format, 3, HostBuffers.plain());
    var copy = RowBuffer.allocate(format, 3, HostBuffers.plain());
    var words = new float[format.words()];
    for (int w = 0; w < words.length; w++) {
      words[w] = w + 1;
    }
    whole.put(1, words);
    for (int rank = 0; rank < ranks; rank++) {
      var columns = new RowColumns(format, rank, ranks);
      var own = RowBuffer.allocate(columns.format(), 2, HostBuffers.plain());
      columns.read(whole, 1, own, 1);
      var read = new float[columns.format().words()];
      own.get(1, read);
      assertThat(read).as(what).isEqualTo(expected(format, words, rank, ranks));
      assertThat(columns.first()).as(what).isEqualTo(rank * format.dim() / ranks);
      columns.write(own, 1, copy, 2);
    }
    var joined = new float[words.length];
    copy.get(2, joined);
    assertThat(joined).as(what).isEqualTo(words);
    copy.get(1, joined);
    assertThat(joined).as(what + ": another row").isEqualTo(new float[words.length]);
  }

  /** Word by word: those of weights and of a state of each weight in equal stretches. */
  private static float[] expected(RowFormat format, float[] words, int rank, int ranks) {
    List<Float> expected = new ArrayList<>();
    int from = 0;
    int weightWords = format.dim() * format.precision().bytes() / Float.BYTES;
    List<Integer> stretches = new ArrayList<>(List.of(weightWords));
    format.state().forEach(part -> stretches.add(part.floats()));
    for (int stretch : stretches) {
      for (int i = 0; i < stretch; i++) {
        if (stretch == 1 || i / (stretch / ranks) == rank) {
          expected.add(words[from + i]);
        }
      }
      from += stretch;
    }
    var values = new float[expected.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = expected.get(i);
    }
    return values;
  }

  @Test
  void theWidthHasToDivideIntoWholeWords() {
    assertThat(RowColumns.divides(rowOf(6, Precision.FP32), 3)).isTrue();
    assertThat(RowColumns.divides(rowOf(6, Precision.FP32), 4)).isFalse();
    assertThat(RowColumns.divides(rowOf(6, Precision.BF16), 2)).isFalse();
    assertThat(RowColumns.divides(rowOf(8, Precision.FP16), 4)).isTrue();
    assertThatThrownBy(() -> new RowColumns(rowOf(6, Precision.FP32), 0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows of 6 fp32 weights and 0 floats of state over 4 ranks");
  }
}
