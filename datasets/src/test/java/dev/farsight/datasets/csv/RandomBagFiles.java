package dev.farsight.datasets.csv;

import dev.farsight.datasets.Opened.BagRow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Random files with bags, and what is to be read of them, by a parser of a few lines that splits
 * Strings.
 */
final class RandomBagFiles {

  private static final int ROWS = 97;

  /** A column of the files; {@code separator} is null for one value a field. */
  private record Column(String separator, int most, String padding, boolean weighted) {

    String entry(int number) {
      var entry =
          new StringBuilder("{ column = c%d, rows = %d, kind = integer".formatted(number, ROWS));
      if (separator != null) {
        entry.append(", separator = \"%s\", max-lookups = %d".formatted(separator, most));
      }
      if (padding != null) {
        entry.append(", padding = ").append(padding);
      }
      if (weighted) {
        entry.append(", weights = w").append(number);
      }
      return entry.append(" }").toString();
    }
  }

  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final SplittableRandom random;
  private final List<Column> columns;
  private final boolean truncate;

  /** Share of the values that are malformed. */
  private final double spoilt;

  private final List<BagRow> rows = new ArrayList<>();
  private int bad;
  private int truncated;
  private int truncatedInRow;

  RandomBagFiles(SplittableRandom random) {
    this.random = random;
    this.truncate = random.nextBoolean();
    this.spoilt = random.nextBoolean() ? 0 : 0.02;
    this.columns =
        IntStream.rangeClosed(1, random.nextInt(1, 5)).mapToObj(c -> column(random)).toList();
  }

  /** The section csv. */
  String conf() {
    return "csv { on-long-bag = %s, dense = [x], transform = none, categorical = [%s] }"
        .formatted(
            truncate ? "truncate" : "fail",
            IntStream.range(0, columns.size())
                .mapToObj(c -> columns.get(c).entry(c))
                .collect(Collectors.joining(", ")));
  }

  /** The well-formed rows of all files made. */
  List<BagRow> rows() {
    return rows;
  }

  int bad() {
    return bad;
  }

  int truncated() {
    return truncated;
  }

  private static Column column(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      return new Column(null, 1, null, false);
    }
    return new Column(
        List.of("|", ";", " ", "/").get(random.nextInt(4)),
        random.nextInt(1, 12),
        random.nextInt(3) == 0 ? "0" : null,
        random.nextInt(3) == 0);
  }

  /** Makes a file. */
  String file() {
    var text = new StringBuilder("label,x");
    for (int c = 0; c < columns.size(); c++) {
      text.append(",c").append(c);
      text.append(columns.get(c).weighted() ? ",w" + c : "");
    }
    text.append('\n');
    int count = random.nextInt(1, 1500);
    for (int r = 0; r < count; r++) {
      var fields = new ArrayList<String>();
      fields.add(String.valueOf(random.nextInt(2)));
      fields.add(String.valueOf(random.nextInt(100)));
      for (Column column : columns) {
        addFields(column, fields);
      }
      expect(fields);
      for (int f = 0; f < fields.size(); f++) {
        boolean quoted = random.nextInt(4) == 0;
        text.append(f == 0 ? "" : ",").append(quoted ? '"' + fields.get(f) + '"' : fields.get(f));
      }
      text.append(random.nextInt(3) == 0 ? "\r\n" : "\n");
    }
    return text.toString();
  }

  private void addFields(Column column, List<String> fields) {
    if (column.separator() == null) {
      fields.add(value());
      return;
    }
    int values = random.nextInt(column.most() + (random.nextInt(20) == 0 ? 4 : 1));
    fields.add(join(column, values, this::value));
    if (column.weighted()) {
      boolean wrong = random.nextDouble() < spoilt;
      fields.add(
          join(column, values + (wrong ? 1 : 0), () -> (random.nextInt(100) - 50) / 8.0 + ""));
    }
  }

  private static String join(Column column, int values, Supplier<String> value) {
    return IntStream.range(0, values)
        .mapToObj(i -> value.get())
        .collect(Collectors.joining(column.separator()));
  }

  private String value() {
    if (random.nextDouble() < spoilt) {
      return "x1";
    }
    return switch (random.nextInt(8)) {
      case 0 -> "";
      case 1 -> "0";
      case 2 -> "-" + random.nextInt(1000);
      default -> String.valueOf(random.nextInt(1000));
    };
  }

  private void expect(List<String> fields) {
    try {
      truncatedInRow = 0;
      rows.add(parse(fields));
      truncated += truncatedInRow;
    } catch (Malformed e) {
      bad++;
    }
  }

  private BagRow parse(List<String> fields) throws Malformed {
    var bags = new ArrayList<List<Integer>>();
    var weights = new ArrayList<List<Float>>();
    int next = 2;
    for (Column column : columns) {
      String field = fields.get(next++);
      if (column.separator() == null) {
        bags.add(List.of(field.isEmpty() ? 0 : index(field)));
        weights.add(null);
        continue;
      }
      String weightField = column.weighted() ? fields.get(next++) : null;
      parseBag(column, field, weightField, bags, weights);
    }
    return new BagRow(
        Float.parseFloat(fields.get(0)),
        List.of(Float.parseFloat(fields.get(1))),
        bags,
        weights,
        Float.NaN);
  }

  private void parseBag(
      Column column,
      String field,
      String weightField,
      List<List<Integer>> bags,
      List<List<Float>> weights)
      throws Malformed {
    String[] values = split(column, field);
    String[] given = weightField == null ? null : split(column, weightField);
    if (given != null && given.length != values.length) {
      throw new Malformed();
    }
    var bag = new ArrayList<Integer>();
    var bagWeights = new ArrayList<Float>();
    int lookups = 0;
    for (int v = 0; v < values.length; v++) {
      if (values[v].isEmpty() || values[v].equals(column.padding())) {
        continue;
      }
      if (lookups++ < column.most()) {
        bag.add(index(values[v]));
        bagWeights.add(given == null ? 1f : Float.parseFloat(given[v]));
      }
    }
    if (lookups > column.most()) {
      if (!truncate) {
        throw new Malformed();
      }
      truncatedInRow++;
    }
    bags.add(bag);
    weights.add(given == null ? null : bagWeights);
  }

  private static String[] split(Column column, String field) {
    return field.isEmpty() ? new String[0] : field.split(Pattern.quote(column.separator()), -1);
  }

  private static int index(String value) throws Malformed {
    try {
      return Math.floorMod(Integer.parseInt(value), ROWS);
    } catch (NumberFormatException e) {
      throw new Malformed();
    }
  }
}
