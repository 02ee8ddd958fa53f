package dev.farsight.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.typesafe.config.Config;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * python/farsight_model.py makes of raw values what the sources make of them, to the bit: dense
 * values, indices, offsets and weights; so its logits of raw rows are those of {@code eval}. Needs
 * a Python with NumPy; skipped without.
 */
class FarsightModelRawValuesTest {

  private static final float WITHIN = 1e-5f;

  private static final int TRAINED = 500;
  private static final int EVALUATED = 400;

  /** What a script prints that has compared all rows. */
  private static final String SAME = "the same, " + EVALUATED + " rows\n";

  @TempDir private Path folder;

  private PythonModels models;

  /** Of the rows; printed when a test fails. */
  private final long seed = System.nanoTime();

  private final Random random = new Random(seed);

  /** How many different values texts have: few for training, more for evaluation. */
  private int variety = 30;

  @BeforeEach
  void begin() {
    models = new PythonModels(folder);
  }

  /** Compares the rows of a file, all of them evaluated, with what Python makes of their texts. */
  private void compare(Path model, Path file, String separator, String names) throws Exception {
    Config config = models.ownConfig(model, "data.path=" + file, "data.eval-fraction=1");
    float[] expected = models.evaluate(config);
    Path batch = folder.resolve("batch.npz");
    models.writeBatch(config, model, batch);
    Path out = folder.resolve("logits.npy");
    String script =
        """
        import csv
        model = farsight_model.FarsightModel(sys.argv[1])
        with open(sys.argv[2], encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter=sys.argv[5]))
        names = sys.argv[6].split(",") if sys.argv[6] else rows.pop(0)
        made = model.batch(dict(zip(names, zip(*rows))))
        there = dict(np.load(sys.argv[3]).items())

        def compare(name, values):
            expected = there.pop(name)
            assert values.shape == expected.shape, (name, values.shape, expected.shape)
            wrong = values.tobytes() != expected.tobytes() and np.flatnonzero(values != expected)
            assert wrong is False, (name, wrong, values[wrong], expected[wrong])

        compare("dense", made.dense)
        for name, index in made.indices.items():
            compare("index." + name, index.astype(np.int32))
        for name, offsets in made.offsets.items():
            compare("offsets." + name, offsets[:-1].astype(np.int32))
        for name, weights in made.weights.items():
            compare("weight." + name, weights)
        assert not there, there.keys()
        np.save(sys.argv[4], model.logits(*made))
        print("the same,", len(rows), "rows")
        """;
    assertThat(models.python(script, model, file, batch, out, separator, names))
        .as("seed %d", seed)
        .isEqualTo(SAME);
    assertThat(PythonModels.npy(out)).as("seed %d", seed).hasSize(EVALUATED);
    assertThat(PythonModels.npy(out)).as("seed %d", seed).containsExactly(expected, offset(WITHIN));
  }

  private Path file(String name, int rows, String header, Supplier<Stream<String>> fields)
      throws Exception {
    String separator = header.isEmpty() ? "\t" : ",";
    var lines = new ArrayList<>(header.isEmpty() ? List.of() : List.of(header));
    for (int row = 0; row < rows; row++) {
      lines.add(fields.get().collect(Collectors.joining(separator)));
    }
    return Files.write(folder.resolve(name), lines, UTF_8);
  }

  private String missingOr(Supplier<String> value) {
    return random.nextInt(8) == 0 ? "" : value.get();
  }

  private String label() {
    return Integer.toString(random.nextInt(2));
  }

  private String count() {
    return missingOr(
        () ->
            switch (random.nextInt(6)) {
              case 0 -> Integer.toString(random.nextInt(9) - 4);
              case 1 -> Long.toString(random.nextLong() >> random.nextInt(64));
              case 2 -> random.nextInt(3000) + ".0";
              default -> Integer.toString(random.nextInt(5000));
            });
  }

  private String number() {
    return missingOr(
        () ->
            switch (random.nextInt(6)) {
              case 0 -> Double.toString(random.nextGaussian());
              case 1 -> random.nextInt(99) + "e" + (random.nextInt(30) - 10);
              case 2 -> List.of("-.5", "+7.", "0.30000000000000004", "1E3").get(random.nextInt(4));
              case 3 -> random.nextInt(5000) + "." + random.nextInt(1000);
              default -> Integer.toString(random.nextInt(5000) - 3);
            });
  }

  private String hex(int digits) {
    long value = (random.nextInt(variety) * 0x9E3779B97F4A7C15L) >>> (64 - 4 * digits);
    String text = Long.toHexString(value);
    return random.nextBoolean()
        ? text
        : "0".repeat(digits - text.length()) + text.toUpperCase(Locale.ROOT);
  }

  private String integer() {
    return switch (random.nextInt(6)) {
      case 0 -> Long.toString(random.nextLong());
      case 1 -> Long.toUnsignedString(random.nextLong());
      case 2 -> "+" + random.nextInt(variety) + ".00";
      case 3 -> "-" + random.nextInt(variety);
      default -> Integer.toString(random.nextInt(variety));
    };
  }

  private String text() {
    int n = random.nextInt(variety);
    return List.of("u" + n, "\u65e5\u672c " + n, "\"a,\"\"" + n + "\"\"\"", "0" + n).get(n % 4);
  }

  /** Values without characters that need quotes. */
  private List<String> bag() {
    return IntStream.range(0, random.nextInt(7))
        .mapToObj(i -> List.of("", "none", "t" + random.nextInt(variety)).get(random.nextInt(3)))
        .toList();
  }

  private Stream<String> ownRow() {
    List<String> tags = bag();
    // A field of one empty value is an empty bag, which has no weights.
    boolean none = tags.size() == 1 && tags.get(0).isEmpty();
    String weights =
        none
            ? ""
            : tags.stream()
                .map(tag -> Float.toString(random.nextInt(9) / 4f))
                .collect(Collectors.joining("|"));
    return Stream.of(
        label(),
        number(),
        number(),
        count(),
        missingOr(this::text),
        missingOr(() -> hex(16)),
        missingOr(this::integer),
        String.join("|", tags),
        weights,
        missingOr(this::text),
        missingOr(this::integer));
  }

  /** Trains on csv, and compares other rows, which have more different values. */
  private void compareOwn(String... settings) throws Exception {
    compareOwn(models::train, settings);
  }

  private void compareOwn(Function<String[], Path> training, String... settings) throws Exception {
    String header = "bought,a,b,c,user,ip,shop,tags,w,friend,last";
    Path train = file("train.csv", TRAINED, header, this::ownRow);
    variety = 200;
    Path eval = file("eval.csv", EVALUATED, header, this::ownRow);
    Stream<String> own =
        Stream.of("data.source=csv", "data.path=" + train, "data.csv.label=bought");
    Path model = training.apply(Stream.concat(own, Stream.of(settings)).toArray(String[]::new));
    compare(model, eval, ",", "");
  }

  @Test
  void csv() throws Exception {
    compareOwn(
        "data.csv.on-long-bag=truncate",
        "data.csv.dense=[{column=a, transform=[log, standard]},"
            + " {column=b, transform=[standard, clip], clip-max=1.5, buckets=true},"
            + " {column=c, buckets=true}]",
        "data.csv.min-count=2",
        "data.csv.categorical=[{column=user, name=who, rows=90, kind=string, min-count=3},"
            + " {column=ip, rows=1000, kind=hex, min-count=1}, {column=shop, rows=70, kind=integer},"
            + " {column=tags, rows=400, kind=string, separator=\"|\", max-lookups=3,"
            + " pooling=mean, weights=w, padding=none},"
            + " {column=friend, table=who}, {column=last, rows=5, kind=integer, max-lookups=1}]");
  }

  @Test
  void vocabularies() throws Exception {
    compareOwn(
        "data.csv.ids=vocabulary",
        "data.csv.min-count=2",
        "data.csv.dense=[a]",
        "data.csv.categorical=[{column=user, name=who, kind=string}, {column=ip, kind=hex},"
            + " {column=shop, rows=9, kind=integer}, {column=c, rows=7, kind=integer, ids=modulo},"
            + " {column=tags, kind=string, separator=\"|\", max-lookups=6, weights=w, padding=none},"
            + " {column=friend, table=who}, {column=last, kind=integer, max-lookups=1}]");
  }

  /** The model is that of the raw values that were prepared. */
  @Test
  void ofPreparedData() throws Exception {
    compareOwn(
        models::trainOnPrepared,
        "data.csv.dense=[{column=a, transform=[log, standard]}, {column=c, buckets=true}]",
        "data.csv.min-count=2",
        "data.csv.categorical=[{column=user, name=who, kind=string, ids=vocabulary},"
            + " {column=ip, rows=1000, kind=hex, min-count=1}, {column=shop, rows=70, kind=integer},"
            + " {column=tags, rows=400, kind=string, separator=\"|\", max-lookups=6,"
            + " pooling=mean, weights=w, padding=none}]");
  }

  private Stream<String> criteoRow() {
    return Stream.of(
            Stream.of(label()),
            Stream.generate(this::count).limit(13),
            Stream.generate(() -> missingOr(() -> hex(8))).limit(26))
        .flatMap(fields -> fields);
  }

  @Test
  void criteo() throws Exception {
    Path train = file("train.txt", TRAINED, "", this::criteoRow);
    variety = 100;
    Path eval = file("eval.txt", EVALUATED, "", this::criteoRow);
    String rows =
        IntStream.range(0, 26).mapToObj(i -> "" + (3 + 7 * i)).collect(Collectors.joining(","));
    Path model =
        models.train(
            "data.source=criteo",
            "data.path=" + train,
            "data.criteo.labelled=true",
            "data.criteo.cardinalities=[" + rows + "]",
            "data.criteo.transform=[log, standard]",
            "data.criteo.buckets=true",
            "data.criteo.min-count=3");
    String names =
        Stream.of(
                Stream.of("label"),
                IntStream.range(1, 14).mapToObj(i -> "I" + i),
                IntStream.range(1, 27).mapToObj(i -> "C" + i))
            .flatMap(name -> name)
            .collect(Collectors.joining(","));
    compare(model, eval, "\t", names);
  }

  private Stream<String> avazuRow() {
    return Stream.of(
            Stream.of("1", label(), "14102100"),
            Stream.generate(this::integer).limit(4),
            Stream.generate(() -> hex(8)).limit(9),
            Stream.generate(this::count).limit(8))
        .flatMap(fields -> fields);
  }

  @Test
  void avazu() throws Exception {
    String header =
        "id,click,hour,C1,banner_pos,device_type,device_conn_type,site_id,site_domain,site_category,"
            + "app_id,app_domain,app_category,device_id,device_ip,device_model,"
            + "C14,C15,C16,C17,C18,C19,C20,C21";
    Path train = file("train.csv", TRAINED, header, this::avazuRow);
    variety = 100;
    Path eval = file("eval.csv", EVALUATED, header, this::avazuRow);
    Path model =
        models.train(
            "data.source=avazu",
            "data.path=" + train,
            "data.avazu.cardinalities=[7,7,50,77,26,85,55,36,268,672,82,5,4]",
            "data.avazu.min-count=2");
    compare(model, eval, ",", "");
  }

  /** The logarithm that transforms and buckets take. */
  @Test
  void logarithmsHaveTheBitsOfStrictMath() throws Exception {
    Path file = folder.resolve("pairs");
    try (var out = new DataOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 60_000; i++) {
        double x =
            switch (i % 4) {
              case 0 -> 1 + i;
              case 1 -> 1 + random.nextDouble();
              case 2 -> Math.scalb(1 + random.nextDouble(), random.nextInt(1000));
              default -> Math.scalb(1 + random.nextInt(9) * Math.ulp(1.0), random.nextInt(100));
            };
        out.writeDouble(x);
        out.writeDouble(StrictMath.log(x));
      }
    }
    String script =
        """
        x, expected = np.fromfile(sys.argv[1], ">f8").astype(np.float64).reshape(-1, 2).T.copy()
        print(len(x), (farsight_model.log(x).view(np.uint64) != expected.view(np.uint64)).sum())
        """;
    assertThat(models.python(script, file)).as("seed %d", seed).isEqualTo("60000 0\n");
  }

  /** What a program has rather than a file: numbers, lists, and None for what is missing. */
  @Test
  void valuesOfPrograms() throws Exception {
    Path train = file("train.csv", TRAINED, "label,a,shop,tags", this::plainRow);
    Path model =
        models.train(
            "data.source=csv",
            "data.path=" + train,
            "data.csv.dense=[a]",
            "data.csv.categorical=[{column=shop, rows=70, kind=integer},"
                + " {column=tags, rows=40, kind=integer, separator=\" \", max-lookups=4, padding=0}]");
    String script =
        """
        model = farsight_model.FarsightModel(sys.argv[1])
        text = model.batch({"a": ["1.5", "", "3"], "shop": ["-1", "71", ""], "tags": ["1 0 2", "", "41"]})
        given = model.batch({"a": np.array([1.5, np.nan, 3]), "shop": [-1, 71.0, None], "tags": [[1, 0, 2], None, [41]]})
        print(*(bool(np.array_equal(x[n], y[n])) for x, y in zip(text[1:], given[1:]) for n in x))
        print(np.array_equal(text.dense, given.dense), text.dense.dtype, text.indices, text.offsets["tags"])
        print(np.array_equal(model.index("shop", np.array([-1, 71, 0])), text.indices["shop"]))
        print(np.array_equal(model.transform([[1.5], [np.nan], [3]]), text.dense))
        """;
    assertThat(models.python(script, model))
        .isEqualTo(
            """
            True True True
            True float32 {'shop': array([69,  1,  0]), 'tags': array([1, 2, 1])} [0 2 2 3]
            True
            True
            """);
  }

  private Stream<String> plainRow() {
    return Stream.of(label(), number(), integer(), "1 2");
  }
}
