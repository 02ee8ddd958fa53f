package dev.farsight.engine.data;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.internal.DurableFiles;
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

  private final DataSource evaluation;

  private EvalPathData(DataSource training, DataSource evaluation) {
    super(training);
    this.evaluation = evaluation;
  }

  /**
   * @param open opens the source
   */
  static DataSource open(DataContext context, Function<DataContext, DataSource> open) {
    Settings data = context.data();
    if (data.section("eval-where").has("column")) {
      throw data.bad(KEY, "and data.eval-where both say what to evaluate; set one of them");
    }
    DataSource training = open.apply(with(data, Map.of("eval-fraction", 0), context));
    DataSource evaluation = null;
    try {
      evaluation = openEvaluation(context, training, open);
      requireSameSchema(data, training, evaluation);
      return new EvalPathData(training, evaluation);
    } catch (RuntimeException | Error e) {
      if (evaluation != null) {
        Closing.after(e, evaluation);
      }
      Closing.after(e, training);
      throw e;
    }
  }

  private static DataSource openEvaluation(
      DataContext context, DataSource training, Function<DataContext, DataSource> open) {
    Object path = context.data().config().getAnyRef(KEY);
    DataContext all = with(context.data(), Map.of("path", path, "eval-fraction", 1), context);
    if (context.fitted() != null) {
      return open.apply(fitted(all, context.fitted().folder()));
    }
    try {
      Path folder = Files.createTempDirectory("farsight-fitted");
      try {
        training.saveFitted(folder);
        return open.apply(fitted(all, folder));
      } finally {
        DurableFiles.delete(folder);
      }
    } catch (IOException e) {
      throw new FarsightException("what training data is like cannot be saved: " + e, e);
    }
  }

  private static DataContext fitted(DataContext context, Path folder) {
    return new DataContext(
        context.data(),
        context.own(),
        context.batchSize(),
        context.seed(),
        context.threads(),
        context.secondPass(),
        new FittedData(folder, false));
  }

  private static DataContext with(Settings data, Map<String, Object> values, DataContext context) {
    return new DataContext(
        data.with(values),
        context.own(),
        context.batchSize(),
        context.seed(),
        context.threads(),
        context.secondPass(),
        context.fitted());
  }

  private static void requireSameSchema(Settings data, DataSource training, DataSource evaluation) {
    if (training.schema().labelled() && !evaluation.schema().labelled()) {
      throw data.bad(KEY, "has no labels, unlike data.path");
    }
    if (!training.schema().equals(evaluation.schema())) {
      throw data.bad(KEY, "has other features, tables or columns than data.path");
    }
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
