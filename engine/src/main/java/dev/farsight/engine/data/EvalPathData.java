package dev.farsight.engine.data;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * Data whose evaluation part has files of its own ({@code data.eval-path}): the source is opened
 * twice, with all samples of {@code data.path} for training, and with all of {@code data.eval-path}
 * for evaluation. What the first finds out of its training part is given to the second. Owns both.
 */
final class EvalPathData extends ForwardingDataSource {

  private static final String KEY = "eval-path";
  private static final String PATH = "path";
  private static final String FRACTION = "eval-fraction";

  private final DataSource evaluation;

  private EvalPathData(DataSource training, DataSource evaluation) {
    super(training);
    this.evaluation = evaluation;
  }

  /** Whether files for evaluation are set. */
  static boolean isSet(Settings data) {
    return data.has(KEY);
  }

  /** Checks that nothing else says what to evaluate. */
  static void check(Settings data) {
    if (isSet(data) && data.section("eval-where").has("column")) {
      throw data.bad(KEY, "and data.eval-where both say what to evaluate; set one of them");
    }
  }

  /** The settings with which the files for evaluation are opened, if there are some. */
  static Settings alone(Settings data) {
    return isSet(data) ? data.with(Map.of(PATH, data.config().getValue(KEY), FRACTION, 1)) : data;
  }

  /**
   * @param open opens the source
   */
  static DataSource open(DataContext context, Function<DataContext, DataSource> open) {
    DataSource training =
        open.apply(with(context, context.fitted(), context.data().with(Map.of(FRACTION, 0))));
    DataSource evaluation = null;
    try {
      evaluation = openEvaluation(context, training, open);
      requireSameSchema(context.data(), training, evaluation);
      return new EvalPathData(training, evaluation);
    } catch (RuntimeException | Error e) {
      if (evaluation != null) {
        Closing.after(e, evaluation);
      }
      Closing.after(e, training);
      throw e;
    }
  }

  /**
   * Opens the files for evaluation alone, all samples of them.
   *
   * @param fitted what training data was found to be like; null if nothing is known
   * @param open opens the source
   */
  static DataSource openAlone(
      DataContext context, FittedData fitted, Function<DataContext, DataSource> open) {
    try {
      return open.apply(with(context, fitted, alone(context.data())));
    } catch (ConfigException e) {
      // To the source they are data.path, which its user has not set so.
      String own = context.data().path() + ".";
      throw new ConfigException(e.getMessage().replace(own + PATH, own + KEY), e);
    }
  }

  private static DataSource openEvaluation(
      DataContext context, DataSource training, Function<DataContext, DataSource> open) {
    try {
      Path folder = Files.createTempDirectory("farsight-fitted");
      try {
        training.saveFitted(folder);
        boolean nothing = isEmpty(folder);
        return openAlone(context, nothing ? null : new FittedData(folder, false), open);
      } finally {
        DurableFiles.delete(folder);
      }
    } catch (IOException e) {
      throw new FarsightException(
          "what was found out from the training data cannot be saved in a folder for temporary"
              + " files: "
              + IoReason.of(e),
          e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private static DataContext with(DataContext context, FittedData fitted, Settings data) {
    return new DataContext(
        data,
        context.own(),
        context.batchSize(),
        context.seed(),
        context.threads(),
        context.secondPass(),
        fitted,
        context.fields());
  }

  private static void requireSameSchema(Settings data, DataSource training, DataSource evaluation) {
    if (training.schema().labelled() && !evaluation.schema().labelled()) {
      throw data.bad(KEY, "has no labels, unlike data.path");
    }
    if (!training.schema().equals(evaluation.schema())) {
      throw data.bad(KEY, "has other features, tables or columns than data.path");
    }
    if (!training.denseFeatures().equals(evaluation.denseFeatures())) {
      throw data.bad(KEY, "has other dense features, or transforms of them, than data.path");
    }
  }

  /** Either part may be the larger one. */
  @Override
  public long passBytes() {
    return Math.max(super.passBytes(), evaluation.passBytes());
  }

  @Override
  public boolean readsInParts() {
    return super.readsInParts() && evaluation.readsInParts();
  }

  @Override
  public long evalSamples() {
    return evaluation.evalSamples();
  }

  @Override
  public BatchSource eval() {
    return evaluation.eval();
  }

  @Override
  public String contentIdentity() {
    String first = super.contentIdentity();
    String second = evaluation.contentIdentity();
    return first.isEmpty() || second.isEmpty() ? "" : first + "+" + second;
  }

  @Override
  public void close() {
    try (evaluation) {
      super.close();
    }
  }
}
