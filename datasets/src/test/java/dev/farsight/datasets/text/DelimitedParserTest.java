package dev.farsight.datasets.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.reading.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DelimitedParserTest {

  /** Bytes that differ from a separator or a quote in one bit, and those beyond ASCII. */
  private static final String BYTES = ",,,,-.+;\u00ac\u00ff\u0000\u0001\u007f\u0080 !#abc";

  @Test
  void cutsAsStringsAreSplit() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      var row = new StringBuilder();
      for (int left = random.nextInt(60); left >= 0; left--) {
        row.append(BYTES.charAt(random.nextInt(BYTES.length())));
      }
      List<String> expected = List.of(row.toString().split(",", -1));
      for (boolean quotes : new boolean[] {false, true}) {
        assertThat(cut(row.toString(), quotes, expected.size(), random.nextInt(9)))
            .as("seed %d, quotes %s", seed, quotes)
            .isEqualTo(expected);
      }
    }
  }

  /**
   * @param before bytes before the row, of which none may count
   */
  private static List<String> cut(String row, boolean quotes, int fields, int before) {
    byte[] bytes = (",".repeat(before) + row + ",,").getBytes(ISO_8859_1);
    var format = new DelimitedFormat(',', quotes, false, null, null);
    var into = new Positions();
    format.parser(fields, fields).parse(bytes, before, before + row.length(), into);
    var texts = new ArrayList<String>();
    for (int f = 0; f < into.count; f++) {
      texts.add(new String(bytes, into.starts[f], into.ends[f] - into.starts[f], ISO_8859_1));
    }
    return texts;
  }

  private static final class Positions implements Fields {

    private int[] starts;
    private int[] ends;
    private int count;

    @Override
    public void at(int[] from, int[] to, int fields) {
      starts = from;
      ends = to;
      count = fields;
    }

    @Override
    public boolean reads(String name) {
      throw new AssertionError("by name");
    }

    @Override
    public void set(String name, String text) {
      throw new AssertionError("by name");
    }

    @Override
    public void add(String name, String text) {
      throw new AssertionError("by name");
    }
  }
}
