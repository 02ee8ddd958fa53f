package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.NpyReader;
import dev.farsight.engine.predict.Predictor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A predictor computes the logits of an evaluation, to the bit, however samples are batched. */
class PredictorTest {

  private static final int SAMPLES = 1716;

  @TempDir Path folder;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .components(TestRun.builtIn())
        .set(
            "cache.size=all",
            "train.max-steps=20",
            "model.save=true",
            "data.eval-fraction=0.142857")
        .set(sets);
  }

  private static Predictor open(Path model, String... sets) {
    Config config =
        Predictor.configuration(model)
            .set(List.of(sets))
            .resolve(List.of(PredictorTest.class.getClassLoader()));
    return Predictor.open(config, TestRun.builtIn(), model);
  }

  /** The logits that an evaluation of the model writes. */
  private float[] evaluated(TestRun run, Path model) {
    Path directory = folder.resolve("evaluation");
    Config config = run.set("model.load=" + model).config();
    try (Trainer trainer =
        Trainer.openToEvaluate(config, TestRun.builtIn(), directory, RunListener.NONE)) {
      trainer.evaluate();
    }
    try (NpyReader npy = NpyReader.open(directory.resolve("predictions.npy"), "<f4", null)) {
      var logits = new float[(int) (long) npy.shape().get(0)];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = npy.nextFloat();
      }
      return logits;
    }
  }

  /** Scores the evaluation part of the run's data in batches of random sizes. */
  static float[] predicted(TestRun run, Predictor predictor, long seed) {
    var random = new Random(seed);
    Batch batch = predictor.newBatch();
    var scores = new float[predictor.batchSize()];
    var all = FloatBuffer.allocate(SAMPLES + 1);
    var context = TestRun.dataContext(run.config());
    try (DataSource data = TestRun.builtIn().sources().get("synthetic").open(context);
        BatchSource source = data.eval()) {
      var read = new Batch(data.schema(), context.batchSize(), HostBuffers.plain());
      while (source.next(read)) {
        for (int from = 0; from < read.samples(); ) {
          int most = Math.min(predictor.batchSize(), read.samples() - from);
          int count = 1 + random.nextInt(most);
          copy(read, from, count, batch);
          predictor.logits(batch, scores);
          all.put(scores, 0, count);
          from += count;
        }
      }
    }
    var result = new float[all.position()];
    all.flip().get(result);
    return result;
  }

  private static void copy(Batch from, int first, int count, Batch to) {
    int width = from.schema().denseWidth();
    to.dense().put(0, from.dense(), first * width, count * width);
    for (int f = 0; f < from.schema().features().size(); f++) {
      int[] offsets = from.offsets(f);
      int start = offsets == null ? first : offsets[first];
      int end = offsets == null ? first + count : offsets[first + count];
      System.arraycopy(from.indices(f), start, to.indices(f), 0, end - start);
      for (int s = 0; offsets != null && s <= count; s++) {
        to.offsets(f)[s] = offsets[first + s] - start;
      }
      if (from.lookupWeights(f) != null) {
        to.lookupWeights(f).put(0, from.lookupWeights(f), start, end - start);
      }
    }
    to.samples(count);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.type=dlrm",
        "model.type=dcn",
        "model.type=deepfm",
        "model.type=wide-deep",
        "data.synthetic.hotness=3 data.synthetic.hotness-law=uniform data.synthetic.pooling=mean",
        "model.row-precision=bf16 optimizer.type=adam model.max-norm=0.05",
        "model.row-precision=fp16 data.synthetic.hotness=2 data.synthetic.pooling=max",
        "data.synthetic.dense=0 model.type=deepfm",
      })
  void logitsAreThoseOfAnEvaluation(String sets) {
    TestRun run = run(sets.split(" "));
    run.train();
    Path model = run.directory().resolve("model");
    float[] expected = evaluated(run, model);
    assertThat(expected).hasSize(SAMPLES);
    String[] serving = {"serving.batch.size=29", "serving.threads=1"};
    try (Predictor predictor = open(model, serving)) {
      assertThat(predicted(run, predictor, 1)).isEqualTo(expected);
      assertThat(predictor.version()).isEqualTo(20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aCheckpointIsAModel(String store) throws IOException {
    TestRun run = run("checkpoint.every=8 steps", "storage.backend=" + store);
    run.train();
    Path last = run.directory().resolve("checkpoints");
    assertThat(last).isDirectoryContaining("glob:**step-000000000020");
    float[] expected = evaluated(run, run.directory().resolve("model"));
    try (Predictor predictor = open(last)) {
      assertThat(predicted(run, predictor, 2)).isEqualTo(expected);
    }
    Path earlier = last.resolve("step-000000000016");
    try (Predictor predictor = open(earlier)) {
      assertThat(predictor.version()).isEqualTo(16);
      assertThat(predicted(run, predictor, 3)).isNotEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serving.rows=memory",
        "serving.rows=memory serving.row-precision=fp32",
        "serving.cache.size=3% serving.cache.policy=lru",
        "serving.cache.size=2000rows serving.cache.policy=lfu",
        "serving.cache.size=64KiB serving.cache.policy=lookahead",
      })
  void rowsMayBeAnywhere(String serving) {
    TestRun run = run("model.row-precision=bf16");
    run.train();
    Path model = run.directory().resolve("model");
    float[] expected = evaluated(run, model);
    try (Predictor predictor = open(model, serving.split(" "))) {
      assertThat(predicted(run, predictor, 4)).isEqualTo(expected);
      assertThat(predicted(run, predictor, 5)).isEqualTo(expected);
      assertThat(predictor.precisionLoss()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"fp16, 1e-4", "bf16, 1e-3", "int8, 1e-3"})
  void packedRowsDifferByWhatIsTold(String precision, double most) {
    TestRun run = run("optimizer.learning-rate=1");
    run.train();
    Path model = run.directory().resolve("model");
    float[] expected = evaluated(run, model);
    try (Predictor predictor =
        open(model, "serving.rows=memory", "serving.row-precision=" + precision)) {
      float[] actual = predicted(run, predictor, 6);
      double sum = 0;
      for (int s = 0; s < expected.length; s++) {
        sum += Math.abs(probability(expected[s]) - probability(actual[s]));
      }
      double mean = sum / expected.length;
      var told = predictor.precisionLoss().orElseThrow();
      assertThat(told.mean()).isPositive().isLessThan(told.largest());
      // Of other samples, so about.
      assertThat(mean).isPositive().isLessThan(5 * told.mean());
      assertThat(told.largest()).isLessThan(most);
      assertThat(told.toString()).startsWith("rows as " + precision + ": probabilities differ by ");
    }
  }

  private static double probability(float logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "serving.row-precision=int8 | row-precision: 'int8' is for rows in memory; files have float32: set serving.rows = memory",
        "serving.rows=memory serving.cache.size=1% | cache.size: '1%' is for serving.rows = mapped; with memory, all rows are there",
      })
  void settingsThatDoNotFit(String sets, String message) {
    TestRun run = run();
    run.train();
    assertThatThrownBy(() -> open(run.directory().resolve("model"), sets.split(" ")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.serving." + message);
  }

  @Test
  void threadsScoreBesideEachOther() throws Exception {
    TestRun run = run();
    run.train();
    Path model = run.directory().resolve("model");
    float[] expected = evaluated(run, model);
    var threads = Executors.newFixedThreadPool(5);
    try (Predictor predictor = open(model, "serving.threads=2")) {
      List<Callable<float[]>> calls = new ArrayList<>();
      for (int t = 0; t < 5; t++) {
        long seed = t;
        calls.add(() -> predicted(run, predictor, seed));
      }
      for (var result : threads.invokeAll(calls)) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void scoringAllocatesNothing() {
    TestRun run = run("data.synthetic.hotness=3");
    run.train();
    try (Predictor predictor = open(run.directory().resolve("model"), "serving.threads=1")) {
      Batch batch = predictor.newBatch();
      for (int f = 0; f < batch.schema().features().size(); f++) {
        for (int s = 0; s <= 7; s++) {
          batch.offsets(f)[s] = s;
        }
      }
      batch.samples(7);
      var scores = new float[7];
      for (int warmUp = 0; warmUp < 20_000; warmUp++) {
        predictor.probabilities(batch, scores);
      }
      var allocation = new Allocation();
      for (int call = 0; call < 1000; call++) {
        predictor.probabilities(batch, scores);
      }
      // What a call would allocate, it would a thousand times.
      assertThat(allocation.bytes()).isLessThan(1000);
      for (float score : scores) {
        assertThat(score).isBetween(0f, 1f);
      }
    }
  }

  @Test
  void damageIsFoundWhenTheModelIsOpened() throws IOException {
    TestRun run = run();
    run.train();
    Path file = run.directory().resolve("model/rows/C4.weight.npy");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    Path model = run.directory().resolve("model");
    assertThatThrownBy(() -> open(model).close())
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("C4.weight.npy: is damaged: its SHA-256 is wrong");
    open(model, "serving.verify=false").close();
  }

  @Test
  void aClosedPredictorSaysSo() {
    TestRun run = run();
    run.train();
    Predictor predictor = open(run.directory().resolve("model"));
    Batch batch = predictor.newBatch();
    batch.samples(1);
    predictor.close();
    predictor.close();
    assertThatThrownBy(() -> predictor.logits(batch, new float[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the predictor is closed");
  }
}
