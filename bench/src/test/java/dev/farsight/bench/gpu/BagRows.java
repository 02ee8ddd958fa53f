package dev.farsight.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** A csv file with every kind of categorical column, drawn from a seed. */
final class BagRows {

  /** The columns as {@code data.csv.categorical} has them. */
  static final String CATEGORICAL =
      """
      [ { column = user, rows = 20000, kind = integer }
        { column = item, rows = 9000, kind = integer }
        { column = history, table = item, separator = "|", max-lookups = 12, pooling = mean }
        { column = liked, table = item, separator = "|", max-lookups = 6, weights = scores }
        { column = tags, rows = 500, kind = integer, separator = "|", max-lookups = 8, pooling = max }
        { column = terms, rows = 300, kind = integer, separator = "|", max-lookups = 9, pooling = mean, weights = shares }
        { column = shop, rows = 3, kind = integer, separator = "|", max-lookups = 20, pooling = sum } ]
      """;

  private BagRows() {}

  static Path write(Path file, int rows, long seed) throws IOException {
    var random = new Random(seed);
    var text =
        new StringBuilder("label,price,user,item,history,liked,scores,tags,terms,shares,shop\n");
    for (int r = 0; r < rows; r++) {
      text.append(random.nextInt(2)).append(',').append(random.nextInt(100)).append(',');
      text.append(random.nextInt(20_000)).append(',').append(skewed(random, 9000)).append(',');
      text.append(bag(random, random.nextInt(13), 9000)).append(',');
      weighted(text, random, random.nextInt(7), 9000);
      text.append(bag(random, random.nextInt(9), 500)).append(',');
      weighted(text, random, random.nextInt(10), 300);
      text.append(bag(random, random.nextInt(21), 3)).append('\n');
    }
    return Files.writeString(file, text);
  }

  private static int skewed(Random random, int rows) {
    return random.nextInt(1 + random.nextInt(rows));
  }

  private static String bag(Random random, int lookups, int rows) {
    var bag = new StringBuilder();
    for (int l = 0; l < lookups; l++) {
      bag.append(l == 0 ? "" : "|").append(skewed(random, rows));
    }
    return bag.toString();
  }

  private static void weighted(StringBuilder text, Random random, int lookups, int rows) {
    text.append(bag(random, lookups, rows)).append(',');
    for (int l = 0; l < lookups; l++) {
      text.append(l == 0 ? "" : "|");
      text.append(String.format(Locale.ROOT, "%.3f", 3 * random.nextDouble() - 1));
    }
    text.append(',');
  }
}
