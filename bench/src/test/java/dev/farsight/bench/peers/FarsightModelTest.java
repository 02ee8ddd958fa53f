package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.typesafe.config.Config;
import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.model.SavedModel;
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
import org.junit.jupiter.api.BeforeEach;
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

  private static final String BAGS =
      " data.synthetic.hotness=5 data.synthetic.hotness-law=uniform data.synthetic.pooling=mean";

  @TempDir private Path folder;

  private PythonModels models;

  @BeforeEach
  void begin() {
    models = new PythonModels(folder);
  }

  /** Compares; requires that rows are looked up that are not in the files. */
  private void compare(Path model, Config config) throws Exception {
    float[] expected = models.evaluate(config);
    Path batch = folder.resolve("batch.npz");
    BitSet[] lookedUp = models.writeBatch(config, model, batch);
    Path out = folder.resolve("logits.npy");
    models.python(
        "sys.exit(farsight_model.main(sys.argv[1:]))", model, "--batch", batch, "--out", out);
    float[] logits = PythonModels.npy(out);
    assertThat(logits).hasSameSizeAs(expected);
    for (int s = 0; s < logits.length; s++) {
      assertThat((double) logits[s]).as("sample %d", s).isCloseTo(expected[s], offset(WITHIN));
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
    Path model = models.train(sets.split(" "));
    compare(model, models.ownConfig(model, "cache.size=all"));
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
        models.train(
            "data.source=csv",
            "data.path=" + file,
            "data.csv.label=y",
            "data.csv.transform=[log, standard]",
            "data.csv.dense=[a]",
            "data.csv.categorical=[{column=tags, rows=5000, kind=integer, max-lookups=4, separator=\" \","
                + " weights=w, pooling=mean, name=tags}, {column=last, table=tags},"
                + " {column=big, rows=100, kind=integer, max-lookups=3, separator=\" \", pooling=max}]");
    compare(
        model,
        models.ownConfig(model, "cache.size=all", "data.path=" + file, "data.eval-fraction=0.3"));
  }

  private static String join(List<String> values) {
    return String.join(" ", values);
  }

  /** Every row of an export of all rows, which Java drew, is what Python reads or draws. */
  @ParameterizedTest
  @CsvSource({"fp32, uniform", "bf16, uniform", "fp16, normal", "fp32, normal"})
  void rowsNeverWrittenHaveTheSameBits(String precision, String law) throws Exception {
    Path model =
        models.train(
            "model.row-precision=" + precision,
            "model.init.type=" + law,
            "model.init.deviation=" + (law.equals("normal") ? "0.3" : "null"),
            "model.tables.C2.init={type=normal, deviation=2e-6}",
            "train.seed=" + Long.MIN_VALUE);
    Path all = folder.resolve("all");
    var export = new Export(models.config(), models.components);
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
      assertThat(models.python(script, source, all).lines())
          .containsExactly("C1 0", "C2 0", "C3 0", "C4 0");
    }
  }

  /** A base and what changed since, over a reset, have the rows and parameters of a full export. */
  @Test
  void appliedDeltasAreTheFullExport() throws Exception {
    Path model =
        models.train(
            "train.epochs=3",
            "train.reset-rows=each-epoch",
            "model.row-precision=bf16",
            "checkpoint.every=10 steps",
            "checkpoint.keep=100");
    var export = new Export(models.config(), models.components);
    Path checkpoints = model.resolveSibling("checkpoints");
    Path from = checkpoints.resolve("step-000000000010");
    Path to = checkpoints.resolve("step-000000000020");
    Path base = folder.resolve("base");
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    export.write(from, Optional.empty(), base, new NpyFormat());
    export.write(to, Optional.of(from), first, new NpyFormat());
    export.write(model, Optional.of(to), second, new NpyFormat());
    String script =
        """
        base, first, second, full = sys.argv[1:]
        one = farsight_model.FarsightModel(base, deltas=[first])
        for delta in first, base:
            try:
                one.apply(delta)
                print("applied", delta)
            except farsight_model.ModelError as e:
                print("gap" if "without a gap" in str(e) else "no delta" if "no export" in str(e) else e)
        try:
            farsight_model.FarsightModel(base, deltas=[second])
        except farsight_model.ModelError as e:
            print("gap" if "begins at step 20" in str(e) else e)
        one.apply(second)
        one.verify()
        other = farsight_model.FarsightModel(full)
        for table in other.json["tables"]:
            index = np.arange(table["rows"])
            a, b = (m.rows(table["name"], index) for m in (one, other))
            print(table["name"], (a.view(np.uint32) != b.view(np.uint32)).sum())
        print(sum((one.parameters[p] != other.parameters[p]).sum() for p in other.parameters))
        """;
    assertThat(models.python(script, base, first, second, model).lines())
        .containsExactly("gap", "no delta", "gap", "C1 0", "C2 0", "C3 0", "C4 0", "0");
  }
}
