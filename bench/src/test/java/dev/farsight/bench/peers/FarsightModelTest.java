package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * python/farsight_model.py computes the logits of {@code eval} from what a run has saved, rows that
 * were never written included, and draws these to the same bits. Needs a Python with NumPy, which
 * PYTHON may name; skipped without.
 */
class FarsightModelTest {

  private static final double WITHIN = 1e-5;

  private static final ClassLoader LOADER = FarsightModelTest.class.getClassLoader();

  private static final Path PYTHON = Path.of("../python").toAbsolutePath().normalize();

  /** Of those that a row is looked up by, some were never trained. */
  private static final String TABLES = "data.synthetic.cardinalities=[3, 50, 4000, 90000]";

  private static final String BAGS =
      " data.synthetic.hotness=5 data.synthetic.hotness-law=uniform data.synthetic.pooling=mean";

  @TempDir private Path folder;

  private final Components components = Plugins.load(LOADER).components();

  private Config config(FarsightConfig base, String... sets) {
    return base.set(List.of(sets)).resolve(List.of(LOADER));
  }

  /** Trains; returns the folder of the model. */
  private Path train(String... sets) {
    Config config =
        config(
            FarsightConfig.defaults()
                .set(
                    List.of(
                        TABLES,
                        "data.synthetic.rows=1500",
                        "data.synthetic.dense=3",
                        "data.batch-size=64",
                        "data.eval-fraction=0.3",
                        "model.embedding-dim=6",
                        "model.dlrm.bottom-mlp=[8]",
                        "model.dlrm.top-mlp=[12]",
                        "optimizer.type=adagrad",
                        "cache.size=all")),
            sets);
    Path run = folder.resolve("run");
    try (Trainer trainer = Trainer.open(config, components, run, RunListener.NONE)) {
      trainer.train();
    }
    return run.resolve("model");
  }

  /** The evaluation of a model with nothing but its own settings; returns its logits. */
  private float[] evaluate(Config config) throws Exception {
    Path run = folder.resolve("eval");
    try (Trainer trainer = Trainer.openToEvaluate(config, components, run, RunListener.NONE)) {
      trainer.evaluate();
    }
    return npy(run.resolve("predictions.npy"));
  }

  private static float[] npy(Path file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var floats = bytes.position(10 + bytes.getShort(8)).slice().order(ByteOrder.LITTLE_ENDIAN);
    var values = new float[floats.remaining() / Float.BYTES];
    floats.asFloatBuffer().get(values);
    return values;
  }

  /** Writes the evaluation part for Python; returns the rows that it looks up, by table. */
  private BitSet[] writeBatch(Config config, Path model, Path file) throws Exception {
    var farsight = Settings.of("farsight", config);
    Settings data = farsight.section("data");
    Path fitted = model.resolve("data");
    var context =
        new DataContext(
            data,
            data.section(data.string("source")),
            64,
            config.getLong("train.seed"),
            1,
            "a test",
            Files.isDirectory(fitted) ? new FittedData(fitted, false) : null);
    try (DataSource source = components.source(farsight).open(context);
        BatchSource pass = source.eval()) {
      return BatchFile.write(file, source.schema(), pass);
    }
  }

  private String python(String script, Object... arguments) throws Exception {
    String begin =
        """
        import sys
        try:
            import numpy as np
        except ImportError:
            print("no NumPy here")
            sys.exit(77)
        sys.path.insert(0, sys.argv.pop(1))
        import farsight_model
        """;
    String[] command = new String[arguments.length + 3];
    command[0] = "-c";
    command[1] = begin + script;
    command[2] = PYTHON.toString();
    for (int i = 0; i < arguments.length; i++) {
      command[i + 3] = arguments[i].toString();
    }
    return Python.run(folder, "", command);
  }

  /** Compares; requires that rows are looked up that are not in the files. */
  private void compare(Path model, Config config) throws Exception {
    float[] expected = evaluate(config);
    Path batch = folder.resolve("batch.npz");
    BitSet[] lookedUp = writeBatch(config, model, batch);
    Path out = folder.resolve("logits.npy");
    python("sys.exit(farsight_model.main(sys.argv[1:]))", model, "--batch", batch, "--out", out);
    float[] logits = npy(out);
    assertThat(logits).hasSameSizeAs(expected);
    for (int s = 0; s < logits.length; s++) {
      assertThat((double) logits[s])
          .as("sample %d", s)
          .isCloseTo(expected[s], org.assertj.core.data.Offset.offset(WITHIN));
    }
    assertThat(leftOut(model, lookedUp)).as("rows never written that are looked up").isPositive();
  }

  private static int leftOut(Path model, BitSet[] lookedUp) throws Exception {
    int leftOut = 0;
    var tables = new SavedModel(model).initial().tables();
    for (int t = 0; t < tables.size(); t++) {
      Path file = model.resolve("rows/" + tables.get(t).name() + ".index.npy");
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      bytes.position(10 + bytes.getShort(8));
      while (bytes.hasRemaining()) {
        lookedUp[t].clear(bytes.getInt());
      }
      leftOut += lookedUp[t].cardinality();
    }
    return leftOut;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.type=dlrm" + BAGS,
        "model.type=dlrm model.row-precision=bf16 model.init.type=normal model.init.deviation=0.1",
        "model.type=dlrm model.row-precision=fp16 train.epochs=2 train.reset-rows=each-epoch",
        "model.type=dlrm model.dlrm.interaction=cross model.dlrm.cross-rank=5 model.max-norm=0.02",
        "model.type=dcn model.dcn.deep-mlp=[9,7] model.dcn.layer-norm=true model.dcn.dropout=0.2",
        "model.type=dcn model.dcn.deep-mlp=[9] model.dcn.structure=parallel data.synthetic.dense=0",
        "model.type=deepfm model.deepfm.deep-mlp=[9,7] model.row-precision=bf16" + BAGS,
        "model.type=wide-deep model.wide-deep.deep-mlp=[9]",
      })
  void itsLogitsAreThoseOfEval(String sets) throws Exception {
    Path model = train(sets.split(" "));
    compare(model, config(new SavedModel(model).configuration(), "cache.size=all"));
  }

  /** One's own data: bags with weights, the largest of a bag, two columns in one table. */
  @Test
  void bagsOfOnesOwnData() throws Exception {
    long seed = 9;
    var random = new Random(seed);
    var text = new StringBuilder("y,a,tags,w,last,big\n");
    for (int row = 0; row < 900; row++) {
      int[] bag = random.ints(random.nextInt(4), 0, 5000).toArray();
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%d,%s,%s,%d,%s%n",
              random.nextInt(2),
              random.nextInt(90),
              join(IntStream.of(bag).mapToObj(Integer::toString).toList()),
              join(IntStream.of(bag).mapToObj(i -> "0." + (i + 1)).toList()),
              random.nextInt(5000),
              join(random.ints(random.nextInt(3), 0, 99).mapToObj(Integer::toString).toList())));
    }
    Path file = Files.writeString(folder.resolve("own.csv"), text);
    Path model =
        train(
            "data.source=csv",
            "data.path=" + file,
            "data.csv.label=y",
            "data.csv.transform=[log, standard]",
            "data.csv.dense=[a]",
            "data.csv.categorical=[{column=tags, rows=5000, kind=integer, max-lookups=4, separator=\" \","
                + " weights=w, pooling=mean, name=tags}, {column=last, table=tags},"
                + " {column=big, rows=100, kind=integer, max-lookups=3, separator=\" \", pooling=max}]");
    var own = new SavedModel(model).configuration();
    compare(model, config(own, "cache.size=all", "data.path=" + file, "data.eval-fraction=0.3"));
  }

  private static String join(List<String> values) {
    return String.join(" ", values);
  }

  /** Every row of an export of all rows, which Java drew, is what Python reads or draws. */
  @ParameterizedTest
  @CsvSource({"fp32, uniform", "bf16, uniform", "fp16, normal", "fp32, normal"})
  void rowsNeverWrittenHaveTheSameBits(String precision, String law) throws Exception {
    Path model =
        train(
            "model.row-precision=" + precision,
            "model.init.type=" + law,
            "model.init.deviation=" + (law.equals("normal") ? "0.3" : "null"),
            "model.tables.C2.init={type=normal, deviation=2e-6}",
            "train.seed=" + Long.MIN_VALUE);
    Path all = folder.resolve("all");
    var export = new Export(config(FarsightConfig.defaults()), components);
    assertThat(export.writeAllRows(model, all, new NpyFormat())).isEqualTo(94053);
    Path some = folder.resolve("some");
    assertThat(export.write(model, Optional.empty(), some, new NpyFormat())).isLessThan(20000);
    String script =
        """
        one, other = (farsight_model.FarsightModel(f) for f in sys.argv[1:])
        for table in one.json["tables"]:
            index = np.arange(table["rows"])
            a, b = one.rows(table["name"], index), np.load(sys.argv[2] + "/rows/" + table["name"] + ".weight.npy")
            assert a.dtype == b.dtype == np.float32
            print(table["name"], (a.view(np.uint32) != b.view(np.uint32)).sum())
        """;
    for (Path source : List.of(model, some)) {
      assertThat(python(script, source, all).lines())
          .containsExactly("C1 0", "C2 0", "C3 0", "C4 0");
    }
  }

  /** Raw values of dense columns become what the source makes of them. */
  @Test
  void denseValuesAreTransformedAsTheSourceDoes() throws Exception {
    long seed = 4;
    var random = new Random(seed);
    var text = new StringBuilder("label,a,b,c\n");
    var raw = new StringBuilder();
    for (int row = 0; row < 300; row++) {
      String a = random.nextInt(9) == 0 ? "" : Integer.toString(random.nextInt(5000) - 3);
      String b = random.nextInt(9) == 0 ? "" : Double.toString(random.nextGaussian());
      text.append(String.format(Locale.ROOT, "%d,%s,%s,%d%n", row % 2, a, b, row % 10));
      raw.append(a.isEmpty() ? "nan" : a).append(' ').append(b.isEmpty() ? "nan" : b).append('\n');
    }
    Path file = Files.writeString(folder.resolve("own.csv"), text);
    Files.writeString(folder.resolve("raw.txt"), raw);
    Path model =
        train(
            "data.source=csv",
            "data.path=" + file,
            "data.csv.dense=[{column=a, transform=[log, standard]},"
                + " {column=b, transform=[standard, clip], clip-max=1.5}]",
            "data.csv.categorical=[{column=c, rows=10, kind=integer}]");
    Path batch = folder.resolve("batch.npz");
    writeBatch(
        config(new SavedModel(model).configuration(), "data.path=" + file, "data.eval-fraction=1"),
        model,
        batch);
    String script =
        """
        model = farsight_model.FarsightModel(sys.argv[1])
        made = model.transform(np.loadtxt(sys.argv[2]))
        there = np.load(sys.argv[3])["dense"]
        assert made.dtype == np.float32 and made.shape == (300, 2) == there.shape
        print(np.abs(made - there).max() < 1e-6, [f["name"] for f in model.json["model"]["dense_features"]])
        """;
    assertThat(python(script, model, folder.resolve("raw.txt"), batch))
        .isEqualTo("True ['a', 'b']\n");
  }

  @Test
  void whatCannotBeComputedIsOneLine() throws Exception {
    Path model = train();
    String script =
        """
        try:
            farsight_model.FarsightModel(sys.argv[1]).logits(%s)
        except farsight_model.ModelError as e:
            print(e)
        """;
    assertThat(python(script.formatted("np.zeros((2, 3)), {}"), model))
        .isEqualTo("there are no indices for feature 'C1'\n");
    assertThat(python(script.formatted("np.zeros((2, 4)), {'C1': [0, 0]}"), model))
        .isEqualTo("dense has 4 values a sample, the model 3\n");
    assertThat(python(script.formatted("np.zeros((1, 3)), [[0], [50], [0], [0]]"), model))
        .isEqualTo("table 'C2' has 50 rows, no row 50\n");
    assertThat(python(script.formatted("None, {}"), folder))
        .startsWith(folder + ": contains no model that can be read: ");
  }
}
