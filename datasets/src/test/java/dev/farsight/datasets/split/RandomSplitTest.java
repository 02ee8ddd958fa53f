package dev.farsight.datasets.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code data.eval-where} over random files splits rows as a loop over Strings does. */
@Timeout(300)
class RandomSplitTest {

  private static final CsvFactory CSV = new CsvFactory();
  private static final int CATEGORIES = 50;

  @TempDir Path folder;

  /** A row of {@code label,day,x,c}. */
  private record Line(String label, String day, String x, String c, boolean good) {

    String text() {
      return String.join(",", label, day, x, c);
    }
  }

  /** What tells the parts. */
  private record Rule(String settings, Predicate<String> evaluates) {}

  private static Rule rule(SplittableRandom random) {
    int day = random.nextInt(1, 30);
    return switch (random.nextInt(4)) {
      case 0 ->
          new Rule(
              "values = [" + day + ", \"\", \"2026-01-05\"]",
              text -> text.equals("" + day) || text.isEmpty() || text.equals("2026-01-05"));
      case 1 -> new Rule("values = \"" + day + "\"", ("" + day)::equals);
      case 2 ->
          new Rule(
              "at-least = " + day,
              text ->
                  !text.isEmpty()
                      && (text.contains("-")
                          ? text.compareTo("" + day) >= 0
                          : Double.parseDouble(text) >= day));
      default ->
          new Rule(
              "at-least = \"2026-01-15\"",
              text -> !text.isEmpty() && text.compareTo("2026-01-15") >= 0);
    };
  }

  private static List<Line> lines(SplittableRandom random, boolean sorted) {
    var lines = new ArrayList<Line>();
    int count = random.nextInt(1500, 12_000);
    for (int r = 0; r < count; r++) {
      int day = sorted ? 1 + r * 29 / count : random.nextInt(1, 30);
      String text =
          switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "2026-01-%02d".formatted(day);
            case 2 -> day + ".0";
            default -> "" + day;
          };
      boolean good = random.nextInt(40) > 0;
      String x = random.nextInt(5) == 0 ? "" : "" + random.nextInt(1000);
      String c = "" + random.nextInt(random.nextInt(1, CATEGORIES));
      lines.add(new Line("" + random.nextInt(2), text, good ? x : "bad", c, good));
    }
    return lines;
  }

  /** Writes the lines into one to three files. */
  private String path(SplittableRandom random, List<Line> lines, String name) throws IOException {
    var files = new ArrayList<String>();
    int from = 0;
    while (from < lines.size()) {
      int to =
          files.size() == 2
              ? lines.size()
              : Math.min(lines.size(), from + random.nextInt(lines.size()));
      boolean packed = random.nextBoolean();
      Path file = folder.resolve(name + files.size() + (packed ? ".csv.gz" : ".csv"));
      String text =
          "label,day,x,c\n"
              + lines.subList(from, to).stream()
                  .map(line -> line.text() + "\n")
                  .collect(Collectors.joining());
      try (OutputStream out = Files.newOutputStream(file);
          OutputStream zipped = packed ? new GZIPOutputStream(out) : out) {
        zipped.write(text.getBytes(StandardCharsets.UTF_8));
      }
      files.add("\"" + file + "\"");
      from = to;
    }
    return "[" + String.join(", ", files) + "]";
  }

  /** A sample as the source should give it: values up to the mean, and kept categories. */
  private static List<Row> expected(List<Line> part, List<Line> training) {
    double mean =
        training.stream()
            .filter(line -> !line.x().isEmpty())
            .mapToDouble(line -> Double.parseDouble(line.x()))
            .average()
            .orElse(0);
    double deviation =
        Math.sqrt(
            training.stream()
                .filter(line -> !line.x().isEmpty())
                .mapToDouble(line -> Math.pow(Double.parseDouble(line.x()) - mean, 2))
                .average()
                .orElse(0));
    var counts = training.stream().collect(Collectors.groupingBy(Line::c, Collectors.counting()));
    return part.stream()
        .map(
            line -> {
              double x =
                  line.x().isEmpty() || deviation == 0
                      ? 0
                      : (Double.parseDouble(line.x()) - mean) / deviation;
              int c = Integer.parseInt(line.c());
              int index = c == 0 || counts.getOrDefault(line.c(), 0L) >= 3 ? c : CATEGORIES;
              return new Row(
                  Float.parseFloat(line.label()), List.of((float) x), List.of(index), Float.NaN);
            })
        .toList();
  }

  @Test
  void splitsAsALoopDoes() throws IOException {
    long seed = System.nanoTime();
    for (int round = 0; round < 25; round++, seed++) {
      var random = new SplittableRandom(seed);
      boolean spoilt = random.nextBoolean();
      List<Line> lines = lines(random, random.nextBoolean());
      if (!spoilt) {
        lines.removeIf(line -> !line.good());
      }
      Rule rule = rule(random);
      List<Line> evaluation = lines.stream().filter(l -> rule.evaluates.test(l.day())).toList();
      List<Line> training = lines.stream().filter(l -> !rule.evaluates.test(l.day())).toList();
      String conf =
          """
          path = %s, on-bad-row = %s, eval-where { column = day, %s }, csv {
            dense = [{ column = x, transform = standard }]
            categorical = [{ column = c, rows = %d, kind = integer, min-count = 3 }] }
          """
              .formatted(
                  path(random, lines, "f" + round),
                  spoilt ? "skip" : "fail",
                  rule.settings,
                  CATEGORIES);
      String as = "seed " + seed + ": " + conf;
      DataContext context = Opened.context("csv", conf, 1, random.nextInt(1, 5));
      try (DataSource source = CSV.open(context)) {
        assertThat(source.trainSamples()).as(as).isEqualTo(training.size());
        assertThat(source.evalSamples()).as(as).isEqualTo(evaluation.size());
        List<Line> good = training.stream().filter(Line::good).toList();
        List<Line> goodEvaluation = evaluation.stream().filter(Line::good).toList();
        check(as, source.train(0), expected(good, good), training.size() - good.size(), random);
        check(as, source.train(1), expected(good, good), training.size() - good.size(), random);
        check(
            as,
            source.eval(),
            expected(goodEvaluation, good),
            evaluation.size() - goodEvaluation.size(),
            random);
      }
    }
  }

  private static void check(
      String as, BatchSource pass, List<Row> expected, int bad, SplittableRandom random) {
    int capacity = random.nextInt(1, 700);
    int from = Math.min(expected.size(), capacity * random.nextInt(6));
    try (pass) {
      var scratch = new Batch(pass.schema(), capacity, HostBuffers.plain());
      assertThat(pass.skip(from, scratch)).as(as).isEqualTo(from);
      List<Row> rows = Opened.rows(pass, capacity);
      List<Row> wanted = expected.subList(from, expected.size());
      String of = as + ", from " + from + " in batches of " + capacity;
      assertThat(rows).as(of).extracting(Row::label).isEqualTo(column(wanted, Row::label));
      assertThat(rows).as(of).extracting(Row::indices).isEqualTo(column(wanted, Row::indices));
      for (int r = 0; r < rows.size(); r++) {
        assertThat(rows.get(r).dense().get(0))
            .as("%s, row %d", of, r)
            .isCloseTo(wanted.get(r).dense().get(0), within(1e-4f));
      }
      assertThat(pass.badRows()).as(as).isEqualTo(bad);
    }
  }

  private static <T> List<T> column(List<Row> rows, Function<Row, T> of) {
    return rows.stream().map(of).toList();
  }
}
