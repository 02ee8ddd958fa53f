package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.typesafe.config.Config;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.export.Export;
import dev.farsight.onnx.OnnxFormat;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ONNX Runtime, given an export's graph and pooled rows of its files, computes the logits of {@code
 * eval}.
 */
class OnnxModelTest {

  private static final double WITHIN = 1e-5;
  private static final int CAPACITY = 64;

  private static final String BAGS =
      " data.synthetic.hotness=5 data.synthetic.hotness-law=uniform data.synthetic.pooling=";

  @TempDir private Path folder;

  private PythonModels models;

  @BeforeEach
  void begin() {
    models = new PythonModels(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.type=dlrm" + BAGS + "mean",
        "model.type=dlrm model.row-precision=bf16 model.init.type=normal model.init.deviation=0.1",
        "model.type=dlrm model.row-precision=fp16 optimizer.type=adam",
        "model.type=dlrm model.dlrm.interaction=cross model.dlrm.cross-rank=5 model.max-norm=0.02",
        "model.type=dcn model.dcn.deep-mlp=[9,7] model.dcn.layer-norm=true model.dcn.dropout=0.2",
        "model.type=dcn model.dcn.cross-rank=2" + BAGS + "max",
        "model.type=dcn model.dcn.deep-mlp=[9] model.dcn.structure=parallel data.synthetic.dense=0",
        "model.type=deepfm model.deepfm.deep-mlp=[9,7] model.row-precision=bf16" + BAGS + "sum",
        "model.type=deepfm model.deepfm.deep-mlp=[] data.synthetic.dense=0",
        "model.type=wide-deep model.wide-deep.deep-mlp=[9]",
      })
  void itsLogitsAreThoseOfEval(String sets) throws Exception {
    Path model = models.train(sets.split(" "));
    compare(model, models.ownConfig(model, "cache.size=all"));
  }

  @Test
  void weightedBagsOfOnesOwnData() throws Exception {
    long seed = 5;
    var random = new Random(seed);
    var text = new StringBuilder("label,a,tags,w,user/id\n");
    for (int row = 0; row < 900; row++) {
      var tags = new ArrayList<String>();
      var weights = new ArrayList<String>();
      for (int i = random.nextInt(4); i > 0; i--) {
        tags.add("t" + random.nextInt(900));
        weights.add("0." + (1 + random.nextInt(9)));
      }
      text.append(
          "%d,%d,%s,%s,%d%n"
              .formatted(
                  random.nextInt(2),
                  random.nextInt(90),
                  String.join("|", tags),
                  String.join("|", weights),
                  random.nextInt(5000)));
    }
    Path file = Files.writeString(folder.resolve("own.csv"), text);
    Path model =
        models.train(
            "data.source=csv",
            "data.path=" + file,
            "data.csv.dense=[a]",
            "data.csv.categorical=[{column=tags, rows=700, kind=string, max-lookups=4, separator=\"|\","
                + " weights=w, pooling=mean}, {column=user/id, rows=5000, kind=integer, min-count=2}]");
    compare(
        model,
        models.ownConfig(model, "cache.size=all", "data.path=" + file, "data.eval-fraction=0.3"));
  }

  private void compare(Path model, Config config) throws Exception {
    float[] expected = models.evaluate(config);
    Path export = folder.resolve("onnx");
    new Export(models.config(), models.components).writeAllRows(model, export, new OnnxFormat());
    var logits = new ArrayList<Float>();
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (DataSource source = models.open(config, model);
        BatchSource pass = source.eval();
        OrtSession session = runtime.createSession(export.resolve("model.onnx").toString())) {
      var tables = new ArrayList<float[]>();
      for (var table : source.schema().tables().tables()) {
        String name = FileNames.of(table.name()) + ".weight.npy";
        tables.add(PythonModels.npy(export.resolve("rows").resolve(name)));
      }
      var batch = new Batch(source.schema(), CAPACITY, HostBuffers.plain());
      while (pass.next(batch)) {
        run(runtime, session, batch, tables, logits);
      }
    }
    assertThat(logits).hasSize(expected.length);
    for (int s = 0; s < expected.length; s++) {
      assertThat((double) logits.get(s)).as("sample %d", s).isCloseTo(expected[s], offset(WITHIN));
    }
  }

  private static void run(
      OrtEnvironment runtime,
      OrtSession session,
      Batch batch,
      List<float[]> tables,
      List<Float> logits)
      throws Exception {
    long samples = batch.samples();
    long features = batch.schema().features().size();
    FloatBuffer embeddings = pooled(batch, tables);
    long dim = embeddings.capacity() / samples / features;
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put(
        "embeddings",
        OnnxTensor.createTensor(runtime, embeddings, new long[] {samples, features, dim}));
    int width = batch.schema().denseWidth();
    if (width > 0) {
      FloatBuffer dense = batch.dense().slice(0, batch.samples() * width);
      inputs.put("dense", OnnxTensor.createTensor(runtime, dense, new long[] {samples, width}));
    }
    assertThat(session.getInputNames()).containsExactlyInAnyOrderElementsOf(inputs.keySet());
    try (OrtSession.Result result = session.run(inputs)) {
      for (float logit : (float[]) result.get("logit").orElseThrow().getValue()) {
        logits.add(logit);
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** [samples][features][dim]. */
  private static FloatBuffer pooled(Batch batch, List<float[]> tables) {
    int features = batch.schema().features().size();
    int dim = tables.get(0).length / batch.schema().tables().get(0).rows();
    FloatBuffer pooled = FloatBuffer.allocate(batch.samples() * features * dim);
    for (int s = 0; s < batch.samples(); s++) {
      for (int f = 0; f < features; f++) {
        Feature feature = batch.schema().features().get(f);
        int from = feature.oneHot() ? s : batch.offsets(f)[s];
        int to = feature.oneHot() ? s + 1 : batch.offsets(f)[s + 1];
        for (int d = 0; d < dim; d++) {
          pooled.put(pooled(batch, f, from, to, tables.get(feature.table()), dim, d));
        }
      }
    }
    return pooled.flip();
  }

  /** One element of the pooled rows of a bag: of lookups from..to. */
  private static float pooled(
      Batch batch, int f, int from, int to, float[] rows, int dim, int element) {
    Feature feature = batch.schema().features().get(f);
    double sum = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      double weight = feature.weighted() ? batch.lookupWeights(f).get(i) : 1;
      double value = weight * rows[batch.indices(f)[i] * dim + element];
      sum += value;
      most = Math.max(most, value);
    }
    return (float)
        switch (feature.pooling()) {
          case SUM -> sum;
          case MEAN -> sum / Math.max(1, to - from);
          case MAX -> from == to ? 0 : most;
        };
  }
}
