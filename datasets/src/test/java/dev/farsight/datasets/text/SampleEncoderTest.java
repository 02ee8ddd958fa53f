package dev.farsight.datasets.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import dev.farsight.datasets.avazu.AvazuFactory;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.datasets.csv.CsvFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples encoded from the fields of rows are those that the source reads, to the bit. */
class SampleEncoderTest {

  private static final int ROUNDS = 40;

  @TempDir Path folder;

  @Test
  void randomRowsOfCsv() throws IOException {
    long seed = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++, seed++) {
      var random = new SplittableRandom(seed);
      String conf = randomColumns(random);
      List<String> names = List.of("x", "y", "user", "friend", "tags", "scores");
      var rows =
          IntStream.range(0, random.nextInt(1, 700)).mapToObj(r -> randomRow(random)).toList();
      check(new CsvFactory(), conf, "label," + String.join(",", names), ",", names, rows, seed);
    }
  }

  private static String randomColumns(SplittableRandom random) {
    String ids = random.nextBoolean() ? "ids = vocabulary, " : "";
    String table = ids.isEmpty() ? "rows = 97, " : "rows = 40, ";
    String kind = List.of("integer", "string", "hex").get(random.nextInt(3));
    String count = "min-count = " + random.nextInt(1, 5);
    String padding = random.nextBoolean() ? ", padding = 0" : "";
    String weights = random.nextBoolean() ? ", weights = scores" : "";
    return """
        csv { transform = %s, on-long-bag = %s, buckets = %b, dense = [x, y], categorical = [
          { column = user, %s%skind = %s, %s }
          { column = friend, table = user }
          { column = tags, rows = 31, kind = integer, separator = "|", max-lookups = 4, %s%s%s }
        ] }"""
        .formatted(
            List.of("none", "log", "[log, standard]").get(random.nextInt(3)),
            random.nextBoolean() ? "truncate" : "fail",
            random.nextBoolean(),
            ids,
            table,
            kind,
            count,
            count,
            padding,
            weights);
  }

  private static List<String> randomRow(SplittableRandom random) {
    int tags = random.nextInt(6);
    int scores = random.nextInt(60) == 0 ? tags + 1 : tags;
    return List.of(
        number(random),
        number(random),
        value(random),
        value(random),
        IntStream.range(0, tags).mapToObj(i -> value(random)).collect(Collectors.joining("|")),
        IntStream.range(0, scores)
            .mapToObj(i -> "" + random.nextInt(-9, 9) / 8.0)
            .collect(Collectors.joining("|")));
  }

  private static String number(SplittableRandom random) {
    return switch (random.nextInt(40)) {
      case 0 -> "1e99";
      case 1 -> "na";
      case 2, 3, 4 -> "";
      case 5 -> "1.5e-3";
      default -> "" + random.nextInt(-2, 9999) / 16.0;
    };
  }

  private static String value(SplittableRandom random) {
    return switch (random.nextInt(40)) {
      case 0 -> "\u00e4\u20ac";
      case 1 -> "-7";
      case 2, 3, 4 -> "";
      default -> "" + (int) Math.pow(random.nextDouble() * 8, 2);
    };
  }

  @Test
  void rowsOfCriteo() throws IOException {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    List<String> names =
        Stream.concat(
                IntStream.rangeClosed(1, 13).mapToObj(i -> "I" + i),
                IntStream.rangeClosed(1, 26).mapToObj(c -> "C" + c))
            .toList();
    List<List<String>> rows =
        IntStream.range(0, 900)
            .mapToObj(
                r ->
                    names.stream()
                        .map(
                            name ->
                                random.nextInt(7) == 0
                                    ? ""
                                    : name.startsWith("I")
                                        ? "" + random.nextInt(-1, 300)
                                        : "%08x".formatted(random.nextInt(3000) * 1431655))
                        .toList())
            .toList();
    for (String conf :
        List.of(
            "criteo { buckets = true, min-count = 3 }",
            "criteo { ids = vocabulary, min-count = 2, transform = [log, standard] }")) {
      check(new CriteoFactory(), conf, null, "\t", names, rows, seed);
    }
  }

  @Test
  void rowsOfAvazu() throws IOException {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    List<String> whole =
        Stream.concat(
                Stream.of("C1", "banner_pos", "device_type", "device_conn_type"),
                IntStream.rangeClosed(14, 21).mapToObj(c -> "C" + c))
            .toList();
    List<String> names =
        Stream.concat(
                whole.stream(),
                Stream.of(
                    "site_id",
                    "site_domain",
                    "site_category",
                    "app_id",
                    "app_domain",
                    "app_category",
                    "device_id",
                    "device_ip",
                    "device_model"))
            .toList();
    List<List<String>> rows =
        IntStream.range(0, 500)
            .mapToObj(
                r ->
                    names.stream()
                        .map(
                            name ->
                                whole.contains(name)
                                    ? "" + random.nextInt(50)
                                    : "%08x".formatted(random.nextInt()))
                        .toList())
            .toList();
    String header = "click," + String.join(",", names);
    check(new AvazuFactory(), "avazu.min-count = 1", header, ",", names, rows, seed);
  }

  /**
   * @param header null if there is none
   * @param names of the fields of a row, behind the label
   */
  private void check(
      DataSourceFactory factory,
      String conf,
      String header,
      String separator,
      List<String> names,
      List<List<String>> rows,
      long seed)
      throws IOException {
    var random = new SplittableRandom(seed);
    var text = new StringBuilder(header == null ? "" : header + "\n");
    rows.forEach(
        row -> text.append("0").append(separator).append(String.join(separator, row)).append('\n'));
    Path file = Files.writeString(folder.resolve(seed + "." + names.size()), text, UTF_8);
    String all = "on-bad-row = skip, path = \"" + file + "\", " + conf;
    DataContext context = Opened.context(factory.name(), all, 1, 2);
    String about = "seed " + seed + ", " + conf;
    int capacity = random.nextInt(1, 300);
    Path fitted = Files.createDirectories(folder.resolve("fitted-" + seed + conf.hashCode()));
    try (DataSource source = factory.open(context)) {
      source.saveFitted(fitted);
      List<BagRow> expected;
      long bad;
      try (BatchSource pass = source.train(0)) {
        expected = Opened.bagRows(pass, capacity);
        bad = pass.badRows();
      }
      SampleEncoder encoder =
          factory.encoder(Opened.with(new FittedData(fitted, false), context)).orElseThrow();
      assertThat(encoder.fieldNames()).as(about).isSubsetOf(names);
      var batch = new Batch(source.schema(), capacity, HostBuffers.plain());
      var encoded = new Encoded(encoder, batch);
      for (List<String> row : rows) {
        encoded.add(names, row, random);
      }
      encoded.end();
      assertThat(encoded.bad).as(about).isEqualTo(bad);
      assertThat(encoded.samples).as(about).isEqualTo(expected);
    }
  }

  /** Encodes samples in batches, and reads them as a pass. */
  private static final class Encoded {
    private final SampleEncoder encoder;
    private final Batch batch;
    private final List<BagRow> samples = new ArrayList<>();
    private int filled;
    private int bad;

    Encoded(SampleEncoder encoder, Batch batch) {
      this.encoder = encoder;
      this.batch = batch;
      encoder.begin(batch);
    }

    void add(List<String> names, List<String> row, SplittableRandom random) {
      if (filled == batch.capacity()) {
        end();
        encoder.begin(batch);
      }
      for (int field : shuffled(row.size(), random)) {
        String text = row.get(field);
        boolean list = List.of("tags", "scores").contains(names.get(field));
        if (list && random.nextBoolean()) {
          Stream.of(text.split("\\|", -1)).forEach(value -> encoder.add(names.get(field), value));
        } else if (!text.isEmpty() || random.nextBoolean()) {
          encoder.set(names.get(field), text);
        }
      }
      encoder.set("unknown", "?");
      try {
        encoder.endSample();
        filled++;
      } catch (FarsightException e) {
        bad++;
      }
    }

    private static List<Integer> shuffled(int size, SplittableRandom random) {
      var order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
      for (int i = size - 1; i > 0; i--) {
        Collections.swap(order, i, random.nextInt(i + 1));
      }
      return order;
    }

    void end() {
      encoder.end();
      assertThat(batch.samples()).isEqualTo(filled);
      samples.addAll(Opened.bagRows(batch));
      filled = 0;
    }
  }

  @Test
  void aFullBatchAndASecondValue() {
    String conf =
        "path = none, csv { transform = none, dense = [x], categorical = [{ column = user, rows = 9, kind = integer }] }";
    SampleEncoder encoder =
        new CsvFactory().encoder(Opened.context("csv", conf, 1, 1)).orElseThrow();
    var batch = new Batch(schemaOf(encoder), 1, HostBuffers.plain());
    encoder.begin(batch);
    encoder.add("user", "3");
    encoder.add("user", "4");
    assertThatThrownBy(encoder::endSample)
        .isInstanceOf(FarsightException.class)
        .hasMessage("column user: a list of values, and one is expected");
    encoder.set("x", "one");
    assertThatThrownBy(encoder::endSample).hasMessage("column x: 'one' is not a number");
    encoder.add("user", "5");
    encoder.endSample();
    assertThatThrownBy(encoder::endSample)
        .isInstanceOf(FarsightException.class)
        .hasMessage("more samples than the 1 of a full batch");
    encoder.end();
    assertThat(batch.samples()).isOne();
    assertThat(batch.indices(0)[0]).isEqualTo(5);
    assertThat(batch.dense().get(0)).isZero();
  }

  private static BatchSchema schemaOf(SampleEncoder encoder) {
    assertThat(encoder.fieldNames()).containsExactly("x", "user");
    var tables = new TableSet(List.of(new Table("user", 9)));
    return new BatchSchema(1, tables, false, false);
  }

  @Test
  void whatIsToBeFoundOutMustBeKnown() {
    String conf =
        "path = none, csv { categorical = [{ column = user, ids = vocabulary, kind = string }] }";
    assertThatThrownBy(() -> new CsvFactory().encoder(Opened.context("csv", conf, 1, 1)))
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "ids = vocabulary of table user needs what was found out from the training part, and the model was saved without it");
  }
}
